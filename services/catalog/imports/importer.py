"""The job of an import: reads an upload in batches, resolves its rows and records plays, likes and playlists.

A batch is recorded before the progress names it, so that an interrupted import goes on where it was; rows of a batch
that is read twice are there already and count as repeated. What was read before a failure or a cancellation stays.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, NamedTuple
from uuid import UUID

from kit.formats import WrongFile
from kit.formats.user_exports import Listen, PlaylistEntry, Rating, Record, Skipped, TrackNames, files
from kit.job_worker import JobFailed, Run
from services.catalog.imports import adding, playlists
from services.catalog.imports.counts import Counts
from services.catalog.imports.new_tracks import coded_track
from services.catalog.imports.playlists import NamedPlaylist, ResolvedEntry
from services.catalog.imports.recording import Recorder, Resolved
from services.catalog.imports.resolver import Resolver
from services.catalog.imports.unmatched_rows import merged, unmatched
from services.catalog.store import Store
from services.catalog.store.uploads import Upload

BATCH = 500
MOST_ROWS = 2_000_000
FOLDER = "segue-import-"
TOO_MANY_ROWS = "an import reads {:,} rows, the rest was not read: import the files one by one, or parts of this file"


class Step(NamedTuple):
    """A record of a file, or the beginning of the file (None)."""

    file: str
    file_format: str | None
    record: Record | None


class Importer:
    """Runs imports. `batch` rows are read, resolved and recorded at a time."""

    def __init__(self, store: Store, batch: int = BATCH) -> None:
        self._store, self._batch = store, batch

    async def sweep(self) -> None:
        """Deletes the files of ended imports: their bytes in the database, and folders that a killed process left."""
        await asyncio.to_thread(_remove_left_folders)
        await self._store.uploads.sweep()

    async def run(self, run: Run) -> dict[str, Any]:
        """The handler of the job: returns its counts. JobFailed for a file that is none of these formats."""
        person = run.job.person
        assert person is not None
        upload = await self._store.uploads.find(run.job.id, person)
        counts = Counts.of(run.job.progress)
        batch = _Batch(self._store, upload.id, person, counts)
        try:
            with _working_folder() as folder:
                path = await self._fetched(upload, folder)
                await self._import(run, upload, path, batch)
        except WrongFile as error:
            raise JobFailed(str(error)) from None
        if upload.add_unknown:
            await self._add_unknown(run, upload.id, person, counts)
        return counts.document()

    async def _fetched(self, upload: Upload, folder: Path) -> Path:
        path = folder / "upload"
        with path.open("wb") as file:
            async for part in self._store.uploads.content(upload.id):
                await asyncio.to_thread(file.write, part)
        return path

    async def _import(self, run: Run, upload: Upload, path: Path, batch: "_Batch") -> None:
        steps = _steps(path, upload.name, batch.counts.position)
        while chunk := await asyncio.to_thread(lambda: list(islice(steps, self._batch))):
            await batch.take(chunk)
            await run.report(batch.counts.document())

    async def _add_unknown(self, run: Run, import_id: UUID, person: UUID, counts: Counts) -> None:
        """Adds the tracks that nothing comes near, for the person alone."""
        after = 0
        while found := await adding.add_next(self._store, person, import_id, after, counts):
            after = found.last
            counts.add(found.tracks, found.rows)
            await run.report(counts.document())


@contextmanager
def _working_folder() -> Iterator[Path]:
    """A temporary folder, locked while its process lives."""
    with TemporaryDirectory(prefix=FOLDER) as folder, _locked(Path(folder)):
        yield Path(folder)


def _remove_left_folders() -> None:
    """Removes working folders that no process holds."""
    for folder in Path(gettempdir()).glob(f"{FOLDER}*"):
        with suppress(OSError), _locked(folder):  # BlockingIOError: an import works there
            rmtree(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the lock of a folder; BlockingIOError when another process or thread holds it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _steps(path: Path, name: str, position: int) -> Iterator[Step]:
    """The records of an upload from a position on, at most MOST_ROWS; then one Skipped that states the limit."""

    def every() -> Iterator[Step]:
        for file in files(path, name, path.parent):
            yield Step(file.name, file.format, None)
            for record in file.records:
                yield Step(file.name, file.format, record)

    steps = every()
    yield from islice(steps, position, MOST_ROWS)
    if position <= MOST_ROWS and (beyond := next(steps, None)):
        yield beyond._replace(record=Skipped(0, TOO_MANY_ROWS.format(MOST_ROWS)))


class _Batch:
    """Takes the batches of one import, one after another."""

    def __init__(self, store: Store, import_id: UUID, person: UUID, counts: Counts) -> None:
        self.counts = counts
        self._store, self._import_id, self._person = store, import_id, person
        self._resolver = Resolver(store, person)
        self._recorder = Recorder(store, person, import_id)

    async def take(self, steps: Sequence[Step]) -> None:
        """Counts, resolves and records these records."""
        rows = [(step, record) for step in steps if (record := self._counted(step)) is not None]
        found = await self._resolver.resolve(record.track for _, record in rows)
        await self._add_tracks([names for names, resolution in found.items() if not resolution.confident])
        found = await self._resolver.resolve(found)
        resolved, entries, missed = list[Resolved](), list[ResolvedEntry](), dict[TrackNames, list[list[Any]]]()
        for step, record in rows:
            resolution, playlist = found[record.track], self._playlist(step.file, record)
            if not resolution.confident or resolution.track is None:
                self.counts.unmatched += 1
                missed.setdefault(record.track, []).append(_event(record, playlist))
                continue
            self.counts.match(resolution.rule)
            if isinstance(record, PlaylistEntry):
                assert playlist
                entries.append(ResolvedEntry(playlist, resolution.track, step.file, record.line))
            else:
                resolved.append(Resolved(step.file, record, resolution.track))
        await self._recorder.record(resolved, self.counts)
        await playlists.record(self._store, self._person, self._import_id, entries, self.counts)
        if missed:
            rows_missed = [unmatched(names, events, found[names].candidates) for names, events in missed.items()]
            self.counts.not_kept += await self._store.unmatched.add(self._import_id, self._person, merged(rows_missed))
        self.counts.position += len(steps)

    def _counted(self, step: Step) -> Listen | Rating | PlaylistEntry | None:
        record = step.record
        if record is None:
            self.counts.enter(step.file, step.file_format)
            return None
        if record.line:
            self.counts.row()
        if isinstance(record, Skipped):
            self.counts.skip(record.reason, step.file, record.line, record.excerpt)
        else:
            return record
        return None

    def _playlist(self, file: str, record: Listen | Rating | PlaylistEntry) -> NamedPlaylist | None:
        if isinstance(record, PlaylistEntry):
            return playlists.playlist_of(self._person, file, record, self.counts)
        return None

    async def _add_tracks(self, rows: Sequence[TrackNames]) -> None:
        """Adds the tracks that have a public code and names, as many as the person has room for; others stay with their
        person, also those whose code another import gave other names."""
        new = {names: track for names in rows if (track := coded_track(names)) is not None}
        by_id = {track.id: track for track in new.values()}
        added = await self._store.added.add(self._person, list(by_id.values()))
        self.counts.tracks_added += len(added)
        self._resolver.forget(new)
        for names, track in new.items():
            if track.id in added:
                self._resolver.added(names, track.id)


def _event(record: Listen | Rating | PlaylistEntry, playlist: NamedPlaylist | None) -> list[Any]:
    """What is kept of an unmatched row, to be recorded once its track is known."""
    if playlist:
        return ["playlist", str(playlist.id), playlist.name]
    if isinstance(record, Listen):
        return ["play", record.at, record.ms]
    assert isinstance(record, Rating)
    return [{1: "like", -1: "dislike"}.get(record.value, "never"), record.at, None]

"""The job that reads a person's Spotify account: liked, top and recently played tracks, and playlists.

A section is replaced as a whole once it was read. Liked tracks whose first page and number are as before, and
playlists whose snapshot is as before, are not read again. When the calls are used up the job ends, and is due again
when there are some; what was read stays, and the next one goes on with what is missing.
"""

import time
from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from kit import ids
from kit.formats.user_exports import TrackNames
from kit.job_worker import JobFailed, Run
from kit.wire.library import Feedback, FeedbackKind
from kit.wire.spotify import ReadPlaylist, ReadTrack, SpotifyPage, SpotifyRead
from services.catalog.imports.matching import Resolution
from services.catalog.imports.resolver import Resolver
from services.catalog.library import feedback_recording
from services.catalog.spotify.account import Exhausted, SpotifyAccount, person_of, section_of
from services.catalog.store import Store
from services.catalog.store.spotify import StoredPlaylist, StoredTrack
from services.catalog.store.spotify_links import SOURCE

Section = Literal["liked", "top", "recent", "playlists", "playlist"]
MOST_PAGES = {"liked": 100, "top": 10, "recent": 1, "playlists": 4, "playlist": 20}
"""Pages of 50 that are read of a section."""
MOST_PLAYLISTS = 100
BATCH = 500
ENDED = "Spotify was disconnected meanwhile"


class SpotifySync:
    """The handler of the job. `counts`: likes of Spotify become likes here, with the source spotify_api."""

    def __init__(self, store: Store, account: SpotifyAccount, *, counts: bool) -> None:
        self._store, self._account, self._counts = store, account, counts

    async def run(self, run: Run) -> dict[str, Any]:
        """Reads everything that is new; the counts. JobFailed with a sentence."""
        person = person_of(run.job.person)
        if (link := await self._store.spotify.find(person)) is None:
            raise JobFailed(ENDED)
        work = _Sync(self._store, self._account, run, person, link.generation)
        try:
            liked = await work.tracks("liked")
            await work.tracks("top")
            await work.tracks("recent")
            await work.playlists()
        except Exhausted as exhausted:
            await self._store.spotify.postpone(person, link.generation, exhausted.until)
            raise
        if self._counts:
            work.progress["counted"] = await self._count(person, liked)
        return work.progress

    async def _count(self, person: UUID, liked: Sequence[StoredTrack]) -> int:
        """Records likes of tracks without an opinion, and withdraws those that are no longer liked there."""
        by_track = {row.track: row for row in liked if row.track is not None}
        await self._store.spotify.withdraw(person, by_track)
        held = await self._store.opinions.current(person, set(by_track))
        new = [
            Feedback(track=ids.encode(track), kind=FeedbackKind.LIKE, at=row.at, source=SOURCE)
            for track, row in by_track.items()
            if track not in held
        ]
        for start in range(0, len(new), BATCH):
            await feedback_recording.record(self._store, person, new[start : start + BATCH])
        return len(new)


class _Sync:
    """One attempt."""

    def __init__(self, store: Store, account: SpotifyAccount, run: Run, person: UUID, generation: UUID) -> None:
        self._store, self._account, self._run = store, account, run
        self._person, self._generation = person, generation
        self._resolver = Resolver(store, person)
        self.progress: dict[str, Any] = {"liked": 0, "top": 0, "recent": 0, "playlists": 0, "unchanged": 0}

    async def tracks(self, section: Section) -> list[StoredTrack]:
        """Reads a section unless it is unchanged; its tracks."""
        first = await self._page(section, 0)
        stored, total = await self._store.spotify.tracks(self._person, section, 0, 50 * MOST_PAGES["liked"])
        rows = stored if _unchanged(first, stored, total) else await self._rest(section, first)
        if rows is not stored:
            await self._put(section, rows)
        self.progress[section] = len(rows)
        await self._run.report(self.progress)
        return rows

    async def playlists(self) -> None:
        """Reads the playlists that Spotify gives the tracks of and whose snapshot is new, and ends the sync."""
        known = {one.id: one for one in await self._store.spotify.playlists(self._person)}
        found = [one for one in await self._listed() if one.own][:MOST_PLAYLISTS]
        for position, playlist in enumerate(found):
            before = known.get(playlist.id)
            if before and playlist.snapshot and before.snapshot == playlist.snapshot:
                self.progress["unchanged"] += 1
            else:
                await self._playlist(position, playlist)
            self.progress["playlists"] += 1
            await self._run.report(self.progress)
        kept, unchanged = [one.id for one in found], int(self.progress["unchanged"])
        if not await self._store.spotify.finish(self._person, self._generation, kept, unchanged):
            raise JobFailed(ENDED)

    async def _playlist(self, position: int, playlist: ReadPlaylist) -> None:
        first = await self._page("playlist", 0, playlist.id)
        rows = await self._rest("playlist", first, playlist.id)
        stored = StoredPlaylist(playlist.id, playlist.name, playlist.snapshot, len(rows))
        await self._put(section_of(playlist.id), rows, (position, stored))

    async def _listed(self) -> list[ReadPlaylist]:
        page = await self._page("playlists", 0)
        found = list(page.playlists)
        for _ in range(MOST_PAGES["playlists"] - 1):
            if page.next_offset is None:
                break
            page = await self._page("playlists", page.next_offset)
            found += page.playlists
        return list({one.id: one for one in found}.values())

    async def _rest(self, section: Section, page: SpotifyPage, playlist: str | None = None) -> list[StoredTrack]:
        read = list(page.tracks)
        for _ in range(MOST_PAGES[section] - 1):
            if page.next_offset is None:
                break
            page = await self._page(section, page.next_offset, playlist)
            read += page.tracks
            await self._run.report(self.progress)
        return await self._stored(read)

    async def _page(self, section: Section, offset: int, playlist: str | None = None) -> SpotifyPage:
        wanted = SpotifyRead(person=self._person, section=section, playlist=playlist, offset=offset)
        return await self._account.read(wanted)

    async def _stored(self, read: Sequence[ReadTrack]) -> list[StoredTrack]:
        names = [_names(row) for row in read]
        found: dict[TrackNames, Resolution] = {}
        for start in range(0, len(names), BATCH):
            found |= await self._resolver.resolve(names[start : start + BATCH])
        tracks = [found[one].track if found[one].confident else None for one in names]
        return [
            StoredTrack(row.id, row.title, row.artists, row.album, track, row.at)
            for row, track in zip(read, tracks, strict=True)
        ]

    async def _put(self, section: str, rows: Sequence[StoredTrack], playlist: Any = None) -> None:
        if not await self._store.spotify.put_section(self._person, self._generation, section, rows, playlist):
            raise JobFailed(ENDED)


def _unchanged(first: SpotifyPage, stored: Sequence[StoredTrack], total: int) -> bool:
    """Whether a section is as it was read: as long, and its first page the same. Tracks are mapped anew only when it
    changes."""
    beginning = [(row.id, row.at) for row in first.tracks]
    return (
        bool(stored) and first.total == total and beginning == [(r.spotify_id, r.at) for r in stored[: len(beginning)]]
    )


def _names(row: ReadTrack) -> TrackNames:
    spotify = row.id if ids.is_track_id(row.id) else ""
    artist = row.artists[0] if row.artists else ""
    code = ids.isrc(row.isrc) or ""
    return TrackNames(row.title, artist, row.album, spotify, "", code, row.duration_ms)


def due_in(every_s: float) -> float:
    """When an account that is read now is due again."""
    return time.time() + every_s

"""Ingest: files of any known kind -> tracks, entries, playlists and listens, with a report of all that was left out."""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from kit.formats import Kind
from pipelines import stage, tables
from pipelines.ingest import clean, identity, licences, merge, rows
from pipelines.ingest.report import Faults, IngestError, IngestReport
from pipelines.ingest.sources import Progress, Source, find, load

VERSION = 2
REJECTS = "rejects.jsonl"
_ORDER = (Kind.TRACKS, Kind.ENTRIES, Kind.LISTENS)
"""Who is believed about a track: a track table before what playlists and listens say beside an id."""


def ingest(sources: Sequence[Path], out: Path, progress: Progress) -> IngestReport:
    """Writes the four tables and rejects.jsonl to `out`. Bad rows are counted, never fatal.

    IngestError when a source is missing or of a wrong kind; whatever an earlier ingest left in `out` is untouched then:
    files are written under temporary names and take their places when all are complete.
    """
    files = find(sources)
    faults = Faults()
    gathered = _Gathered()
    sizes = [source.file.stat().st_size for source in files]
    for done, source in enumerate(files):
        progress(sum(sizes[:done]), sum(sizes), source.file.name)
        _gather(source, gathered, faults)
    progress(sum(sizes), sum(sizes), "merging")
    written, repeated = gathered.merged()
    _write(out, written, faults)
    return _report(files, written, repeated, faults, licences.terms(sources))


def _gather(source: Source, gathered: "_Gathered", faults: Faults) -> None:
    """One file's rows. IngestError when not one of them can be used: then the file as a whole is not what it seems."""
    before = faults.rows.copy()
    kept = sum(gathered.add(kind, frame, faults) for kind, frame in load(source, faults))
    if not kept:
        reason, rows_left_out = (faults.rows - before).most_common(1)[0]
        raise IngestError(f"no row of {source.file.name!r} can be used: {rows_left_out} times {reason}")


def ingest_stage(work: Path, sources: Sequence[Path], progress: Progress) -> stage.Built:
    """The ingest as a stage of work/: not repeated for the same files, whole or absent."""
    files = find(sources)
    inputs = {"files": stage.hash_files([source.file for source in files])}
    settings = {"sources": sorted({source.label for source in files}), "licences": licences.terms(sources)}
    return stage.run(
        work, "ingest", VERSION, inputs, settings, lambda folder: ingest(sources, folder, progress).figures()
    )


class _Gathered:
    """Cleaned rows of the files read so far, by kind."""

    def __init__(self) -> None:
        self._songs: dict[Kind, list[pl.DataFrame]] = defaultdict(list)
        self._entries: list[pl.DataFrame] = []
        self._playlists: list[pl.DataFrame] = []
        self._listens: list[pl.DataFrame] = []

    def add(self, kind: Kind, frame: pl.DataFrame, faults: Faults) -> int:
        """Cleans one file's rows of one kind and sorts them into what they tell; the number that could be used."""
        if kind is Kind.PLAYLISTS:
            playlists = rows.playlists(frame, faults)
            self._playlists.append(playlists)
            return playlists.height
        if kind is Kind.ENTRIES:
            frame = rows.entries(frame, faults)
        elif kind is Kind.LISTENS:
            frame = rows.listens(frame, faults)
        meant = identity.identify(clean.song(frame, faults), faults)
        self._songs[kind].append(meant.select(list(tables.TRACKS)).unique(maintain_order=True))
        if kind is Kind.ENTRIES:
            self._entries.append(meant.select(list(tables.ENTRIES)))
            of_playlist = [name for name in ("playlist_name", "role", "file", "line") if name in meant.columns]
            self._playlists.append(
                rows.playlists(
                    meant.select("playlist_id", "provenance", *of_playlist).unique(
                        "playlist_id", keep="first", maintain_order=True
                    ),
                    faults,
                )
            )
        elif kind is Kind.LISTENS:
            self._listens.append(meant.select(list(tables.LISTENS)))
        return meant.height

    def merged(self) -> tuple[dict[str, pl.DataFrame], int]:
        """The canonical tables, and the number of repeated entries."""
        songs = [frame for kind in _ORDER for frame in self._songs[kind]]
        if not songs:
            raise IngestError("the files name no track: add a table of playlist entries, of listens or of tracks")
        entries, repeated = merge.entries(self._entries)
        return {
            "tracks": merge.tracks(songs),
            "entries": entries,
            "playlists": merge.playlists(self._playlists),
            "listens": merge.listens(self._listens),
        }, repeated


def _write(out: Path, written: dict[str, pl.DataFrame], faults: Faults) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ingest-", dir=out) as scratch:
        building = Path(scratch)
        for table, frame in written.items():
            tables.write(building, table, frame)
        faults.write(building / REJECTS)
        for file in sorted(building.iterdir()):
            file.replace(out / file.name)


def _report(
    files: list[Source], written: dict[str, pl.DataFrame], repeated: int, faults: Faults, terms: dict[str, str]
) -> IngestReport:
    tracks = written["tracks"]
    by_source = tracks.group_by("provenance").len().sort("provenance")
    return IngestReport(
        files=len(files),
        rows={table: frame.height for table, frame in written.items()},
        rows_left_out=dict(faults.rows),
        values_left_out=dict(faults.values),
        repeated_rows=repeated,
        unnamed_tracks=tracks["title"].null_count(),
        provenance=dict(zip(*by_source.to_dict(as_series=False).values(), strict=True)),
        licences=terms,
    )

"""Ingest: files in any supported format -> tracks, entries, playlists, listens and aliases, with a report of what was
left out or merged."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from kit.formats import RowType
from kit.formats.encoding import called
from pipelines import stage, tables
from pipelines.folders import scratch_folder
from pipelines.ingest import clean, identity, licences, merge, rows, track_names
from pipelines.ingest.report import Faults, IngestError, IngestReport
from pipelines.ingest.same_track import SameTrack, same_track
from pipelines.ingest.sources import Progress, Source, content_of, find, load

VERSION = 4
REJECTS = "rejects.jsonl"
_ORDER = (RowType.TRACKS, RowType.ENTRIES, RowType.LISTENS)
"""Precedence of sources for a track's attributes: a track table before playlists and listens."""


def ingest(sources: Sequence[Path], out: Path, progress: Progress) -> IngestReport:
    """Writes the tables and rejects.jsonl to `out`. Bad rows are counted, never fatal.

    IngestError when a source is missing or of an unsupported format; an earlier ingest in `out` is untouched then:
    files are written under temporary names and renamed when all are complete.
    """
    files = find(sources)
    faults = Faults()
    gathered = _Gathered()
    sizes = [source.file.stat().st_size for source in files]
    for done, source in enumerate(files):
        progress(sum(sizes[:done]), sum(sizes), source.file.name)
        _gather(source, gathered, faults)
    progress(sum(sizes), sum(sizes), "merging")
    written, repeated = gathered.merged(faults)
    _write(out, written, faults)
    return _report(files, written, repeated, faults, licences.terms(sources))


def _gather(source: Source, gathered: "_Gathered", faults: Faults) -> None:
    """Reads the rows of one file. IngestError when none of them is usable, which means the format was misread."""
    before = faults.rows.copy()
    kept = sum(gathered.add(kind, frame, source, faults) for kind, frame in load(source, faults))
    if not kept:
        raise IngestError(f"no row of {source.file.name!r} can be used: {faults.why(source.file.name, before)}")


def ingest_stage(work: Path, sources: Sequence[Path], progress: Progress) -> stage.Built:
    """The ingest as a stage of work/: not repeated for the same files, whole or absent."""
    files = find(sources)
    inputs = {"files": stage.hash_files([source.file for source in files])}
    settings = {"sources": sorted({source.label for source in files}), "licences": licences.terms(sources)}
    return stage.run(
        work, "ingest", VERSION, inputs, settings, lambda folder: ingest(sources, folder, progress).figures()
    )


class _Gathered:
    """Cleaned rows of the files read so far, by table."""

    def __init__(self) -> None:
        self._tracks: dict[RowType, list[pl.DataFrame]] = defaultdict(list)
        self._stated: list[pl.DataFrame] = []
        self._entries: list[pl.DataFrame] = []
        self._playlists: list[pl.DataFrame] = []
        self._listens: list[pl.DataFrame] = []

    def add(self, kind: RowType, frame: pl.DataFrame, source: Source, faults: Faults) -> int:
        """Cleans one file's rows of one type and sorts them into the tables; returns the number of usable rows."""
        if kind is RowType.PLAYLISTS:
            playlists = rows.playlists(frame, faults)
            self._playlists.append(playlists)
            return playlists.height
        if kind is RowType.ENTRIES:
            frame = rows.entries(frame, content_of(source.file), Path(called(source.file)).stem, faults)
        elif kind is RowType.LISTENS:
            frame = rows.listens(frame, faults)
        meant = identity.identify(clean.track(frame, faults), faults)
        self._tracks[kind].append(meant.select(list(tables.TRACKS)).unique(maintain_order=True))
        self._stated.append(identity.stated(meant))
        if kind is RowType.ENTRIES:
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
        elif kind is RowType.LISTENS:
            self._listens.append(meant.select(list(tables.LISTENS)))
        return meant.height

    def merged(self, faults: Faults) -> tuple[dict[str, pl.DataFrame], int]:
        """The canonical tables, and the number of repeated entries."""
        known = [frame for kind in _ORDER for frame in self._tracks[kind]]
        if not known:
            raise IngestError("the files name no track: add a table of playlist entries, of listens or of tracks")
        tracks = merge.tracks(known)
        same = same_track(pl.concat(self._stated).unique(maintain_order=True), tracks, faults)
        entries, repeated = merge.entries(_renamed(self._entries, same))
        if several := track_names.with_several_names(known):
            faults.note("track id beside different titles and artists: the first are kept", several)
        return {
            "tracks": merge.tracks(_renamed(_accented_first(known, same), same)) if same.of else tracks,
            "entries": entries,
            "playlists": merge.playlists(self._playlists),
            "listens": merge.listens(_renamed(self._listens, same)),
            "aliases": same.table(faults),
        }, repeated


def _accented_first(known: list[pl.DataFrame], same: SameTrack) -> list[pl.DataFrame]:
    """The frames with unaccented spellings last, so that the accented spelling becomes the track's name."""
    if not same.respelled:
        return known
    plain = pl.col("track_id").is_in(list(same.respelled))
    return [frame.filter(~plain) for frame in known] + [frame.filter(plain) for frame in known]


def _renamed(frames: list[pl.DataFrame], same: SameTrack) -> list[pl.DataFrame]:
    """The frames with every track under its final id."""
    if not same.of:
        return frames
    final = {track_id: same.final(track_id) for track_id in same.of}
    return [frame.with_columns(pl.col("track_id").replace(final)) for frame in frames]


def _write(out: Path, written: dict[str, pl.DataFrame], faults: Faults) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with scratch_folder(out, ".ingest-") as scratch:
        building = scratch
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
        rows={table: frame.height for table, frame in written.items() if table != "aliases"},
        aliases=written["aliases"].height,
        rows_left_out=dict(faults.rows),
        values_left_out=dict(faults.values),
        notes=dict(faults.notes),
        columns_ignored=faults.ignored,
        repeated_rows=repeated,
        unnamed_tracks=tracks["title"].null_count(),
        provenance=dict(zip(*by_source.to_dict(as_series=False).values(), strict=True)),
        licences=terms,
    )

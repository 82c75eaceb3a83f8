"""Ingest: files in any supported format -> tracks, entries, playlists, listens and aliases, with a report of what was
left out or merged."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import polars as pl

from kit.formats import RowType
from pipelines import stage, tables
from pipelines.folders import scratch_folder
from pipelines.ingest import coded_entries, groups, identity, licences, merge, track_names
from pipelines.ingest.coded_entries import CodedEntries
from pipelines.ingest.described import DescribedTracks
from pipelines.ingest.discard_stages import PRODUCT
from pipelines.ingest.part import SavedPart, read_part
from pipelines.ingest.report import Faults, IngestError, IngestReport
from pipelines.ingest.same_track import SameTrack, same_track
from pipelines.ingest.sources import Progress, Source, content_of, find

VERSION = 4
FILE_VERSION = 2
REJECTS = "rejects.jsonl"
_ORDER = (RowType.TRACKS, RowType.ENTRIES, RowType.LISTENS)
"""Precedence of sources for a track's attributes: a track table before playlists and listens."""
Tables = dict[str, pl.DataFrame | CodedEntries]


def ingest(sources: Sequence[Path], out: Path, progress: Progress, work: Path | None = None) -> IngestReport:
    """Writes the tables and rejects.jsonl to `out`. Bad rows are counted, never fatal.

    What was kept of each file stays in `work`, and a file that it holds is not read again. IngestError when a source is
    missing or of an unsupported format; an earlier ingest in `out` is untouched then: files are written under temporary
    names and renamed when all are complete.
    """
    files = find(sources)
    made = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with scratch_folder(out, ".ingest-") as scratch:
            parts = _parts(files, scratch, work, progress)
            faults = Faults()
            for part in parts:
                for one in part.faults():
                    faults.add(one)
            written, repeated = _merged(parts, faults)
            _write(out, scratch / "tables", written, faults)
    except BaseException:
        if made:
            with suppress(OSError):
                out.rmdir()
        raise
    return _report(files, written, repeated, faults, licences.terms(sources))


def _parts(files: Sequence[Source], scratch: Path, work: Path | None, progress: Progress) -> list[SavedPart]:
    """The cleaned rows of each file, from `work` where an earlier ingest has read it."""
    sizes = [source.file.stat().st_size for source in files]
    parts = []
    for number, source in enumerate(files):
        progress(sum(sizes[:number]), sum(sizes), source.file.name)
        # opinions of the product may be withdrawn, so nothing of them is kept beyond this ingest
        kept = work if source.label != PRODUCT else None
        parts.append(_part(source, kept or scratch / f"part-{number}"))
    progress(sum(sizes), sum(sizes), "merging")
    return groups.grouped(parts, work) if work else parts


def _part(source: Source, work: Path) -> SavedPart:
    inputs = {"content": content_of(source.file)}
    # a file's name may not be UTF-8
    settings = {"name": os.fsencode(source.file.name).decode("latin-1"), "source": source.label}
    built = stage.run(
        work, "ingest-file", FILE_VERSION, inputs, settings, lambda folder: read_part(source).save(folder)
    )
    return SavedPart(source.label, built.path)


def ingest_stage(work: Path, sources: Sequence[Path], progress: Progress) -> stage.Built:
    """The ingest as a stage of work/: not repeated for the same files, whole or absent; new files are read alone."""
    files = find(sources)
    inputs = {"files": stage.hash_files([source.file for source in files])}
    settings = {"sources": sorted({source.label for source in files}), "licences": licences.terms(sources)}
    return stage.run(
        work, "ingest", VERSION, inputs, settings, lambda folder: ingest(sources, folder, progress, work).figures()
    )


def _merged(parts: Sequence[SavedPart], faults: Faults) -> tuple[Tables, int]:
    """The canonical tables, and the number of repeated entries."""
    described = DescribedTracks()
    for kind in _ORDER:
        described.add(part.described(kind) for part in parts if part.has(f"tracks-{kind.value}"))
    known = described.rows
    if not known:
        raise IngestError("the files name no track: add a table of playlist entries, of listens or of tracks")
    tracks = merge.tracks(known)
    same = same_track(_stated(parts), tracks, faults)
    if several := track_names.with_several_names([*known, *described.otherwise_named]):
        faults.note("track id beside different titles and artists: the first are kept", several)
    if same.of:
        tracks = merge.tracks(_renamed(_accented_first(known, same), same))
    playlists = merge.playlists([part.frame("playlists") for part in parts if part.has("playlists")])
    final = {track_id: same.final(track_id) for track_id in same.of}
    entries, repeated = coded_entries.merged(parts, playlists["playlist_id"], tracks["track_id"], final)
    return {
        "tracks": tracks,
        "entries": entries,
        "playlists": playlists,
        "listens": merge.listens(_renamed([part.frame("listens") for part in parts if part.has("listens")], same)),
        "aliases": same.table(faults),
    }, repeated


def _stated(parts: Sequence[SavedPart]) -> pl.DataFrame:
    """Distinct rows of identity.STATED; none where every row has a Spotify id and no code, which merges nothing."""
    if not any(part.has_codes() for part in parts):
        return pl.DataFrame(schema=identity.STATED)
    return groups.stated(parts)


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


def _write(out: Path, building: Path, written: Tables, faults: Faults) -> None:
    building.mkdir()
    for table, frame in written.items():
        if isinstance(frame, CodedEntries):
            frame.write(building)
        else:
            tables.write(building, table, frame)
    faults.write(building / REJECTS)
    for file in sorted(building.iterdir()):
        file.replace(out / file.name)


def _report(files: list[Source], written: Tables, repeated: int, faults: Faults, terms: dict[str, str]) -> IngestReport:
    tracks, aliases = written["tracks"], written["aliases"]
    assert isinstance(tracks, pl.DataFrame)
    by_source = tracks.group_by("provenance").len().sort("provenance")
    return IngestReport(
        files=len(files),
        rows={table: frame.height for table, frame in written.items() if table != "aliases"},
        aliases=aliases.height,
        rows_left_out=dict(faults.rows),
        values_left_out=dict(faults.values),
        notes=dict(faults.notes),
        columns_ignored=faults.ignored,
        repeated_rows=repeated,
        unnamed_tracks=tracks["title"].null_count(),
        provenance=dict(zip(*by_source.to_dict(as_series=False).values(), strict=True)),
        licences=terms,
    )

"""Reads an ordered list of tracks from any file that ingest reads or a text of links, and finds its rows in a
release."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kit import ids
from kit.formats import Format, RowType, WrongFile, recognise
from kit.recordings.artist_names import names
from kit.release import Release, Rows
from pipelines import tables
from pipelines.ingest import IngestError, clean, identity, merge, rows
from pipelines.ingest.report import Faults
from pipelines.ingest.same_track import same_track
from pipelines.ingest.sources import Source, content_of, load
from pipelines.recordings.groups import recording_title


@dataclass(frozen=True, slots=True)
class NamedTrack:
    """A track of a list; title and artist are None in a text of links."""

    track_id: str
    title: str | None = None
    artist: str | None = None

    @property
    def name(self) -> tuple[str, str] | None:
        """Key shared by the copies of one recording: artist and recording title."""
        if not (self.title and self.artist):
            return None
        return next(iter(names(self.artist)), self.artist), recording_title(self.title)


@dataclass(frozen=True, slots=True)
class TrackList:
    """Tracks in order, each once, and the number of rows of the file that name no track."""

    tracks: list[NamedTrack]
    left_out: int = 0


def read(file: Path) -> TrackList:
    """The tracks of a file; IngestError when it holds no list, or more than one."""
    if not file.is_file():
        raise IngestError(f"{str(file)!r} is not a file: name one with a list of tracks")
    links = _links(file)
    if links is not None:
        return TrackList([NamedTrack(track_id) for track_id in dict.fromkeys(links)])
    faults = Faults()
    frame = _one_id_each(identity.identify(clean.track(_table(file, faults), faults), faults), faults)
    named = frame.select("track_id", "title", pl.col("artists").list.first())
    if named.is_empty():
        raise IngestError(f"no row of {str(file)!r} names a track: {'; '.join(faults.rows)}")
    tracks = {track_id: NamedTrack(track_id, title, artist) for track_id, title, artist in reversed(named.rows())}
    return TrackList([tracks[track_id] for track_id in dict.fromkeys(named["track_id"])], sum(faults.rows.values()))


def _one_id_each(frame: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The rows with the ids that an ingest of this file alone would give them."""
    tracks = merge.tracks([frame.select(list(tables.TRACKS))])
    same = same_track(identity.stated(frame), tracks, faults)
    final = {track_id: same.final(track_id) for track_id in same.of}
    return frame.with_columns(pl.col("track_id").replace(final)) if final else frame


def _links(file: Path) -> list[str] | None:
    """The ids of a text whose first line is an id, URI or link; None for any other file."""
    try:
        if recognise(file) is not Format.CSV:
            return None
    except WrongFile as error:
        raise IngestError(str(error)) from None
    lines = [line.strip() for line in file.read_text("utf-8-sig", errors="replace").splitlines()]
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line]
    if not numbered or _parsed(numbered[0][1]) is None:
        return None
    if wrong := next(((number, line) for number, line in numbered if _parsed(line) is None), None):
        raise IngestError(f"line {wrong[0]} of {str(file)!r} is no track id, URI or link: {wrong[1][:80]!r}")
    return [ids.parse(line) for _, line in numbered]


def _parsed(line: str) -> str | None:
    try:
        return ids.parse(line)
    except ids.MalformedId:
        return None


def _table(file: Path, faults: Faults) -> pl.DataFrame:
    loaded = dict(load(Source(file, file.name), faults))
    if RowType.ENTRIES in loaded:
        entries = rows.entries(loaded[RowType.ENTRIES], content_of(file), file.stem, faults)
        if (playlists := entries["playlist_id"].n_unique()) > 1:
            raise IngestError(f"{str(file)!r} holds {playlists} playlists: give a file with one of them")
        return entries.sort("position", maintain_order=True)
    if RowType.TRACKS in loaded:
        return loaded[RowType.TRACKS]
    raise IngestError(f"{str(file)!r} holds {', '.join(loaded)}: give a list of tracks, in order")


def found(release: Release, tracks: Iterable[NamedTrack]) -> Rows:
    """(tracks,) the row of each track in a release, -1 where it holds none: by id, else by first artist and title.

    Another service often lists another copy of a recording; copies whose titles differ in the label of an edition only
    (pipelines/recordings/groups.py) are the same here.
    """
    listed = list(tracks)
    at = release.rows([track.track_id for track in listed])
    if any(track.name and row < 0 for track, row in zip(listed, at, strict=True)):
        named = _by_name(release)
        at[:] = [named.get(track.name, -1) if row < 0 else row for track, row in zip(listed, at.tolist(), strict=True)]
    return at


def _by_name(release: Release) -> dict[tuple[str, str] | None, int]:
    """The row of each name; of several the first, so that a row with a vector wins."""
    table = pl.read_parquet(release.path / "tracks.parquet", columns=["track_id", "title", "artists"])
    rows_of = table.select("track_id", "title", pl.col("artists").list.first()).iter_rows()
    names = [(NamedTrack(*row).name, number) for number, row in enumerate(rows_of)]
    return {name: number for name, number in reversed(names) if name}

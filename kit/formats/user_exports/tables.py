"""Playlists in CSV tables (Exportify and others, by kit.formats.csv_table) and in Million Playlist slices.

The table that Exportify.app writes has its header in the language of the account and rows that end early where
features are missing: it is read by position, up to the column that all rows have. Audio features stand behind it, and
are read from rows as wide as the header only.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from kit.formats.csv_dialect import LONGEST_FIELD
from kit.formats.csv_table import read_csv
from kit.formats.lists import artists_in
from kit.formats.rows import Fault, Row, RowType
from kit.formats.user_exports.delimited import bounded_lines, cleaned, opened, records
from kit.formats.user_exports.features import features_of
from kit.formats.user_exports.json_document import BROKEN, entries
from kit.formats.user_exports.records import (
    BROKEN_OFF,
    NO_NAMES,
    UNREADABLE,
    PlaylistEntry,
    Rating,
    Record,
    Skipped,
    TrackNames,
    excerpt,
    isrc,
    mbid,
    moment,
    spotify_id,
    text,
    whole,
)

OF_SEVERAL_PEOPLE = "a table of several people's listens: segue-pipeline ingest reads it"
_LIKED = re.compile(r"liked[ _-]*(?:songs|tracks)(?:[ _]?\(\d{1,3}\))?", re.IGNORECASE)
_FEATURES_AT = {31: 19, 32: 20, 34: 19, 35: 20}
"""Width of Exportify.app's table -> where its audio features begin: behind a column of genres or not, and with three
columns about the album after them or not; tables of other widths have none."""
_FEATURES = (
    *("danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness"),
    *("liveness", "valence", "tempo", "time_signature"),
)
"""In the order of that table's columns."""
_URI, _TITLE, _ARTISTS, _ALBUM, _DURATION, _ISRC, _ADDED, _WIDTH = 0, 1, 3, 5, 12, 16, 18, 19


def read_table(path: Path, name: str) -> Iterator[Record]:
    """Yields the entries of a CSV table of playlists or tracks. A file that Exportify named `Liked_Songs.csv`, without
    a column that names playlists, is likes."""
    if is_exportify_app(path):
        yield from _exportify_app(path, name)
        return
    yield from _records(read_csv(path), name)


def read_slice(path: Path, name: str) -> Iterator[Record]:
    """Yields the entries of a Million Playlist slice."""
    with path.open("rb") as file:
        line, number, title = 0, 0, ""
        try:
            for at, value in entries(file, ("playlists.item.tracks.item",), ("playlists.item.name",), "playlists.item"):
                if at == "playlists.item":
                    number, title = number + 1, ""
                elif at == "playlists.item.name":
                    title = text(value)
                else:
                    line += 1
                    yield _of_slice(line, str(number), title or f"{PurePath(name).stem} {number}", value)
        except BROKEN:
            yield Skipped(line + 1, BROKEN_OFF)


def _of_slice(line: int, key: str, title: str, row: Any) -> Record:
    if not isinstance(row, dict):
        return Skipped(line, UNREADABLE)
    get = row.get
    names = (text(get("track_name")), text(get("artist_name")), text(get("album_name")))
    track = TrackNames(*names, spotify_id(get("track_uri")), duration_ms=whole(get("duration_ms")))
    return PlaylistEntry(line, key, title, track) if track.is_identified else Skipped(line, NO_NAMES)


def is_exportify_app(path: Path) -> bool:
    """True when the first row after the header is in the order of Exportify.app's columns."""
    csv.field_size_limit(LONGEST_FIELD)
    with opened(path) as file:
        try:
            first = next(islice(csv.reader(islice(bounded_lines(file), 20)), 1, 2), [])
        except csv.Error:
            return False
    return len(first) >= _WIDTH and bool(spotify_id(first[0])) and first[2].startswith("spotify:artist:")


def _exportify_app(path: Path, name: str) -> Iterator[Record]:
    stem = PurePath(name).stem
    liked = _is_likes(stem)
    with opened(path) as file:
        table = records(file)
        header = next(table)[1] or []
        for line, whole_row in table:
            if whole_row is None or len(whole_row) < _WIDTH:
                yield Skipped(line, UNREADABLE)
                continue
            cells = cleaned(whole_row[:_WIDTH])
            artists = artists_in(cells[_ARTISTS], cells[2], escaped=True)
            track = TrackNames(
                text(cells[_TITLE]),
                text(artists[0] if artists else ""),
                text(cells[_ALBUM]),
                spotify_id(cells[_URI]),
                isrc=isrc(cells[_ISRC]),
                duration_ms=whole(cells[_DURATION]),
                features=_features_of_app(whole_row, len(header)),
            )
            yield _of_file(line, stem, liked, track, cells[_ADDED])


def _features_of_app(row: list[str], width: int) -> tuple[float | None, ...] | None:
    if len(row) != width or (at := _FEATURES_AT.get(width)) is None:
        return None
    return features_of(dict(zip(_FEATURES, row[at:], strict=False)))


def _records(rows: Iterator[Row | Fault], name: str) -> Iterator[Record]:
    stem = PurePath(name).stem
    record_of: Callable[[Row], Record] | None = None
    for row in rows:
        if isinstance(row, Fault):
            yield Skipped(row.line, row.reason)
            continue
        if record_of is None:
            record_of = _converter(row, stem)
        yield record_of(row)


def _converter(first: Row, stem: str) -> Callable[[Row], Record]:
    """What makes records of a table's rows; all have the type and the columns of the first."""
    if first.kind is RowType.PLAYLISTS:
        return lambda row: Skipped(row.line, NO_NAMES, excerpt(text(row.values.get("playlist_name"))))
    if first.kind is RowType.LISTENS:
        return lambda row: Skipped(row.line, OF_SEVERAL_PEOPLE)
    if first.values.keys() & {"playlist_id", "playlist_name"}:
        return lambda row: _of_playlists(row, stem)
    liked = _is_likes(stem)
    return lambda row: _of_file(row.line, stem, liked, _track(row.values), row.values.get("added_at"))


def _of_playlists(row: Row, stem: str) -> Record:
    name = row.values.get("playlist_name")
    given = row.values.get("playlist_id") or name or stem
    return _entry(row.line, _key(str(given)), text(name) or stem, _track(row.values))


def _key(given: str) -> str:
    """A short key of a playlist: an id or a name of a file may be of any length."""
    return blake2b(given.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _track(values: Mapping[str, Any]) -> TrackNames:
    get = values.get
    artists = get("artists")
    credit = get("artist") if artists is None else artists
    several = artists_in(credit, get("artist_uris"), escaped=False) if isinstance(credit, str) else []
    return TrackNames(
        text(get("title")),
        text(several[0] if several else credit),
        text(get("album")),
        spotify_id(get("track_id")),  # a bare id may be one that we derived, or of any other catalogue
        mbid(get("mbid")),
        isrc(get("isrc")),
        whole(get("duration_ms")),
        features=features_of(values),
    )


def _is_likes(stem: str) -> bool:
    return _LIKED.fullmatch(stem) is not None


def _of_file(line: int, stem: str, liked: bool, track: TrackNames, added: Any) -> Record:
    """A row of a file that is one playlist, or the likes (`liked`), which its name tells."""
    if liked and track.is_identified:
        return Rating(line, track, 1, moment(added))
    return _entry(line, stem, stem, track)


def _entry(line: int, key: str, name: str, track: TrackNames) -> Record:
    if not track.is_identified:
        return Skipped(line, NO_NAMES, excerpt(track.artist, track.title))
    return PlaylistEntry(line, key, name, track)

"""Row and Fault, the records that every file reader yields, with one set of column names.

Row.values holds only the columns that the file has, under these names:

    a track    track_id (id, URI or link) | song_id (of another catalogue), title, artist | artists, album, year,
               artist_uris, release_date, duration_ms, genres, explicit, popularity, isrc, mbid, feature_match,
               twelve features
    ENTRIES    playlist_id, position, role, playlist_name, added_at, and the track. A table of entries may identify
               its playlists by name only, or be a single playlist named after the file
    PLAYLISTS  playlist_id, playlist_name, followers, modified_at, role
    LISTENS    user_id, count, value, and the track
    TRACKS     the track
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class RowType(StrEnum):
    """The type of a row."""

    ENTRIES = "entries"
    PLAYLISTS = "playlists"
    LISTENS = "listens"
    TRACKS = "tracks"


class Row(NamedTuple):
    """One readable row; `line` counts from 1."""

    kind: RowType
    line: int
    values: Mapping[str, Any]


class Fault(NamedTuple):
    """One unreadable row: file, line, reason (a short phrase from a fixed set, for counting), and an excerpt."""

    file: str
    line: int
    reason: str
    excerpt: str


class WrongFile(ValueError):
    """The file is not of a supported format; the message states what was found and what is expected."""

"""What every reader yields: one vocabulary of rows, whatever the file called its columns.

Row.values holds only what the file states, under these names:

    a track    track_id (id, URI or link) | song_id (of another catalogue), title, artist | artists, album, year,
               artist_uris, release_date, duration_ms, genres, explicit, popularity, isrc, mbid, feature_match,
               twelve features
    ENTRIES    playlist_id, position, role, playlist_name, added_at, and the track. A table of entries may know its
               playlists by name only, or be one playlist that is called as the file is
    PLAYLISTS  playlist_id, playlist_name, followers, modified_at, role
    LISTENS    user_id, count, value, and the track
    TRACKS     the track
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class RowType(StrEnum):
    """What a row is about."""

    ENTRIES = "entries"
    PLAYLISTS = "playlists"
    LISTENS = "listens"
    TRACKS = "tracks"


class Row(NamedTuple):
    """One readable row; `line` counts from 1 as an editor does."""

    kind: RowType
    line: int
    values: Mapping[str, Any]


class Fault(NamedTuple):
    """One row that could not be read: where, why (a short phrase that can be counted), and what stood there."""

    file: str
    line: int
    reason: str
    said: str


class WrongFile(ValueError):
    """The file is not of a kind that can be read; the message says what was found and what is expected."""

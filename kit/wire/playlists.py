"""Playlists of a person: requests and responses of /v1/me/playlists, and what recommend reads of one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from kit.wire.catalog import MAX_BATCH, Track, TrackId, TrackRef

MAX_PLAYLISTS, MAX_PLAYLIST_TRACKS, MAX_TRACKS_IN_ALL = 500, 5_000, 20_000
MAX_PLAYLIST_NAME = 300
PlaylistName = Annotated[str, StringConstraints(max_length=MAX_PLAYLIST_NAME, pattern=r"^[^\x00]*$")]
Description = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]
Whole = Annotated[int, Field(ge=0, lt=MAX_PLAYLIST_TRACKS)]


class ExportFormat(StrEnum):
    """Forms in which a playlist leaves: JSPF as ListenBrainz has it, M3U8, a CSV table, JSON."""

    JSPF = "jspf"
    M3U8 = "m3u8"
    CSV = "csv"
    JSON = "json"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewPlaylist(_Strict):
    """POST and PUT of a playlist: its name, what it is for, and its tracks in order. A track may be in it twice."""

    name: PlaylistName
    description: Description = ""
    tracks: list[TrackRef] = Field([], max_length=MAX_PLAYLIST_TRACKS)


class PlaylistDetails(_Strict):
    """PATCH /v1/me/playlists/{id}: what is left out stays."""

    name: PlaylistName | None = None
    description: Description | None = None


class AddedTracks(_Strict):
    """POST /v1/me/playlists/{id}/tracks."""

    tracks: list[TrackRef] = Field(min_length=1, max_length=MAX_BATCH)
    position: Whole | None = Field(None, description="Where the first of them stands, from 0; left out = at the end.")
    allow_repeats: StrictBool = Field(
        False, description="true adds tracks that are in the playlist once more; false skips them, so a retry is safe."
    )


class RemovedTracks(_Strict):
    """POST /v1/me/playlists/{id}/tracks:remove: every position of these tracks."""

    tracks: list[TrackRef] = Field(min_length=1, max_length=MAX_BATCH)


class MovedTracks(_Strict):
    """POST /v1/me/playlists/{id}/tracks:move: the `count` tracks from position `start` on come to stand at position
    `to` of the others. A retry would move again: send If-Match."""

    start: Whole
    count: Annotated[int, Field(ge=1, le=MAX_PLAYLIST_TRACKS)] = 1
    to: Whole


class PlaylistSummary(BaseModel):
    """A playlist without its tracks. `version` rises with every change and is the ETag of all answers about it."""

    id: UUID
    name: str
    description: str
    track_count: int
    version: int
    created_at: datetime
    changed_at: datetime


class PlaylistPage(BaseModel):
    """GET /v1/me/playlists: the latest created first."""

    items: list[PlaylistSummary]
    next_cursor: str | None = None


class PlaylistItem(BaseModel):
    """A track of a playlist and its position, from 0."""

    position: int
    track: Track
    added_at: datetime


class Playlist(PlaylistSummary):
    """GET /v1/me/playlists/{id}: one page of its tracks in order."""

    items: list[PlaylistItem]
    next_cursor: str | None = None


class PlaylistRow(BaseModel):
    """What became of one track of a request: added, repeated (it was there), removed, absent, or unknown to us."""

    track: TrackRef
    status: Literal["added", "repeated", "removed", "absent", "unknown"]


class PlaylistChange(BaseModel):
    """The playlist after a change, and the outcome row by row, in the order given."""

    playlist: PlaylistSummary
    results: list[PlaylistRow] = []


class StoredPlaylist(BaseModel):
    """A playlist as recommend continues it."""

    id: UUID
    name: str
    version: int
    tracks: list[TrackId]


class PlaylistLookup(BaseModel):
    """GET /internal/playlists/{id}: null when the bearer has no such playlist."""

    playlist: StoredPlaylist | None

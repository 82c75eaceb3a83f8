"""Tracks that a person's files named and the catalogue lacked."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from kit.wire.catalog import Track, TrackId, TrackRef


class PlacedBy(StrEnum):
    """By what an added track counts for recommendations; unknown: by nothing, it stands in history and lists only."""

    SOUND_AND_ARTIST = "sound and artist"
    ARTIST = "artist"
    SOUND = "sound"
    UNKNOWN = "unknown"


class AddedTrack(BaseModel):
    """A track that the person brought; `own`: nobody else sees it."""

    track: Track
    own: bool
    placed_by: PlacedBy
    added_at: datetime


class AddedTrackPage(BaseModel):
    """GET /v1/me/added-tracks: the latest first; `placed_by` counts all of them."""

    items: list[AddedTrack]
    total: int
    placed_by: dict[PlacedBy, int]
    next_cursor: str | None = None


class SameTrack(BaseModel):
    """PUT /v1/me/added-tracks/{id}: the track of the catalogue that an own track is."""

    model_config = ConfigDict(extra="forbid")

    track: TrackRef


class AddRows(BaseModel):
    """POST /v1/me/imports/{id}/unmatched/added: which rows get a track of the person's own."""

    model_config = ConfigDict(extra="forbid")

    number: int | None = Field(
        None, ge=1, le=2**53 - 1, description="One row; left out = the next rows that no track comes near."
    )
    after: int = Field(0, ge=0, le=2**53 - 1, description="`after` of the answer before, to go on.")


class RowsAdded(BaseModel):
    """What was added. Call again with `after` until it is null: about 200 rows are added at a time."""

    tracks: int = Field(description="Tracks that are new.")
    rows: int = Field(description="Rows of the file that have a track now.")
    new: int = Field(description="Plays, likes and tracks of playlists that were recorded.")
    repeated: int
    track: TrackId | None = Field(None, description="The track, where one row was named.")
    after: int | None = None

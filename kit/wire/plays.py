"""Plays: the history as catalog returns it, plays that scrobblers send by name or code, and the track playing now."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.wire.catalog import Track, TrackId
from kit.wire.moments import Moment
from kit.wire.recommend_options import Milliseconds

MAX_PLAYS = 1_000
"""Plays of one request, as ListenBrainz takes them."""
LONGEST_NAME = 500
_MBID = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
_ISRC = r"^[A-Za-z]{2}-?[0-9A-Za-z]{3}-?[0-9]{2}-?[0-9]{5}$"
TrackName = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]


class PlayOrder(StrEnum):
    """The order of a play history."""

    LATEST = "latest"
    EARLIEST = "earliest"


class PlayedTrack(BaseModel):
    """One play: `id` is what an undo names, `ms` how long it lasted."""

    id: UUID
    track: Track
    played_at: datetime
    ms: int | None = None
    source: str
    context: str | None = None
    counts: bool = Field(description="false: an exclusion covers it, so it does not count for the taste.")


class PlayPage(BaseModel):
    """GET /v1/me/plays: in the order asked for."""

    items: list[PlayedTrack]
    next_cursor: str | None = None


class PlayCount(BaseModel):
    """GET /v1/me/plays/count."""

    count: int


class NamedTrack(BaseModel):
    """A track as a player names it: by title and artist, by codes, or by both. What is not known is left out."""

    model_config = ConfigDict(extra="forbid")

    title: TrackName = ""
    artist: TrackName = ""
    album: TrackName = ""
    duration_ms: Milliseconds | None = None
    mbid: Annotated[str, StringConstraints(pattern=_MBID)] | None = Field(None, description="Of the recording.")
    isrc: Annotated[str, StringConstraints(pattern=_ISRC)] | None = None
    spotify: TrackId | None = Field(None, description="A Spotify track id.")
    source: Source = Field("api", description="The player or scrobbler; exclusions name it.")


class NewPlay(NamedTrack):
    """A play. One that is known to be shorter than half the track and than four minutes is recorded as a skip."""

    played_at: Moment = Field(description="When it began. Not in the future and not before 2000.")
    ms: Milliseconds | None = Field(None, description="How long it was played; left out = long enough.")


class NewPlays(BaseModel):
    """POST /v1/me/plays."""

    model_config = ConfigDict(extra="forbid")

    plays: list[NewPlay] = Field(min_length=1, max_length=MAX_PLAYS)


class PlayResult(BaseModel):
    """What became of one play: stored; repeated (a play of the track within a minute of it is there); unmatched (no
    certain track: it is kept with the unmatched rows of the import `unmatched_in`); or refused with the reason."""

    status: Literal["stored", "repeated", "unmatched", "refused"]
    kind: Literal["play", "skip"] = "play"
    id: UUID | None = Field(None, description="What an undo names.")
    track: TrackId | None = None
    confidence: float | None = None
    by: str | None = Field(None, description="The rule that found the track.")
    detail: str | None = None


class PlayResults(BaseModel):
    """Play by play, in the order given, and the version of the taste that has them all."""

    results: list[PlayResult]
    taste_version: int
    unmatched_in: UUID | None = Field(None, description="GET /v1/me/imports/{id}/unmatched lists those unmatched.")


class PlayingNow(BaseModel):
    """What plays at this moment, as the player named it; `track` when the catalogue has it for certain."""

    title: str
    artist: str
    album: str
    duration_ms: int | None = None
    source: str
    since: datetime
    until: datetime = Field(description="When it is forgotten, unless the player reports again.")
    track: Track | None = None


class PlayingNowFound(BaseModel):
    """GET /v1/me/plays/current: null when nothing plays."""

    playing: PlayingNow | None

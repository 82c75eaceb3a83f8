"""The Spotify link of a person, what is read over it, and what auth and catalog exchange about it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from kit.wire.catalog import TrackId
from kit.wire.jobs import JobView

MAX_ITEMS = 100
"""Tracks that Spotify takes in one call that writes a playlist."""
SpotifyId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,64}$")]
LinkPurpose = Literal["read", "save"]


class SpotifyState(StrEnum):
    """The state of a person's link."""

    NOT_CONFIGURED = "not_configured"
    NOT_CONNECTED = "not_connected"
    CONNECTED = "connected"
    NEEDS_REAUTH = "needs_reauth"
    QUOTA_UNTIL = "quota_until"
    NOT_ALLOWLISTED = "not_allowlisted"
    PREMIUM_LAPSED = "premium_lapsed"


class SpotifyLink(BaseModel):
    """GET /v1/spotify: the link of the person who is signed in. It never has a token."""

    state: SpotifyState
    detail: str = Field(description="What the state means and what to do, in one sentence.")
    account: str | None = Field(None, description="The name of the Spotify account.")
    connected_at: datetime | None = None
    changed_at: datetime | None = Field(None, description="When the state became what it is.")
    quota_until: datetime | None = Field(None, description="With quota_until: when Spotify is asked again.")
    can_save: bool = Field(False, description="Spotify allowed to save playlists; else ask with purpose=save first.")
    renewable: bool = Field(True, description="False for an access token that was handed over: it ends in an hour.")


class SpotifyStart(BaseModel):
    """GET /v1/spotify/start: the page of Spotify that asks the person to agree."""

    url: str
    expires_in: int = Field(description="Seconds within which the code must come back.")


class SpotifyCode(BaseModel):
    """POST /v1/spotify/callback: `code` and `state` of the address to which Spotify sent the browser back."""

    model_config = ConfigDict(extra="forbid")

    code: SecretStr = Field(min_length=1, max_length=2048)
    state: SecretStr = Field(min_length=1, max_length=200)


class SpotifyToken(BaseModel):
    """POST /v1/spotify/token: an access token that the person got from Spotify in another way."""

    model_config = ConfigDict(extra="forbid")

    access_token: SecretStr = Field(min_length=1, max_length=2048)


# -- what catalog keeps and shows ------------------------------------------------------------------------------------
class SpotifyTrack(BaseModel):
    """A track as Spotify names it, for display; `track` is the same one in the catalogue, where that is certain."""

    id: str
    title: str
    artists: list[str]
    album: str | None = None
    url: str = Field(description="The track at Spotify.")
    track: TrackId | None = None
    at: datetime | None = Field(None, description="When it was liked, played or added.")


class SpotifyTracks(BaseModel):
    """GET /v1/spotify/tracks."""

    items: list[SpotifyTrack]
    total: int
    next_cursor: str | None = None


class SpotifyPlaylist(BaseModel):
    """A playlist of the person at Spotify."""

    id: str
    name: str
    tracks: int


class SpotifyLibrary(BaseModel):
    """GET /v1/spotify/library: what was read, and when. Without a sync everything is 0."""

    synced_at: datetime | None = None
    expires_at: datetime | None = Field(None, description="When this is deleted unless it is read again.")
    liked: int = 0
    top: int = 0
    recent: int = 0
    playlists: list[SpotifyPlaylist] = []
    unchanged_playlists: int = Field(0, description="Playlists that the last sync did not read again.")
    counts_for_taste: bool = Field(False, description="Whether likes of Spotify are likes here: the operator decides.")
    job: JobView | None = Field(None, description="The sync that runs or ran last.")


class SpotifySave(BaseModel):
    """POST /v1/spotify/playlists: the playlist of the person to save at Spotify, as a private one."""

    model_config = ConfigDict(extra="forbid")

    playlist: UUID


# -- between catalog and auth ----------------------------------------------------------------------------------------
class SpotifyOutcome(StrEnum):
    """What became of a call to Spotify. Beside the states: for this call only."""

    OK = "ok"
    NOT_CONFIGURED = "not_configured"
    NOT_CONNECTED = "not_connected"
    NEEDS_REAUTH = "needs_reauth"
    QUOTA_UNTIL = "quota_until"
    NOT_ALLOWLISTED = "not_allowlisted"
    PREMIUM_LAPSED = "premium_lapsed"
    SCOPE_MISSING = "scope_missing"
    REFUSED = "refused"
    GONE = "gone"
    UNAVAILABLE = "unavailable"
    START_OVER = "start_over"


class SpotifyRead(BaseModel):
    """POST /internal/spotify:read: one page of what a person's account has."""

    person: UUID
    section: Literal["liked", "top", "recent", "playlists", "playlist"]
    playlist: SpotifyId | None = None
    offset: int = Field(0, ge=0, le=100_000)


class ReadTrack(BaseModel):
    """A track of a page."""

    id: str
    title: str
    artists: list[str]
    album: str = ""
    isrc: str = ""
    duration_ms: int | None = None
    at: datetime | None = None


class ReadPlaylist(BaseModel):
    """A playlist of a page; `own`: Spotify gives its tracks, the person owns it or works on it."""

    id: str
    name: str
    snapshot: str
    own: bool


class SpotifyPage(BaseModel):
    """One page; `next_offset` is None at the end. `until`: with quota_until."""

    outcome: SpotifyOutcome
    until: datetime | None = None
    account: str = Field("", description="Digest of the Spotify account, so that another one's data is not mixed in.")
    tracks: list[ReadTrack] = []
    playlists: list[ReadPlaylist] = []
    next_offset: int | None = None
    total: int | None = Field(None, description="Rows of the whole section, as Spotify counts them.")


class SpotifyWrite(BaseModel):
    """POST /internal/spotify:write: tracks of a saved playlist from a position on; position 0 replaces all."""

    person: UUID
    playlist: UUID
    name: str
    position: int = Field(ge=0, le=100_000)
    ids: list[SpotifyId] = Field(max_length=MAX_ITEMS)


class SpotifyWritten(BaseModel):
    """What became of it. start_over: the call before had no known end, so begin at position 0 again."""

    outcome: SpotifyOutcome
    until: datetime | None = None
    id: str | None = None

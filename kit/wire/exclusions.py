"""What of a person's listening does not count for the taste: tracks, playlists, sources, periods."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kit.wire.catalog import Track, TrackRef
from kit.wire.moments import Moment

MAX_EXCLUSIONS = 50
ExclusionKind = Literal["track", "playlist", "source", "period"]


class NewExclusion(BaseModel):
    """POST /v1/me/exclusions: exactly one of a track, a playlist, a source, or a period (`since`, `until` or both)."""

    model_config = ConfigDict(extra="forbid")

    track: TrackRef | None = None
    playlist: UUID | None = Field(
        None, description="One of your playlists: what was played from it, and all events of the tracks it holds."
    )
    source: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = Field(
        None, description="As events name it: `source` of POST /v1/me/feedback."
    )
    since: Moment | None = Field(None, description="Events from this moment on; left out = from the first.")
    until: Moment | None = Field(None, description="Events before this moment; left out = without end.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        period = self.since is not None or self.until is not None
        if sum([self.track is not None, self.playlist is not None, self.source is not None, period]) != 1:
            raise ValueError("exclude exactly one of track, playlist, source, or a period of since, until or both")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError(f"since {self.since.isoformat()} is not before until {self.until.isoformat()}")
        return self

    @property
    def exclusion_type(self) -> ExclusionKind:
        """Which of the four it is."""
        if self.track is not None:
            return "track"
        if self.playlist is not None:
            return "playlist"
        return "source" if self.source is not None else "period"


class Exclusion(BaseModel):
    """One exclusion and the number of likes, plays and skips that it sets aside now."""

    id: UUID
    kind: ExclusionKind
    track: Track | None = None
    playlist: UUID | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    created_at: datetime
    events: int


class ExclusionList(BaseModel):
    """GET /v1/me/exclusions: the latest first. `taste_version` is the version of the taste that has them all."""

    items: list[Exclusion]
    taste_version: int

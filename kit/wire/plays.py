"""Play history, as catalog returns it."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from kit.wire.catalog import Track


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
    """GET /v1/me/plays: the latest first."""

    items: list[PlayedTrack]
    next_cursor: str | None = None

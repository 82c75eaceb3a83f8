"""What a person never wants to hear: muted artists, genres and types of versions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.recordings.version_types import VersionType
from kit.wire.catalog import TrackId

MAX_MUTED_ARTISTS, MAX_MUTED_GENRES = 500, 100

MutedGenre = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Mutes(BaseModel):
    """Artists by id (also where they are guests), genres as in a filter, types of versions by the labels of titles."""

    model_config = ConfigDict(extra="forbid")

    artists: list[TrackId] = Field([], max_length=MAX_MUTED_ARTISTS)
    genres: list[MutedGenre] = Field([], max_length=MAX_MUTED_GENRES)
    versions: list[VersionType] = Field([], max_length=len(VersionType))

    def __bool__(self) -> bool:
        return bool(self.artists or self.genres or self.versions)


class Mute(BaseModel):
    """One mute: `value` is what the path names, `name` what people read."""

    kind: Literal["artist", "genre", "version"]
    value: str
    name: str
    since: datetime


class MuteList(BaseModel):
    """GET /v1/me/mutes: the latest first. `taste_version` is the version of the taste that has them all."""

    items: list[Mute]
    taste_version: int

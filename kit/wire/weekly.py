"""Weekly lists of a person: made by recommend, kept by catalog, read by pages, exports and other doors."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kit.wire.catalog import Track, TrackId
from kit.wire.recommend_response import Reason

MAX_WEEKLY_TRACKS = 30
MAX_CLAIMED = 20


class WeeklyKey(StrEnum):
    """The lists: what is new to the person, what they have not played for long, lesser-known ones of their artists."""

    DISCOVER = "discover"
    REDISCOVER = "rediscover"
    DEEP_CUTS = "deep_cuts"


NAMES = {WeeklyKey.DISCOVER: "Discover", WeeklyKey.REDISCOVER: "Rediscover", WeeklyKey.DEEP_CUTS: "Deep cuts"}
ABOUT = {
    WeeklyKey.DISCOVER: "Songs that are new to you, one for each artist.",
    WeeklyKey.REDISCOVER: "Songs you liked or played and have not played for three months, one for each artist.",
    WeeklyKey.DEEP_CUTS: "Lesser-known songs by artists you like or play, new to you, one for each artist.",
}


class WeeklyTrack(BaseModel):
    """A track of a weekly list and why it is there."""

    track: Track
    reason: Reason


class WeeklyList(BaseModel):
    """One list. Its id and name stay, its tracks are replaced each week."""

    id: UUID
    key: WeeklyKey
    name: str
    about: str
    tracks: list[WeeklyTrack]


class WeeklyLists(BaseModel):
    """GET /v1/me/weekly: the lists of this week, as mutes, exclusions and dislikes leave them now. A list without
    tracks says that there is too little to make it of."""

    week: date | None = Field(None, description="The Monday that the week begins with (UTC); null = never made yet.")
    next: date = Field(description="The Monday of the next lists.")
    made_at: datetime | None = None
    release: str | None = None
    lists: list[WeeklyList]
    degraded: str | None = Field(
        None, description="weekly_old: this week's lists cannot be made right now, these are the last ones."
    )


class EarlierWeek(BaseModel):
    """A week before whose lists are kept."""

    week: date
    made_at: datetime


class EarlierWeeks(BaseModel):
    """GET /v1/me/weekly/earlier: up to four weeks, the latest first."""

    items: list[EarlierWeek]


class MadeTrack(BaseModel):
    """A track of a list as recommend made it."""

    model_config = ConfigDict(extra="forbid")

    track: TrackId
    reason: Reason


MadeLists = dict[WeeklyKey, Annotated[list[MadeTrack], Field(max_length=MAX_WEEKLY_TRACKS)]]


class MadeWeekly(BaseModel):
    """POST /internal/weekly: the lists of one person and week. Of several for one week the first is kept."""

    model_config = ConfigDict(extra="forbid")

    person: UUID
    week: date
    release: str
    lists: MadeLists


class WeeklyKept(BaseModel):
    """Whether the lists are the ones that are kept now."""

    kept: bool


class WeeklyClaim(BaseModel):
    """POST /internal/weekly:claim: asks for people whose lists of this week are not made."""

    model_config = ConfigDict(extra="forbid")

    week: date
    most: Annotated[int, Field(ge=1, le=MAX_CLAIMED)]


class WeeklyClaimed(BaseModel):
    """People that nobody else gets within the next minutes."""

    people: list[UUID]

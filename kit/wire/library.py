"""What a person likes, plays and was shown: catalog's library, towards people and towards recommend."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from kit.wire.catalog import Track, TrackId, TrackRef
from kit.wire.moments import Moment
from kit.wire.mutes import Mutes
from kit.wire.recommend_options import Milliseconds

MAX_FEEDBACK = 500
MAX_LISTS = 500
MAX_SHOWN = 500
MAX_SHOWN_LATELY = 5_000
MAX_SHOWN_SEEDS = 20
MAX_OPINIONS = 2_000
MAX_LIKES = 2_000
MAX_RECENT = 1_000
MAX_VERSIONS = 100


class Opinion(StrEnum):
    """What a person says of a track. The last word counts; `neutral` takes it back, `never` is the strongest no."""

    LIKE = "like"
    DISLIKE = "dislike"
    NEVER = "never"
    NEUTRAL = "neutral"


class FeedbackKind(StrEnum):
    """What a person says of a track, and what happened to it."""

    LIKE = "like"
    DISLIKE = "dislike"
    NEVER = "never"
    NEUTRAL = "neutral"
    PLAY = "play"
    SKIP = "skip"
    IMPRESSION = "impression"


class ListedOpinion(StrEnum):
    """Which opinions GET /v1/me/likes lists: likes, or what the person dislikes or never wants to hear."""

    LIKE = "like"
    DISLIKE = "dislike"


VALUE = {"like": 1, "neutral": 0, "dislike": -1, "never": -1}
"""The `like` of a track object by opinion."""


Key = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[!-~]+$")]


class Feedback(BaseModel):
    """One thing to remember. `key` (or the Idempotency-Key header) makes a retry change nothing."""

    model_config = ConfigDict(extra="forbid")

    track: TrackRef
    kind: FeedbackKind
    at: Moment | None = Field(
        None, description="When it happened; now if left out. Not in the future and not before 2000."
    )
    ms: Milliseconds | None = Field(None, description="How long a play lasted.")
    source: Annotated[str, StringConstraints(max_length=40)] = "api"
    context: Annotated[str, StringConstraints(max_length=200)] | None = None
    key: Key | None = None


class FeedbackBatch(BaseModel):
    """POST /v1/me/feedback."""

    model_config = ConfigDict(extra="forbid")

    events: list[Feedback] = Field(min_length=1, max_length=MAX_FEEDBACK)


class FeedbackStored(BaseModel):
    """What became of one row: stored, repeated (it was there already: the same id), or refused with the reason."""

    status: Literal["stored", "repeated", "refused"]
    id: UUID | None = None
    detail: str | None = None


class FeedbackLine(FeedbackStored):
    """What became of one line of a body in JSON Lines; `line` counts from 1."""

    line: int = Field(ge=1)


class FeedbackResults(BaseModel):
    """Row by row, in the order given, and the version of the taste that has them all."""

    results: list[FeedbackStored]
    taste_version: int


class CurrentOpinion(BaseModel):
    """What holds for a track after a like was set, taken back or undone; `id` is what an undo names."""

    id: UUID
    track: TrackId
    opinion: Opinion
    like: Literal[1, 0, -1] | None
    taste_version: int


class LikedTrack(BaseModel):
    """A liked (or disliked) track and when that was said."""

    track: Track
    liked_at: datetime


class LikedPage(BaseModel):
    """Liked tracks, the latest first; `total` counts all pages."""

    items: list[LikedTrack]
    total: int
    next_cursor: str | None = None


class LikeDate(BaseModel):
    """A liked track by its id, and when it was liked."""

    track: TrackId
    liked_at: datetime


class LikeDates(BaseModel):
    """GET /internal/likes: a person's likes, the latest first; `next` = the `before` of the next page, null on the last
    one. `total` counts all pages."""

    items: list[LikeDate]
    total: int
    next: int | None = None


class Played(BaseModel):
    """How often a track was played and skipped, excluded events aside; `last_day`: the day of the last play of all
    (datetime.date.toordinal, UTC), 0 = never played."""

    track: TrackId
    plays: int = 0
    skips: int = 0
    last_day: int = 0


class UserFeedback(BaseModel):
    """GET /internal/taste: everything recommend needs to know of a person. ETag is the version.

    Every track that the person has an opinion of or has played is in one of the lists, newest first: their number is
    bounded where feedback is recorded. `played` holds the 10,000 tracks played last with how often, `heard` the others
    and those whose plays are all excluded, `set_aside` the likes that are excluded: known, but nothing of the taste.
    `in_playlists` are the tracks of the person's playlists: known too.
    `last_days` are the last days of `heard`, one for each track (as in `Played`).
    `version` rises with every change of any of them.
    """

    person: UUID
    version: int
    likes: list[TrackId] = []
    dislikes: list[TrackId] = []
    never: list[TrackId] = []
    played: list[Played] = []
    heard: list[TrackId] = []
    last_days: list[int] = []
    set_aside: list[TrackId] = []
    in_playlists: list[TrackId] = []
    mutes: Mutes = Mutes()


class Standing(BaseModel):
    """An opinion that holds: whose, of which track. `number` is that of the event that said it."""

    number: int
    person: UUID
    track: TrackId
    opinion: Opinion


class Opinions(BaseModel):
    """GET /internal/opinions: what holds of everybody, in the order it was said, and the number to ask after next time.

    Fewer than 2,000 = all. A track spoken of again meanwhile comes again: the last word counts.
    """

    items: list[Standing]
    after: int


class RecentTrack(BaseModel):
    """A track and the number of people who liked or played it lately."""

    track: TrackId
    people: int = Field(ge=1)


class RecentTracks(BaseModel):
    """GET /internal/trending: the tracks that most people liked or played in the last `days` days, at most 1,000, each
    by so many people at least as catalog is set to; `people` counts everybody behind them once. `unfinished`: they are
    being counted, and nothing is known yet."""

    items: list[RecentTrack] = Field(max_length=MAX_RECENT)
    people: int = Field(ge=0)
    days: int
    unfinished: bool = False


class VersionsWanted(BaseModel):
    """POST /internal/taste:versions, for services: whose."""

    model_config = ConfigDict(extra="forbid")

    people: list[UUID] = Field(min_length=1, max_length=MAX_VERSIONS)


class Versions(BaseModel):
    """The version of each person's taste, in that order, as GET /internal/taste has it in its ETag; null of an account
    that was deleted."""

    versions: list[int | None] = Field(max_length=MAX_VERSIONS)


class ImpressionList(BaseModel):
    """Tracks that a person was shown, best first: one impression event for the whole list; the tracks that it started
    from, and the options of its request that differ from the defaults."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    person: UUID
    at: AwareDatetime
    release: str
    source: str
    tracks: list[TrackId] = Field(min_length=1, max_length=MAX_SHOWN)
    seeds: list[TrackId] | None = Field(None, max_length=MAX_SHOWN_SEEDS)
    request: dict[str, Any] | None = None


class ImpressionBatch(BaseModel):
    """POST /internal/impressions: idempotent by the lists' ids."""

    model_config = ConfigDict(extra="forbid")

    lists: list[ImpressionList] = Field(min_length=1, max_length=MAX_LISTS)


class RecentImpressions(BaseModel):
    """GET /internal/shown: tracks that a person was shown in the last seven days, the latest first; of more than 5,000
    the latest (SEGUE_CATALOG_SHOWN_MOST)."""

    tracks: list[TrackId]


class RecommendedList(BaseModel):
    """A list that a person was shown: when, by which release, where, and its tracks as they are today."""

    id: UUID
    at: datetime
    release: str
    source: str
    tracks: list[Track]
    seeds: list[Track] = Field([], description="What it started from, at most 20: seeds, or likes and plays.")
    request: dict[str, Any] = Field({}, description="Options of the request, but for those left at their defaults.")


class RecommendationHistory(BaseModel):
    """GET /v1/me/recommendations/history: lists of the last seven days, the latest first."""

    items: list[RecommendedList]
    next_cursor: str | None = None

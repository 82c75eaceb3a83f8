"""The requests that recommend takes (responses: kit/wire/recommend_response.py). Every limit is stated here, once."""

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from kit.wire.catalog import MAX_TEXTS, Features, TrackRef
from kit.wire.mutes import Mutes

MAX_LIMIT = 500
MAX_SEEDS = 500
MAX_SET = 20
MAX_REACH = 5000


def _number(value: Any) -> Any:
    """JSON Schema's idea of a number: neither true nor "1", both of which pydantic would take for 1."""
    if isinstance(value, bool | str):
        raise ValueError(f"expected a number, not {value!r}")
    return value


def _numbers(values: Any) -> Any:
    return {name: _number(value) for name, value in values.items()} if isinstance(values, dict) else values


Finite = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_number)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_number)]
Days = Annotated[int, Field(ge=1, le=36_500), BeforeValidator(_number)]
Milliseconds = Annotated[int, Field(ge=0, le=86_400_000), BeforeValidator(_number)]
Sound = Annotated[Features, BeforeValidator(_numbers)]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"}),
]


class Mode(StrEnum):
    """Presets of the dials. `similar` is the pure ranking: no caps, no mixing - the one that evaluations use.

    `sequence` takes the seeds in their order and ranks what comes next, the last seed counting most.
    """

    BALANCED = "balanced"
    SIMILAR = "similar"
    DISCOVER = "discover"
    DEEP_CUTS = "deep_cuts"
    HITS = "hits"
    SEQUENCE = "sequence"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _given(name: str, kind: str) -> dict[str, Any]:
    """JSON Schema of an object in which this field is there and not null."""
    return {"required": [name], "properties": {name: {"type": kind}}}


class Seed(_Strict):
    """What to start from: a track, a sound (features only), or words to search for. Exactly one of the three."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [_given("track", "string"), _given("features", "object"), _given("text", "string")]}
    )

    track: TrackRef | None = None
    features: Sound | None = Field(None, json_schema_extra={"minProperties": 1})
    text: Words | None = None
    weight: Finite = Field(
        1.0, gt=0, le=100, description="Only proportions count: a seed of a thousandth of another's weight says little."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.track, self.features, self.text)) != 1:
            raise ValueError("a seed is exactly one of track, features or text")
        if self.features is not None and not any(value is not None for value in dict(self.features).values()):
            raise ValueError("a features seed names at least one feature")
        return self


class Avoid(_Strict):
    """A track whose kind of music is not wanted: it and what stands near it sink."""

    track: TrackRef


class Range(_Strict):
    """Inclusive bounds; a song whose value is unknown is outside every range."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_given("min", "number"), _given("max", "number")]})

    min: Finite | None = None
    max: Finite | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("a range needs min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self


class Filters(_Strict):
    """Hard limits: every song returned satisfies all of them."""

    danceability: Range | None = None
    energy: Range | None = None
    key: Range | None = None
    loudness: Range | None = None
    mode: Range | None = None
    speechiness: Range | None = None
    acousticness: Range | None = None
    instrumentalness: Range | None = None
    liveness: Range | None = None
    valence: Range | None = None
    tempo: Range | None = None
    time_signature: Range | None = None
    year: Range | None = None
    duration_ms: Range | None = None
    popularity: Range | None = None
    genres: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] = Field(
        [],
        max_length=50,
        description="Any of these will do. Case, blanks, hyphens and the way of writing `and` do not matter, and "
        "common synonyms are known; what the release does not know is listed in `unknown_genres`.",
    )
    explicit: StrictBool | None = Field(
        None, description="false leaves out songs marked explicit; true and null let all pass."
    )


class Dials(_Strict):
    """Soft preferences, each 0 to 1 except per_artist; null keeps the mode's own setting."""

    adventurous: Share | None = Field(
        None, description="0 as learned, 1 hardly a song by the seeds' artists; in between in even steps."
    )
    popularity: Share | None = Field(
        None, description="0 deep cuts, 0.5 as learned, 1 hits; in even steps on each side of 0.5."
    )
    variety: Share | None = None
    per_artist: Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_number)] | None = Field(
        None,
        description="At most so many tracks of an artist in the whole answer. Unset: 3 in any 20 in a row in the modes "
        "balanced and hits, 2 in deep_cuts, also across the sets of one request; 1 in the whole answer in discover; "
        "any number in similar and sequence.",
    )


class RecommendationOptions(_Strict):
    """What may be asked of any list: how long, in which mode, within which limits. Alone it is what a person asks
    for by GET /v1/me/recommendations, where the seeds are the person's own taste."""

    limit: Whole = Field(20, ge=1, le=MAX_LIMIT)
    mode: Mode = Mode.BALANCED
    filters: Filters = Field(default_factory=Filters)
    targets: Sound = Field(default_factory=Features, description="Wished values; nearer is better, nothing is cut.")
    dials: Dials = Field(default_factory=Dials)
    exclude_known: StrictBool = Field(
        True,
        description="Leaves out what the signed-in person has liked or played; guests know nothing. "
        "What the person dislikes never comes.",
    )
    exclude_shown: StrictBool = Field(
        False,
        description="Leaves out what the signed-in person was shown in the last seven days, 5,000 tracks at most.",
    )
    only_new: StrictBool = Field(
        False,
        description="Leaves out whatever the signed-in person has ever played, liked, rated or put in a playlist, in "
        "any version, also where exclude_known is false.",
    )
    not_played_for_days: Days | None = Field(
        None,
        description="Leaves out what the signed-in person has played in so many days, in any version. With "
        "exclude_known false, 365 brings back what was not heard for a year.",
    )
    set: Whole = Field(1, ge=1, le=MAX_SET, description="2 = another set without repeats of set 1, and so on.")
    name: Words | None = Field(
        None,
        description="What the list is called, or a mood in words: tracks of lists with such names come first. It "
        "counts most beside few seeds; alone it is enough.",
    )

    mutes: Mutes | None = Field(
        None, description="Artists, genres and types of versions to leave out, beside those the person has muted."
    )

    @model_validator(mode="after")
    def _within_reach(self) -> Self:
        if self.limit * self.set > MAX_REACH:
            raise ValueError(f"limit x set is {self.limit * self.set}, above {MAX_REACH}: ask for fewer sets")
        return self


class RecommendationRequest(RecommendationOptions):
    """POST /v1/recommendations: seeds, a name, or both."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["seeds"], "properties": {"seeds": {"type": "array", "minItems": 1}}},
                _given("name", "string"),
            ]
        }
    )

    seeds: list[Seed] = Field([], max_length=MAX_SEEDS)
    avoid: list[Avoid] = Field([], max_length=MAX_SEEDS)

    @model_validator(mode="after")
    def _something_to_start_from(self) -> Self:
        if not self.seeds and self.name is None:
            raise ValueError("give seeds, the name of a list, or both")
        return self

    @model_validator(mode="after")
    def _few_texts(self) -> Self:
        if sum(seed.text is not None for seed in self.seeds) > MAX_TEXTS:
            raise ValueError(f"more than {MAX_TEXTS} seeds are text: search first and seed with the tracks' ids")
        return self


class Continuation(_Strict):
    """POST /v1/playlists/continue: the tracks of a playlist or the id of one of yours, and what is wished of those
    after it."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["tracks"], "properties": {"tracks": {"type": "array", "minItems": 1}}},
                _given("playlist", "string"),
            ]
        }
    )

    tracks: list[TrackRef] = Field([], max_length=MAX_SEEDS)
    playlist: UUID | None = Field(
        None,
        description="A playlist of the signed-in person, in place of `tracks`: its last 500 tracks are the seeds, none "
        "of its tracks comes, and its name counts unless `name` is given.",
    )
    length: Whole = Field(20, ge=1, le=MAX_LIMIT, description="How many tracks to add.")
    ordered: StrictBool = Field(
        True,
        description="true: the tracks are in order, and what comes next is ranked, as mode sequence does. "
        "false: their order says nothing, as in mode balanced.",
    )
    name: Words | None = Field(None, description="What the playlist is called, if it has a name: one more seed.")
    filters: Filters = Field(default_factory=Filters)
    dials: Dials = Field(default_factory=Dials)
    exclude_known: StrictBool = Field(True, description="As in POST /v1/recommendations.")
    only_new: StrictBool = Field(False, description="As in POST /v1/recommendations.")
    not_played_for_days: Days | None = Field(None, description="As in POST /v1/recommendations.")
    mutes: Mutes | None = Field(None, description="As in POST /v1/recommendations.")

    @model_validator(mode="after")
    def _one_playlist(self) -> Self:
        if bool(self.tracks) == (self.playlist is not None):
            raise ValueError("continue either the tracks of a playlist or, signed in, one of your playlists by its id")
        return self

    def as_request(self) -> RecommendationRequest:
        """The same as a request with seeds."""
        return RecommendationRequest(
            seeds=[Seed(track=track) for track in self.tracks[-MAX_SEEDS:]],
            limit=self.length,
            mode=Mode.SEQUENCE if self.ordered else Mode.BALANCED,
            name=self.name,
            filters=self.filters,
            dials=self.dials,
            exclude_known=self.exclude_known,
            only_new=self.only_new,
            not_played_for_days=self.not_played_for_days,
            mutes=self.mutes,
        )

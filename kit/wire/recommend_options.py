"""Options of a recommendation request: numbers and their bounds, modes, filters, dials. Each limit is stated once."""

from enum import StrEnum
from typing import Annotated, Any, Self

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

from kit.wire.catalog import FEATURES, Features

MAX_LIMIT = 500


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
WantedGenre = Annotated[str, StringConstraints(min_length=1, max_length=80)]
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


class Strict(BaseModel):
    """A body in which an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def given(name: str, kind: str) -> dict[str, Any]:
    """JSON Schema of an object in which this field is there and not null."""
    return {"required": [name], "properties": {name: {"type": kind}}}


class Range(Strict):
    """Inclusive bounds; a track whose value is unknown is outside every range."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [given("min", "number"), given("max", "number")]})

    min: Finite | None = None
    max: Finite | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("a range needs min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self


class Filters(Strict):
    """Hard limits: every track returned satisfies all of them."""

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
    genres: list[WantedGenre] = Field(
        [],
        max_length=50,
        description="Any of these will do. Case, blanks, hyphens and the way of writing `and` do not matter, and "
        "common synonyms are known; what the release does not know is listed in `unknown_genres`.",
    )
    explicit: StrictBool | None = Field(
        None, description="false leaves out tracks marked explicit; true and null let all pass."
    )


class Targets(Features):
    """Wished values: those of audio features, and two more."""

    duration_ms: float | None = Field(None, ge=0, le=86_400_000)
    popularity: float | None = Field(None, ge=0, le=100)


TARGETS = (*FEATURES, "duration_ms", "popularity")
"""What may be a target, in the order of every array of targets."""
WishedValues = Annotated[Targets, BeforeValidator(_numbers)]


class Dials(Strict):
    """Soft preferences, each 0 to 1 except per_artist; null keeps the mode's own setting."""

    adventurous: Share | None = Field(
        None, description="0 as learned, 1 hardly a track by the seeds' artists; in between in even steps."
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

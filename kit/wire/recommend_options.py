"""Options of a recommendation request: numbers and their bounds, modes, filters, dials. Each limit is stated once."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, StringConstraints, WithJsonSchema

from kit.wire.catalog import FEATURES, Features
from kit.wire.ranges import PercentileRange, PitchClassRange, Range, Strict, UnitRange, number

MAX_LIMIT = 500


def _numbers(values: Any) -> Any:
    return {name: number(value) for name, value in values.items()} if isinstance(values, dict) else values


Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(number)]
Whole = Annotated[int, BeforeValidator(number)]
Days = Annotated[int, Field(ge=1, le=36_500), BeforeValidator(number)]
Milliseconds = Annotated[int, Field(ge=0, le=86_400_000), BeforeValidator(number)]
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


class Filters(Strict):
    """Hard limits: every track returned satisfies all of them."""

    danceability: UnitRange | None = None
    energy: UnitRange | None = None
    key: PitchClassRange | None = None
    loudness: Range | None = None
    mode: UnitRange | None = None
    speechiness: UnitRange | None = None
    acousticness: UnitRange | None = None
    instrumentalness: UnitRange | None = None
    liveness: UnitRange | None = None
    valence: UnitRange | None = None
    tempo: Range | None = None
    time_signature: Range | None = None
    year: Range | None = None
    duration_ms: Range | None = None
    popularity: PercentileRange | None = None
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
    per_artist: Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(number)] | None = Field(
        None,
        description="At most so many tracks of an artist in the whole answer. Unset: 3 in any 20 in a row in the modes "
        "balanced and hits, 2 in deep_cuts, also across the sets of one request; 1 in the whole answer in discover; "
        "any number in similar and sequence.",
    )

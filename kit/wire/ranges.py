"""Ranges of a filter: inclusive bounds, on a scale where what they limit has one.

A share, a key and a percentile have a scale, and a bound off it is refused: no track is at 7 of 1, and 70 for .7 would
pass for no bound. A tempo, a loudness, a duration or a year may be bounded as a caller likes. The scales are those of
the wished values (kit.wire.recommend_options.Targets).
"""

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema


class Strict(BaseModel):
    """A body in which an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def number(value: Any) -> Any:
    """JSON Schema's idea of a number: neither true nor "1", both of which pydantic would take for 1."""
    if isinstance(value, bool | str):
        raise ValueError(f"expected a number, not {value!r}")
    return value


@dataclass(frozen=True)
class Scale:
    """Annotates a number that lies from `low` to `high`; the error names both."""

    low: int
    high: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A finite number with these limits, which also stand in the JSON Schema."""
        finite = core_schema.float_schema(ge=self.low, le=self.high, allow_inf_nan=False)
        return core_schema.no_info_before_validator_function(self._checked, finite)

    def _checked(self, value: Any) -> Any:
        if isinstance(number(value), int | float) and not self.low <= value <= self.high:
            raise ValueError(f"expected a number from {self.low} to {self.high}")
        return value


Finite = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(number)]
Unit = Annotated[float, Scale(0, 1)]
PitchClass = Annotated[float, Scale(-1, 11)]
Percentile = Annotated[float, Scale(0, 100)]


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


class UnitRange(Range):
    """Bounds from 0 to 1."""

    min: Unit | None = None
    max: Unit | None = None


class PitchClassRange(Range):
    """Bounds of a key, -1 (none found) to 11."""

    min: PitchClass | None = None
    max: PitchClass | None = None


class PercentileRange(Range):
    """Bounds of a popularity, 0 to 100."""

    min: Percentile | None = None
    max: Percentile | None = None

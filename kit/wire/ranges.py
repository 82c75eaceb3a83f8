"""Ranges of a filter: inclusive bounds on the scale of what they limit.

A bound that no track can be within is refused: a list that is empty for that reason looks like one without matches.
So is any bound off the scale of a share, a key or a percentile, where 70 for .7 would pass for no bound; a tempo, a
loudness, a duration or a year may be bounded as widely as a caller likes. The scales are those of the wished values
(kit.wire.recommend_options.Targets), and of years.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, model_validator
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
    """Annotates a number that lies from `low` to `high`, None where it has no such end; the error names both."""

    low: int | None
    high: int | None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A finite number with these limits, which also stand in the JSON Schema."""
        finite = core_schema.float_schema(ge=self.low, le=self.high, allow_inf_nan=False)
        return core_schema.no_info_before_validator_function(self._checked, finite)

    def _checked(self, value: Any) -> Any:
        if isinstance(number(value), int | float) and not self._holds(value):
            raise ValueError(f"expected a number {self}")
        return value

    def _holds(self, value: float) -> bool:
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.low is None:
            return f"up to {self.high}"
        return f"from {self.low} on" if self.high is None else f"from {self.low} to {self.high}"


Unit = Annotated[float, Scale(0, 1)]
PitchClass = Annotated[float, Scale(-1, 11)]
Percentile = Annotated[float, Scale(0, 100)]


def given(name: str, kind: str) -> dict[str, Any]:
    """JSON Schema of an object in which this field is there and not null."""
    return {"required": [name], "properties": {name: {"type": kind}}}


class Range(Strict):
    """Inclusive bounds; a track whose value is unknown is outside every range."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [given("min", "number"), given("max", "number")]})

    min: float | None = None
    max: float | None = None

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


class DecibelRange(Range):
    """Bounds of a loudness in dBFS, -100 to 20."""

    min: Annotated[float, Scale(None, 20)] | None = None
    max: Annotated[float, Scale(-100, None)] | None = None


class TempoRange(Range):
    """Bounds in beats per minute, 0 to 400."""

    min: Annotated[float, Scale(None, 400)] | None = None
    max: Annotated[float, Scale(0, None)] | None = None


class MetreRange(Range):
    """Bounds of a time signature in beats per bar, 0 to 12."""

    min: Annotated[float, Scale(None, 12)] | None = None
    max: Annotated[float, Scale(0, None)] | None = None


class YearRange(Range):
    """Bounds of the year of publication, 1860 to 2100."""

    min: Annotated[float, Scale(None, 2100)] | None = None
    max: Annotated[float, Scale(1860, None)] | None = None


class DurationRange(Range):
    """Bounds in milliseconds, up to a day."""

    min: Annotated[float, Scale(None, 86_400_000)] | None = None
    max: Annotated[float, Scale(0, None)] | None = None


class PercentileRange(Range):
    """Bounds of a popularity, 0 to 100."""

    min: Percentile | None = None
    max: Percentile | None = None

"""Moments in requests: RFC 3339 texts with a time zone, never numbers."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator


def _written(value: Any) -> Any:
    """Text: pydantic would take a number for seconds or milliseconds since 1970, by its size."""
    if isinstance(value, int | float):
        raise ValueError(f"expected a moment such as 2026-01-31T12:00:00Z, not {value!r}")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]

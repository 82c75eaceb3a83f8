"""Moments in requests: RFC 3339 texts with a time zone, never numbers."""

import re
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator

_DATE = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written(value: Any) -> Any:
    """Text that begins with a date: pydantic takes a number for seconds or milliseconds since 1970, by its size."""
    if isinstance(value, int | float) or (isinstance(value, str) and not _DATE.match(value)):
        raise ValueError(f"expected a moment such as 2026-01-31T12:00:00Z, not {value!r}")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]

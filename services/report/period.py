"""Periods of a report: all likes, those of a year (2026) or of a month (2026-10), in UTC."""

from collections.abc import Sequence
from datetime import UTC, datetime

ALL = "all"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def bounds(period: str) -> tuple[datetime, datetime] | None:
    """The first moment of the period and the first one after it; None for all. The text has the form of PERIOD."""
    if period == ALL:
        return None
    year, _, month = period.partition("-")
    if not month:
        return datetime(int(year), 1, 1, tzinfo=UTC), datetime(int(year) + 1, 1, 1, tzinfo=UTC)
    first = datetime(int(year), int(month), 1, tzinfo=UTC)
    return first, datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)


def within(moments: Sequence[datetime], period: str) -> list[int]:
    """The positions of the moments that are in the period."""
    if (limits := bounds(period)) is None:
        return list(range(len(moments)))
    first, end = limits
    return [at for at, moment in enumerate(moments) if first <= moment < end]


def previous_month(now: datetime) -> str:
    """The month before that of `now`: 2026-10 in November 2026."""
    year, month = (now.year, now.month - 1) if now.month > 1 else (now.year - 1, 12)
    return f"{year}-{month:02}"


def spoken(period: str) -> str:
    """The period as people write it: "October 2026", "2026", or an empty text for all."""
    if period == ALL:
        return ""
    year, _, month = period.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year

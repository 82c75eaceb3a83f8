"""What a query asks of a scan of codes (kit/vectors/scanned.py): how many rows pass and how many to scan for."""

from dataclasses import dataclass

from kit.vectors import Hits, TrackQuery
from kit.vectors.ranked_values import Flags

ALL_UP_TO, ALL_SHARE = 6_000, 0.01
"""Passing tracks up to which all are rescored, or that share of all tracks with a code where it is more: that is exact,
and costs less than a scan for so rare ones."""
SPARE = 1.5
"""Under a filter so many times as many tracks are scanned for as its share of all asks for."""
RESCORING = 5
"""Rescoring a row costs what so many more rows of a scan do, or a little more."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """A query, the (m,) rows allowed for it, how many these are, and how many have a code."""

    query: TrackQuery
    allowed: Flags
    passing: int
    coded: int

    @property
    def unfiltered(self) -> bool:
        """Whether every row with a code passes."""
        return self.passing >= self.coded

    @property
    def all_rescored(self) -> bool:
        """Whether it is answered without a scan."""
        return self.query.exact or self.passing <= max(ALL_UP_TO, ALL_SHARE * self.coded)

    def wanted(self, count: int) -> int:
        """How many rows are scanned for at first, so that `count` of them pass."""
        count, excluded = min(count, self.passing), len(self.query.exclude)
        if self.passing + excluded >= self.coded:
            return count + excluded
        return count + excluded + int(count * (SPARE * self.coded / self.passing - 1))

    def exact_costs_less(self, wanted: int) -> bool:
        """Whether rescoring all that pass costs less than a scan for so many rows."""
        return RESCORING * self.passing <= min(wanted, self.coded)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rescored hits, best first, and how many candidates they were taken from: all that pass, or a tier's."""

    hits: Hits
    count: int

"""A column of numbers for range filters, dictionary-encoded: each row holds the rank of its value among all values.

Ranks rise as the values do, so a range of values is a range of ranks and a filter is as exact as on the float64 values
themselves, at two bytes a row for up to 65,535 different values in place of eight.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
UNKNOWN = 0


@dataclass(frozen=True, slots=True, eq=False)
class RankedValues:
    """(u,) the different values, rising; (m,) rank of each row's value among them, from 1; 0 where it is unknown."""

    values: npt.NDArray[np.float64]
    ranks: npt.NDArray[np.unsignedinteger[Any]]

    @classmethod
    def of(cls, column: npt.NDArray[np.float64]) -> "RankedValues":
        """Encodes a column (m,) with NaN where a value is unknown."""
        known = np.flatnonzero(~np.isnan(column))
        values, ranks = np.unique(column[known], return_inverse=True)
        found = np.zeros(len(column), np.min_scalar_type(len(values)))
        found[known] = ranks + 1
        return cls(values, found)

    def within(self, low: float | None, high: float | None) -> Flags:
        """(m,) rows with a value from low to high, None = no bound; an unknown value is outside."""
        first = 0 if low is None else int(self.values.searchsorted(low, "left"))
        last = len(self.values) if high is None else int(self.values.searchsorted(high, "right"))
        if first >= last:
            return np.zeros(len(self.ranks), np.bool_)
        inside: Flags = self.ranks > first  # UNKNOWN is below every first
        return inside if last == len(self.values) else inside & (self.ranks <= last)

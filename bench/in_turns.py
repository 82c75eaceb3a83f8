"""The ratio of two costs that were measured in turns: its median, and how far that would differ in other rounds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DRAWS, INTERVAL = 2_000, (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the rounds' ratios, and the interval that holds 95 of 100 medians of rounds drawn anew from them
    (percentile bootstrap, Efron 1979)."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} [{self.low:.2f}, {self.high:.2f}]"


def in_turns(ratios: Sequence[float]) -> Ratio:
    """Of one ratio a round, at least one."""
    found = np.asarray(ratios, np.float64)
    drawn = np.random.default_rng(0).integers(len(found), size=(DRAWS, len(found)))
    low, high = np.percentile(np.median(found[drawn], axis=1), INTERVAL)
    return Ratio(float(np.median(found)), float(low), float(high))

"""Probability of superiority: how often a like has a larger value than a track drawn from the catalogue.

    PS = P(like > track) + P(like = track) / 2 = mean mid-rank of the likes in the catalogue / catalogue size

It is the area under the ROC curve (Mann and Whitney 1947) and 50 % for somebody who likes at random, whatever the
feature's distribution, where "your mean is above so many percent of the catalogue" is not: skewed features give a
random listener up to 75 %. The interval is normal with the variance of DeLong, DeLong and Clarke-Pearson (1988),

    var(PS) = var(placement of the likes) / n + var(placement of the catalogue) / N,

where the likes' variance holds one more observation of a uniform value (1/12), so that equal likes do not have an
interval of no width. Whether it differs from 50 at all is tested with the variance that random likes have.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.wire.report_sections import Superiority
from services.report.analyses import claims

Floats = npt.NDArray[np.float64]
UNIFORM_VARIANCE = 1 / 12
Z_95 = 1.959964
PLACEMENTS = 2_000
"""Quantiles that stand for the catalogue in its own part of the variance, which is small: it is divided by N."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The catalogue's known values of one feature, sorted, and the variance of their mid-ranks (0 to 1)."""

    values: Floats
    rank_variance: float

    @classmethod
    def of(cls, values: npt.NDArray[np.floating]) -> "Reference":
        """Sorts the finite values."""
        known = np.sort(np.asarray(values, np.float64)[np.isfinite(values)])
        return cls(known, float(_placements(known, known).var()) if len(known) else 0.0)

    def quantile(self, share: float) -> float | None:
        """The value below which this share of the catalogue is; None where nothing is known."""
        return float(np.quantile(self.values, share)) if len(self.values) else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """PS and its 95 % interval in percent, and the p-value of PS = 50."""

    ps: float
    low: float
    high: float
    p: float
    n: int

    @property
    def strength(self) -> float:
        """Distance from 50 in half widths of the interval: the order of headlines."""
        return abs(self.ps - 50) / max((self.high - self.low) / 2, 1e-9)


def compare(liked: npt.NDArray[np.floating], reference: Reference) -> Comparison | None:
    """Compares the finite values of the likes with the catalogue; None where either has none."""
    values = np.sort(np.asarray(liked, np.float64)[np.isfinite(liked)])
    n, size = len(values), len(reference.values)
    if not n or not size:
        return None
    placed = _placements(values, reference.values)
    ps = float(placed.mean())
    own = (float(((placed - ps) ** 2).sum()) + UNIFORM_VARIANCE) / n / n
    half = Z_95 * math.sqrt(own + _catalogue_variance(values, reference.values) / size)
    spread = math.sqrt(reference.rank_variance / n)
    p = claims.two_sided((ps - 0.5) / spread) if spread else 1.0
    return Comparison(100 * ps, 100 * max(0.0, ps - half), 100 * min(1.0, ps + half), p, n)


def decide(found: Comparison | None, adjusted_p: float, alpha: float) -> Superiority:
    """The comparison with its claim: the corrected test, the interval and the size of the effect must all agree."""
    if found is None:
        return Superiority()
    sure = adjusted_p <= alpha
    claim = claims.against(
        sure and found.low > 50 and found.ps >= claims.HIGHER,
        sure and found.high < 50 and found.ps <= claims.LOWER,
        found.n,
    )
    return Superiority(superiority=round(found.ps, 1), ci=(round(found.low, 1), round(found.high, 1)), claim=claim)


def _placements(values: Floats, among: Floats) -> Floats:
    """(n,) the mid-rank of each value among the sorted ones, 0 to 1."""
    below, up_to = np.searchsorted(among, values, "left"), np.searchsorted(among, values, "right")
    placed: Floats = (below + up_to) / (2 * len(among))
    return placed


def _catalogue_variance(liked: Floats, catalogue: Floats) -> float:
    step = max(1, len(catalogue) // PLACEMENTS)
    return float(_placements(catalogue[step // 2 :: step], liked).var())

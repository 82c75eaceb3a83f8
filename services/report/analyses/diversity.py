"""How far likes spread: evenness of their artists, and their mean cosine against random sets of the same size.

Of n tracks drawn at random, the mean cosine of all pairs is a U-statistic with known moments (Hoeffding 1948):

    mean = theta,  var = (4 (n - 2) zeta_1 + 2 zeta_2) / (n (n - 1)),

theta the mean cosine of two tracks, zeta_1 the variance over tracks of the mean cosine with all tracks, zeta_2 the
variance of the cosine of two tracks. All three come from the sum and the second moments of the unit vectors, in one
pass; no random set is drawn for a report.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.release import Floats, Ints
from kit.wire.report_sections import Claim, Diversity
from services.report.analyses import claims

BATCH = 20_000
NARROW_SD, WIDE_SD = 8.0, -5.0
"""Standard deviations from which a set is narrower or wider than random. The statistic is skewed to the right (in the
worst case chi-square with one degree of freedom), so 8 on that side is rarer than 1 in 2,000."""


@dataclass(frozen=True, slots=True)
class SetMoments:
    """theta, zeta_1 and zeta_2 of a catalogue; zeros where no track has a vector."""

    theta: float
    zeta_1: float
    zeta_2: float

    @classmethod
    def of(cls, vectors: npt.NDArray[np.floating]) -> "SetMoments":
        """Two passes over the rows (tracks, dim), in batches; rows of zeros are left out."""
        dim = vectors.shape[1]
        total, second, count = np.zeros(dim), np.zeros((dim, dim)), 0
        for start in range(0, len(vectors), BATCH):
            units, known = unit_vectors(vectors[start : start + BATCH])
            total += units[known].sum(axis=0, dtype=np.float64)
            second += units[known].T @ units[known]
            count += int(known.sum())
        if count < 2:
            return cls(0.0, 0.0, 0.0)
        pairs = count * (count - 1)
        theta = (float(total @ total) - count) / pairs  # without the pairs of a track with itself
        projected = float(total @ second @ total) / count**3 - (float(total @ total) / count**2) ** 2
        return cls(theta, max(0.0, projected), max(0.0, (float((second**2).sum()) - count) / pairs - theta**2))

    def random_set(self, n: int) -> tuple[float, float]:
        """Mean and standard deviation of the mean cosine of n random tracks; n is at least 2."""
        variance = (4 * (n - 2) * self.zeta_1 + 2 * self.zeta_2) / (n * (n - 1))
        return self.theta, math.sqrt(variance)


def unit_vectors(vectors: npt.NDArray[np.floating]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """(n, dim) as float32 of length 1, and (n,) which had a length; rows of zeros stay zeros."""
    rows = np.asarray(vectors).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1)
    known = lengths > 1e-9
    return rows / np.where(known, lengths, 1.0)[:, None], known


def diversity(artists: Ints, directions: Floats, moments: SetMoments) -> Diversity:
    """Spread of likes with these artists (n,) and, of those that have one, unit vectors (p, dim)."""
    n, placed = len(artists), len(directions)
    found = Diversity(n=n, artists=len(np.unique(artists)), evenness=_evenness(artists), n_with_vector=placed)
    if placed < 2 or not moments.zeta_2:
        return found
    total = directions.sum(axis=0, dtype=np.float64)
    mean = (float(total @ total) - placed) / (placed * (placed - 1))
    random_mean, sd = moments.random_set(placed)
    found.mean_cosine, found.random_mean, found.random_sd = round(mean, 4), round(random_mean, 4), round(sd, 4)
    found.claim = _claim((mean - random_mean) / sd, placed)
    return found


def strength(found: Diversity) -> float:
    """Distance from random sets in half widths of their 95 % range."""
    if found.mean_cosine is None or not found.random_sd:
        return 0.0
    return abs(found.mean_cosine - (found.random_mean or 0.0)) / (1.96 * found.random_sd)


def _claim(z: float, placed: int) -> Claim:
    return claims.against(z <= WIDE_SD, z >= NARROW_SD, placed)


def _evenness(artists: Ints) -> float | None:
    """Shannon entropy of the artists' shares over log(n): 1 when each like is by another artist (Pielou 1966)."""
    n = len(artists)
    if n < 2:
        return None
    shares = np.unique(artists, return_counts=True)[1] / n
    return round(abs(float(-(shares * np.log(shares)).sum())) / math.log(n), 4)

"""Estimates a listener's ratings of all candidates from the ratings given, and chooses what to ask next.

The ratings y in {-1, 0, 1} of the candidates are a Gaussian process with the candidates' similarity as covariance K and
a constant prior mean m (Rasmussen and Williams 2006, equations 2.23 and 2.24). With ratings at the rows A:

    mean = m + K[:, A] (K[A, A] + s^2 I)^-1 (y - m),      variance = diag(K - K[:, A] (K[A, A] + s^2 I)^-1 K[A, :])

The next track maximises mean + BETA sqrt(variance) + POPULAR popularity (an upper confidence bound: Srinivas et al.
2010): likes say more of a taste than dislikes, so a track is worth a question when it may be liked or nothing is known
of
its surroundings. The constants were chosen on simulated listeners of the demo world (bench.interest_test).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.wire.interest import MOST_ANSWERS
from services.catalog.interest_test.candidates import Candidates

PRIOR_MEAN, NOISE, BETA, POPULAR = -0.1, 0.3, 1.0, 0.2
ENOUGH_LIKES, LEAST_ANSWERS = 6, 8
"""The test ends early after this many answers of which this many are likes."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Posterior mean (n,) and standard deviation (n,) of the ratings of n candidates."""

    mean: npt.NDArray[np.float64]
    deviation: npt.NDArray[np.float64]


def estimate(candidates: Candidates, ratings: Mapping[int, float]) -> Estimate:
    """The posterior given ratings by candidate number; the prior when there are none."""
    prior = np.diag(candidates.similarity).astype(np.float64)
    if not ratings:
        return Estimate(np.full(len(candidates), PRIOR_MEAN), np.sqrt(prior))
    rated = list(ratings)
    covariance = candidates.similarity[:, rated].astype(np.float64)
    solved = np.linalg.solve(covariance[rated] + NOISE * np.eye(len(rated)), covariance.T)
    mean = PRIOR_MEAN + solved.T @ (np.array([ratings[at] for at in rated]) - PRIOR_MEAN)
    return Estimate(mean, np.sqrt(np.maximum(prior - (covariance * solved.T).sum(axis=1), 0.0)))


def next_candidates(candidates: Candidates, ratings: Mapping[int, float], count: int) -> list[int]:
    """Numbers of the next `count` candidates to ask, best first, no two of one artist and none of a rated artist.

    Several at once are chosen as if each were rated as expected: only the variance then changes.
    """
    assumed = dict(ratings)
    chosen: list[int] = []
    free = ~np.isin(candidates.artists, candidates.artists[list(ratings)])
    while len(chosen) < count and free.any():
        now = estimate(candidates, assumed)
        bound = now.mean + BETA * now.deviation + POPULAR * candidates.popularity
        best = int(np.argmax(np.where(free, bound, -np.inf)))
        chosen.append(best)
        assumed[best] = float(now.mean[best])
        free &= candidates.artists != candidates.artists[best]
    return chosen


def is_done(answered: int, likes: int) -> bool:
    """Whether the test ends: all tracks rated, or enough of them liked."""
    return answered >= MOST_ANSWERS or (answered >= LEAST_ANSWERS and likes >= ENOUGH_LIKES)

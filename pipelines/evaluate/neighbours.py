"""The neighbours protocol: classify whether two tracks share a held-out playlist, with vectors from training.

Positives are pairs out of a held-out playlist, equally many from each. As many negatives are pairs that share no
held-out playlist. They are drawn in two ways. *Any*: both tracks uniformly from those that held-out playlists hold, as
system S0 draws them; popular tracks have more neighbours, so popularity alone predicts much. *Matched*: the second
tracks of the positives permuted, so that positives and negatives are equally popular and only taste separates them.

Playlists are cut in two halves; the threshold for one half is the best one of the other. AUC needs no threshold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipelines.evaluate import metrics
from pipelines.graph.playlist_graph import Matrix, Rows

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Drawn = Literal["any", "matched"]
Score = Callable[[Rows, Rows], Floats]
"""Scores (m,) of left and right rows: larger means more likely neighbours."""

PAIRS = 100  # positives, and as many negatives, for each playlist
DRAWS = 1000
TRIES = 20


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """left, right (m,) rows; whether they are neighbours (m,); the playlist each belongs to (m,), of `playlists`."""

    left: Rows
    right: Rows
    neighbours: Mask
    playlist: Rows
    playlists: int

    @property
    def second_half(self) -> Mask:
        """(m,) which half of the playlists a pair belongs to."""
        return np.asarray(self.playlist % 2 == 1)


def draw(held: Sequence[Rows], allowed: Mask, kind: Drawn = "any", seed: int = 1, pairs: int = PAIRS) -> Pairs:
    """Draws pairs of the catalogue; held: rows of each playlist, -1 unknown; playlists with fewer than two known tracks
    give none."""
    rng = np.random.default_rng(seed)
    known = [np.unique(rows[(rows >= 0) & allowed[rows]]) for rows in held]
    known = [rows for rows in known if len(rows) > 1]
    left, right = (np.concatenate(side) for side in zip(*(_within(rows, pairs, rng) for rows in known), strict=True))
    of = np.repeat(np.arange(len(known)), pairs)
    others = _apart(known, left, right, kind, len(allowed), rng)
    both = [np.concatenate(side) for side in zip((left, right, of), (*others, of), strict=True)]
    return Pairs(both[0], both[1], np.repeat([True, False], len(of)), both[2], len(known))


def _within(rows: Rows, pairs: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Random pairs of two different tracks of a playlist, with repeats where it is short."""
    first = rng.integers(0, len(rows), pairs)
    second = (first + rng.integers(1, len(rows), pairs)) % len(rows)
    return rows[first], rows[second]


def _apart(
    known: Sequence[Rows], left: Rows, right: Rows, kind: Drawn, tracks: int, rng: np.random.Generator
) -> tuple[Rows, Rows]:
    """Negatives that share no playlist: pairs that do are redrawn up to TRIES times, then kept."""
    pool = np.unique(np.concatenate(known))
    holds = _holds(known, tracks)

    def fresh(size: int) -> tuple[Rows, Rows]:
        if kind == "matched":
            return rng.choice(left, size), rng.choice(right, size)
        return rng.choice(pool, size), rng.choice(pool, size)

    one, other = fresh(len(left))
    for _ in range(TRIES):
        clash = np.flatnonzero((one == other) | shared(holds, one, other))
        if not len(clash):
            break
        one[clash], other[clash] = fresh(len(clash))
    return one, other


def _holds(known: Sequence[Rows], tracks: int) -> Matrix:
    """(tracks, playlists) incidence of tracks and playlists."""
    of = np.repeat(np.arange(len(known)), [len(rows) for rows in known])
    rows = np.concatenate(known)
    return Matrix((np.ones(len(rows), np.float32), (rows, of)), shape=(tracks, len(known)))


def shared(holds: Matrix, left: Rows, right: Rows) -> Mask:
    """(m,) whether two tracks share a playlist; holds (tracks, playlists)."""
    return np.asarray(together(holds, left, right) > 0)


def together(holds: Matrix, left: Rows, right: Rows) -> Floats:
    """(m,) the number of playlists that hold both tracks."""
    found = [
        np.asarray(holds[left[at : at + 10_000]].multiply(holds[right[at : at + 10_000]]).sum(axis=1)).ravel()
        for at in range(0, len(left), 10_000)
    ]
    return np.concatenate([*found, np.empty(0)]).astype(np.float64)


# -- metrics -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PairMetrics:
    """Accuracy at the calibrated thresholds and AUC, each with its 95 % interval over playlists."""

    accuracy: float
    accuracy_interval: tuple[float, float]
    auc: float
    auc_interval: tuple[float, float]
    thresholds: tuple[float, float]  # for the first half, for the second
    at_zero: float  # accuracy at threshold 0, which system S0 reports
    at_zero_interval: tuple[float, float]
    drawn: Floats = field(
        compare=False
    )  # (draws,) AUC of each bootstrap draw: the same draws for every score of the same pairs


def pair_metrics(score: Score, pairs: Pairs, seed: int = 1) -> PairMetrics:
    """Accuracy and AUC of a score on the pairs, with bootstrap intervals."""
    values = np.asarray(score(pairs.left, pairs.right), np.float64)
    right, thresholds = calibrated(values, pairs)
    counts = metrics.resamples(pairs.playlists, DRAWS, seed)
    zero = (values > 0) == pairs.neighbours
    own, at_zero = (_by_playlist(correct, pairs) for correct in (right, zero))
    drawn = auc(values, pairs.neighbours, counts[:, pairs.playlist])
    low, high = np.quantile(drawn, [0.025, 0.975])
    everyone = auc(values, pairs.neighbours, np.ones((1, len(values))))[0]
    spread, zero_spread = (metrics.interval(each, counts) for each in (own, at_zero))
    between = (float(low), float(high))
    return PairMetrics(
        float(right.mean()), spread, float(everyone), between, thresholds, float(zero.mean()), zero_spread, drawn
    )


def _by_playlist(correct: Mask, pairs: Pairs) -> Floats:
    """(playlists, 1) share of a playlist's pairs that are classified correctly."""
    counts = np.bincount(pairs.playlist, minlength=pairs.playlists)
    return (np.bincount(pairs.playlist, correct, pairs.playlists) / counts)[:, None]


def calibrated(values: Floats, pairs: Pairs) -> tuple[Mask, tuple[float, float]]:
    """(m,) which pairs are classified correctly, each half at the best threshold of the other; the two thresholds."""
    second = pairs.second_half
    thresholds = tuple(threshold(values[half], pairs.neighbours[half]) for half in (second, ~second))
    predicted = values >= np.where(second, thresholds[1], thresholds[0])
    return predicted == pairs.neighbours, (thresholds[0], thresholds[1])


def threshold(values: Floats, neighbours: Mask) -> float:
    """The threshold of largest accuracy, halfway between two values: pairs at or above it count as neighbours."""
    order = np.argsort(values, kind="stable")
    ranked, truth = values[order], neighbours[order]
    right = np.concatenate([[truth.sum()], truth.sum() + np.cumsum(1 - 2 * truth.astype(np.int64))])
    cut = np.concatenate([[True], ranked[1:] > ranked[:-1], [True]])
    best = int(np.argmax(np.where(cut, right, -1)))
    below, above = ranked[max(best - 1, 0)], ranked[min(best, len(ranked) - 1)]
    return (
        float((below + above) / 2)
        if 0 < best < len(ranked)
        else float(above if best == 0 else np.nextafter(below, np.inf))
    )


def auc(values: Floats, neighbours: Mask, weights: npt.NDArray[Any]) -> Floats:
    """(draws,) probability that a positive scores above a negative, ties half; weights (draws, m) of the pairs."""
    _, level = np.unique(values, return_inverse=True)
    steps = sparse.csr_array((np.ones(len(level)), (np.arange(len(level)), level)))
    found = []
    for part in np.array_split(weights, max(1, len(weights) // 50)):  # a few draws at a time: m is large
        good, poor = (part * neighbours) @ steps, (part * ~neighbours) @ steps
        below = np.cumsum(poor, axis=1) - poor / 2
        found.append((good * below).sum(axis=1) / (good.sum(axis=1) * poor.sum(axis=1)))
    return np.concatenate(found)

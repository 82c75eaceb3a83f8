"""Ranking metrics of one recommended list. Each metric is a pure function of which ranks hold a target.

hits (d,) says for each rank, best first, whether it holds a target; targets is the number of targets. NDCG has binary
gain and log2(rank + 1) discount, its ideal list min(cut, targets) hits (Jarvelin and Kekalainen 2002); R-precision and
clicks are those of the RecSys Challenge 2018, clicks being pages of ten turned before the first hit.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Hits = npt.NDArray[np.bool_]

DEPTH = 500
PAGE = 10


def ndcg(hits: Hits, targets: int, cut: int) -> float:
    """Discounted gain of the first `cut` ranks over that of an ideal list."""
    gains = 1.0 / np.log2(np.arange(2, cut + 2))
    found = hits[:cut]
    return float(gains[: len(found)][found].sum() / gains[: min(cut, targets)].sum())


def recall(hits: Hits, targets: int, cut: int) -> float:
    """Share of the targets among the first `cut` ranks."""
    return float(hits[:cut].sum() / targets)


def r_precision(hits: Hits, targets: int) -> float:
    """Share of hits among as many ranks as there are targets (at most DEPTH)."""
    return float(hits[:targets].sum() / targets)


def average_precision(hits: Hits, targets: int, cut: int) -> float:
    """Mean over the hits of the precision at their rank, over min(cut, targets); MAP is its mean over queries."""
    found = hits[:cut]
    precision = np.cumsum(found) / np.arange(1, len(found) + 1)
    return float(precision[found].sum() / min(cut, targets))


def clicks(hits: Hits) -> float:
    """Pages of ten turned before the first hit; 51 when the first 500 ranks hold none."""
    found = np.flatnonzero(hits[:DEPTH])
    return float(found[0] // PAGE if len(found) else DEPTH // PAGE + 1)


def of_list(hits: Hits, targets: int) -> dict[str, float]:
    """All accuracy metrics of one ranked list of DEPTH tracks."""
    return {
        "ndcg@100": ndcg(hits, targets, 100),
        "ndcg@10": ndcg(hits, targets, 10),
        "r_precision": r_precision(hits, targets),
        "recall@10": recall(hits, targets, 10),
        "recall@50": recall(hits, targets, 50),
        "recall@500": recall(hits, targets, 500),
        "map@10": average_precision(hits, targets, 10),
        "hit_rate@10": float(hits[:10].any()),
        "clicks": clicks(hits),
    }


def percentiles(item_degree: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.float64]:
    """(n,) popularity percentile: the share of tracks in fewer playlists, ties half; 0 rarest, 1 most common."""
    ordered = np.sort(item_degree)
    below, upto = np.searchsorted(ordered, item_degree, "left"), np.searchsorted(ordered, item_degree, "right")
    return np.asarray((below + upto) / (2 * max(len(ordered), 1)), np.float64)


def artist_diversity(artists: npt.NDArray[np.integer[Any]]) -> float:
    """Distinct artists over list length; artists (length,) are numbers, and each unknown one (-1) counts as its own."""
    known = artists[artists >= 0]
    distinct = len(np.unique(known)) + len(artists) - len(known)
    return distinct / len(artists) if len(artists) else 0.0


def self_information(item_degree: npt.NDArray[np.integer[Any]], playlists: int | None) -> npt.NDArray[np.float64]:
    """(n,) self-information in bits, -log2 of the share of training playlists that hold the track.

    Its mean over a list is the novelty of Zhou et al. 2010 ("Solving the apparent diversity-accuracy dilemma of
    recommender systems"). NaN when the number of playlists is unknown.
    """
    if playlists is None:
        return np.full(len(item_degree), np.nan)
    return np.asarray(-np.log2(np.maximum(item_degree, 1) / max(playlists, 1)), np.float64)


def tail(item_degree: npt.NDArray[np.integer[Any]], allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """(n,) the rarer half of the tracks that allowed (n,) marks; tracks as common as the median are not in it."""
    middle = np.median(item_degree[allowed]) if allowed.any() else 0
    return np.asarray(allowed & (item_degree < middle))


def lowest_third(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.bool_]:
    """(n,) the third with the lowest known values, at least one; equal values by position, NaN never."""
    order = np.argsort(values, kind="stable")[: int((~np.isnan(values)).sum())]
    chosen = np.zeros(len(values), bool)
    chosen[order[: max(1, len(order) // 3)]] = True
    return chosen


def mean(values: npt.NDArray[np.float64]) -> float:
    """Mean of the values that are not NaN, NaN when none is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def resamples(playlists: int, draws: int, seed: int) -> npt.NDArray[np.float64]:
    """(draws, playlists) bootstrap counts: how often each draw holds each playlist."""
    chances = np.full(playlists, 1.0 / playlists)
    return np.random.default_rng(seed).multinomial(playlists, chances, size=draws).astype(np.float64)


def interval(
    values: npt.NDArray[np.float64], counts: npt.NDArray[np.float64], level: float = 0.95
) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean of column means.

    values (playlists, columns) holds NaN where a playlist is too short for the column (a number of seeds); each column
    is averaged over the playlists it has, then the columns are averaged. Give differences for a paired interval.
    """
    return interval_of(drawn_means(values, counts), level)


def drawn_means(values: npt.NDArray[np.float64], counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(draws,) the mean of column means of values (playlists, columns) in each bootstrap draw."""
    known = ~np.isnan(values)
    sums, sizes = counts @ np.where(known, values, 0.0), counts @ known
    return np.asarray(np.divide(sums, sizes, out=np.full_like(sums, np.nan), where=sizes > 0).mean(axis=1))


def drawn_runs(
    runs: Sequence[npt.NDArray[np.float64]], counts: npt.NDArray[np.float64], seed: int, name: str
) -> npt.NDArray[np.float64]:
    """(draws,) as drawn_means, of a model that was trained several times: each draw takes one of its runs at random.

    runs: the values (playlists, columns) of each of S runs. Draw b of playlists and run s has the value

        m_b + sqrt(S / (S - 1)) (x_sb - m_b),    m_b the mean over the runs of their means x_sb in that draw

    so the variance of the draws is that of the playlists plus the sample variance between the runs (divisor S - 1),
    which drawing one of few runs would understate by (S - 1) / S (rescaled bootstrap: Rao and Wu 1988, "Resampling
    inference with complex survey data"). Randomness of training belongs in the interval of a comparison (Bouthillier
    et al. 2021, "Accounting for variance in machine learning benchmarks"). Runs are drawn by name, independently of
    other models.
    """
    means = np.stack([drawn_means(values, counts) for values in runs])
    taken = np.random.default_rng([seed, *name.encode()]).integers(len(runs), size=len(counts))
    middle = means.mean(axis=0)
    widened = np.sqrt(len(runs) / max(len(runs) - 1, 1))
    return np.asarray(middle + widened * (means[taken, np.arange(len(counts))] - middle))


def interval_of(draws: npt.NDArray[np.float64], level: float = 0.95) -> tuple[float, float]:
    """The central interval of bootstrap draws."""
    low, high = np.nanquantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)

"""Features of the candidates that the ranker (kit/ranker.py) reorders.

The index ranks by one inner product. The features also include the score of each block, the similarity to the centroid
of the first candidates, how many candidates share an artist, and the popularity of candidates and seeds; in a release
with a windowed co-occurrence table (kit/cooccurrence.py) also the sum of the seeds' rows of that table.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from kit.float16 import finite_to_float32
from kit.query import Vector
from kit.release import Block, Floats, Ints, Rows

Matrix = npt.NDArray[np.float32]

NEAR, WIDE = 20, 100  # numbers of first candidates whose centroids are features
OF_BLOCK = ("score", "centre_20", "centre_100")
OF_LIST = (
    *("score", "standard_score", "behind_first", "behind_100th", "log_place", "spread"),
    *("seeds", "length", "same_artist", "artist_in_list"),
    *("commonness", "seeds_commonness", "commonness_distance", "seeds_commonness_deviation"),
)
OF_COOCCURRENCE = tuple(f"cooccurrence.{name}" for name in ("standard_score", "log_rank", "share_of_best"))
"""Features of the sums of a co-occurrence table. Older rankers have none of them and go on as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemFeatures:
    """Features of tracks: log_popularity (n,), log of the share of playlists that hold them; artist (n,) or -1;
    placed (n,), True where the vector is a cold-start embedding."""

    log_popularity: Floats
    artist: npt.NDArray[np.integer[Any]]
    placed: npt.NDArray[np.bool_]

    def of(self, rows: Rows) -> "ItemFeatures":
        """The features of these rows."""
        return ItemFeatures(self.log_popularity[rows], self.artist[rows], self.placed[rows])


def names(blocks: Sequence[Block], *, cooccurring: bool = False) -> list[str]:
    """Names of the columns of `features`, for these blocks, with or without those of the co-occurrence table."""
    plain = [f"{block.name}.{name}" for block in blocks for name in OF_BLOCK] + [f"list.{name}" for name in OF_LIST]
    return [*plain, *OF_COOCCURRENCE] if cooccurring else plain


def features(
    blocks: Sequence[Block],
    query: Vector,
    seeds: ItemFeatures,
    hits: Floats,
    known: ItemFeatures,
    sums: Matrix | None = None,
) -> Matrix:
    """Reranker features (c, f) of the hits (c, D), best first, of a query (D,) pooled from the seeds; with `sums` (c,),
    those of the seeds' rows of the co-occurrence table, also OF_COOCCURRENCE."""
    vectors = hits if hits.dtype == np.float32 else finite_to_float32(hits)
    queries = np.empty((len(OF_BLOCK), vectors.shape[1]), np.float32)
    queries[0] = query
    np.matmul(_averages(min(len(vectors), WIDE)), vectors[:WIDE], out=queries[1:])
    of_sums = 0 if sums is None else len(OF_COOCCURRENCE)
    table = np.empty((len(OF_BLOCK) * len(blocks) + len(OF_LIST) + of_sums, len(vectors)), np.float32)
    for number, block in enumerate(blocks):
        columns = slice(block.start, block.stop)
        np.matmul(queries[:, columns], vectors[:, columns].T, out=table[3 * number : 3 * number + 3])
    scores = table[0 : 3 * len(blocks) : 3].sum(axis=0)
    first = vectors[:, blocks[0].start : blocks[0].stop]
    rest = [*_of_scores(scores), np.log(len(seeds.artist)), np.sqrt(np.einsum("cd,cd->c", first, first))]
    rest += [*_of_artists(seeds, known), *_of_log_popularity(seeds, known), *([] if sums is None else _of_sums(sums))]
    for row, column in zip(table[3 * len(blocks) :], rest, strict=True):
        row[:] = column
    return table.T


@cache
def _averages(count: int) -> Matrix:
    """(2, count) weights that average the first NEAR and the first WIDE of `count` vectors, or all."""
    weights = np.zeros((2, count), np.float32)
    for row, most in zip(weights, (NEAR, WIDE), strict=True):
        row[:most] = 1 / min(most, count)
    return weights


@cache
def _log_ranks(count: int) -> Floats:
    ranks: Floats = np.log1p(np.arange(count))
    return ranks


def _centred(values: Floats) -> tuple[Floats, float]:
    """Differences from the mean and the standard deviation. mean() and std() of numpy cost three times as much."""
    off: Floats = values - np.add.reduce(values) / len(values)
    return off, math.sqrt(float(off @ off) / len(values))


def _of_scores(scores: Matrix) -> list[Any]:
    off, deviation = _centred(scores)
    spread = max(deviation, 1e-6)
    hundredth = scores[min(WIDE, len(scores)) - 1]
    return [scores, off / spread, scores - scores[0], scores - hundredth, _log_ranks(len(scores)), spread]


def _of_artists(seeds: ItemFeatures, known: ItemFeatures) -> list[Floats]:
    same = _counts(known.artist, seeds.artist[seeds.artist >= 0])
    listed = _counts(known.artist, known.artist)
    return [np.log1p(same), np.log(np.where(known.artist >= 0, listed, 1))]


def _counts(values: Ints, among: Ints) -> Ints:
    """(n,) how often each value occurs, by sorting: faster than comparing every pair."""
    ordered = np.sort(among)
    counts: Ints = ordered.searchsorted(values, "right") - ordered.searchsorted(values)
    return counts


def _of_log_popularity(seeds: ItemFeatures, known: ItemFeatures) -> list[Any]:
    middle = float(np.add.reduce(seeds.log_popularity)) / len(seeds.log_popularity)
    _, deviation = _centred(seeds.log_popularity)
    return [known.log_popularity, middle, np.abs(known.log_popularity - middle), deviation]


def _of_sums(sums: Matrix) -> list[Any]:
    """Deviations from the mean, log(1 + the number of candidates with a larger sum), and the share of the largest."""
    off, deviation = _centred(sums)
    falling = np.sort(-sums)
    best = max(-float(falling[0]), 1e-12)
    behind = falling.searchsorted(-sums)
    return [off / max(deviation, 1e-6), np.log1p(behind), sums / best]

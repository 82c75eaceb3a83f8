"""Evaluates learned and placed tracks in one catalogue: the top 100, and the best length of the placed vectors.

Scores are computed for a batch of queries and a chunk of tracks at a time, as one matrix product, and of the placed
tracks only those that beat a query's 100th learned track are kept: memory does not grow with queries times tracks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.graph.playlist_graph import Rows, top_rows
from pipelines.learning_to_rank.view_scan import ViewScan
from pipelines.models.interface import Scores, Vectors
from pipelines.models.space import TrainedSpace

Mask = npt.NDArray[np.bool_]

CUT = 100
SCALES = tuple(round(2 ** (step / 4), 4) for step in range(-8, 7))  # 1/4 to 2.8
BATCH = 128  # queries at once
CHUNK = 8192  # placed tracks at once


@dataclass(frozen=True, slots=True, eq=False)
class MixedQuery:
    """One playlist: rows of its seeds, of its other learned tracks, and of its tracks without a learned vector."""

    seeds: Rows
    warm: Rows
    cold: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Contenders:
    """Placed tracks (c,) that may be among the first 100 of a query: their rows, ascending, and the parts of their
    scores by learned columns, which a scale multiplies, and by copied ones."""

    rows: Rows
    learned: Scores
    copied: Scores


def pooled_queries(space: TrainedSpace) -> Callable[[Sequence[Rows]], Vectors]:
    """A function from lists of seed rows to query vectors (lists, D), pooled as serving does."""
    pooling = space.pooling()

    def pooled(seeds: Sequence[Rows]) -> Vectors:
        return np.stack([pooling.pool(space.query[rows], np.ones(len(rows), np.float32)).vector for rows in seeds])

    return pooled


class Mixed:
    """The top 100 of learned and placed tracks in one catalogue."""

    def __init__(self, space: TrainedSpace, mixed_queries: Sequence[MixedQuery]) -> None:
        self.mixed_queries = mixed_queries
        self.queries = pooled_queries(space)([q.seeds for q in mixed_queries])
        everywhere = np.ones(len(space.index), bool)
        found = ViewScan(space.index).first(
            self.queries, [query.seeds for query in mixed_queries], [everywhere] * len(mixed_queries), CUT
        )
        self.rows, self.scores = [ranked.rows for ranked in found], [ranked.scores for ranked in found]

    def recall(self, firsts: Sequence[tuple[Rows, Rows]]) -> float:
        """Mean recall@100 of all targets, learned and placed, of the learned and placed rows of each list."""
        return float(np.mean([_found(*first) for first in zip(self.mixed_queries, firsts, strict=True)]))

    def best_scale(self, index: Vectors, copied: Sequence[tuple[int, int]]) -> float:
        """The factor of the learned blocks with the best recall, the smallest of equal ones."""
        fixed = np.zeros(index.shape[1], bool)
        for start, stop in copied:
            fixed[start:stop] = True
        contenders = self._contenders(index, np.ones(len(index), bool), fixed, SCALES)
        recalls = [
            [_found(self.mixed_queries[at], self._first(at, open_to, scale)) for scale in SCALES]
            for at, open_to in contenders
        ]
        return SCALES[int(np.argmax(np.mean(recalls, axis=0)))]

    def figures(self, index: Vectors, placed: Mask) -> dict[str, float]:
        """Share of placed tracks in the top 100 and among the targets, and recall with and without placing.

        index (n, D), of which the `placed` (n,) count.
        """
        none = np.zeros(index.shape[1], bool)
        taken = [self._first(at, open_to, 1.0) for at, open_to in self._contenders(index, placed, none, (1.0,))]
        shares = [len(cold) / max(len(warm) + len(cold), 1) for warm, cold in taken]
        targets = [len(q.cold) / (len(q.cold) + len(q.warm)) for q in self.mixed_queries]
        alone = [(rows, np.empty(0, np.int64)) for rows in self.rows]
        return {
            "placed share of first 100": round(float(np.mean(shares)), 4),
            "placed share of targets": round(float(np.mean(targets)), 4),
            "recall@100 of all targets": round(self.recall(taken), 4),
            "recall@100 of all targets, nothing placed": round(self.recall(alone), 4),
        }

    def _batches(self) -> Iterator[slice]:
        return (slice(at, at + BATCH) for at in range(0, len(self.mixed_queries), BATCH))

    def _contenders(
        self, index: Vectors, placed: Mask, fixed: Mask, scales: Sequence[float]
    ) -> Iterator[tuple[int, Contenders]]:
        """Yields each query's number and its contenders among the `placed` at any of these ascending scales.

        A score is linear in the scale, so it is greatest at the first or the last.
        """
        for batch in self._batches():
            queries, bars = self.queries[batch], np.array([_bar(scores) for scores in self.scores[batch]], np.float32)
            parts = [_above(queries, bars, index, placed, fixed, scales, at) for at in range(0, len(index), CHUNK)]
            columns = [np.concatenate(column) for column in zip(_NONE, *parts, strict=True)]
            order = np.argsort(columns[0], kind="stable")
            of_query = np.searchsorted(columns[0][order], np.arange(1, len(queries)))
            split = [np.split(column[order], of_query) for column in columns[1:]]
            yield from ((batch.start + at, Contenders(*own)) for at, own in enumerate(zip(*split, strict=True)))

    def _first(self, at: int, open_to: Contenders, scale: float) -> tuple[Rows, Rows]:
        """The learned and the placed rows among the first 100 of both together; equal scores: the learned first."""
        warm = self.scores[at]
        best = top_rows(np.concatenate([warm, open_to.learned * np.float32(scale) + open_to.copied]), CUT)
        return self.rows[at][best[best < len(warm)]], open_to.rows[best[best >= len(warm)] - len(warm)]


_NONE = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.float32))


def _bar(scores: Scores) -> float:
    """What a placed track has to beat: the last of the first 100 learned ones, nothing where they are fewer."""
    return float(scores[-1]) if len(scores) == CUT else -np.inf


def _above(
    queries: Vectors, bars: Scores, index: Vectors, placed: Mask, fixed: Mask, scales: Sequence[float], start: int
) -> tuple[Rows, Rows, Scores, Scores]:
    """(c,) queries, rows, and the learned and copied parts of the scores of the contenders of the chunk at `start`."""
    chunk = index[start : start + CHUNK]
    learned, copied = queries[:, ~fixed] @ chunk[:, ~fixed].T, queries[:, fixed] @ chunk[:, fixed].T
    best = np.maximum(*(learned * np.float32(scale) + copied for scale in (scales[0], scales[-1])))
    line, row = np.nonzero((best > bars[:, None]) & placed[start : start + CHUNK])
    return line, row + start, learned[line, row], copied[line, row]


def _found(query: MixedQuery, first: tuple[Rows, Rows]) -> float:
    warm, cold = first
    found = np.isin(query.warm, warm).sum() + np.isin(query.cold, cold).sum()
    return float(found / (len(query.warm) + len(query.cold)))

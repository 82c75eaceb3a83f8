"""Evaluates learned and placed tracks in one catalogue: the top 100, and the best length of the placed vectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kit.cold_start import Placed
from pipelines.graph.playlist_graph import Rows, top_rows
from pipelines.models.interface import Scores, Vectors
from pipelines.models.space import TrainedSpace

CUT = 100
SCALES = tuple(round(2 ** (step / 4), 4) for step in range(-8, 7))  # 1/4 to 2.8


@dataclass(frozen=True, slots=True, eq=False)
class MixedQuery:
    """One playlist: rows of its seeds, of its other learned tracks, and of its tracks without a learned vector."""

    seeds: Rows
    warm: Rows
    cold: Rows


def pooled_queries(space: TrainedSpace) -> Callable[[Sequence[Rows]], Vectors]:
    """A function from lists of seed rows to query vectors (lists, D), pooled as serving does."""
    pooling = space.scorer().pooling

    def pooled(seeds: Sequence[Rows]) -> Vectors:
        return np.stack([pooling.pool(space.query[rows], np.ones(len(rows), np.float32)).vector for rows in seeds])

    return pooled


class Mixed:
    """The top 100 of learned and placed tracks in one catalogue."""

    def __init__(self, space: TrainedSpace, mixed_queries: Sequence[MixedQuery]) -> None:
        self.mixed_queries = mixed_queries
        self.queries = pooled_queries(space)([q.seeds for q in mixed_queries])
        tops = [self._warm_top(space.index, q, query) for q, query in zip(mixed_queries, self.queries, strict=True)]
        self.rows = [rows for rows, _ in tops]
        self.scores = [scores for _, scores in tops]

    @staticmethod
    def _warm_top(index: Vectors, mixed: MixedQuery, query: Vectors) -> tuple[Rows, Scores]:
        scores = index @ query
        scores[mixed.seeds] = -np.inf
        rows = top_rows(scores, CUT)
        return rows, scores[rows]

    def taken(self, cold_scores: Scores) -> list[tuple[Rows, Rows]]:
        """For each query the learned and the placed rows among the first 100 of both together."""
        firsts = []
        for rows, warm, cold in zip(self.rows, self.scores, cold_scores, strict=True):
            best = top_rows(np.concatenate([warm, cold]), CUT)
            firsts.append((rows[best[best < len(warm)]], best[best >= len(warm)] - len(warm)))
        return firsts

    def recall(self, cold_scores: Scores) -> float:
        """Mean recall@100 of all targets, learned and placed."""
        found = [
            (np.isin(q.warm, warm).sum() + np.isin(q.cold, cold).sum()) / (len(q.warm) + len(q.cold))
            for q, (warm, cold) in zip(self.mixed_queries, self.taken(cold_scores), strict=True)
        ]
        return float(np.mean(found))

    def best_scale(self, index: Vectors, copied: Sequence[tuple[int, int]]) -> float:
        """The factor of the learned blocks with the best recall, the smallest of equal ones."""
        fixed = np.zeros(index.shape[1], bool)
        for start, stop in copied:
            fixed[start:stop] = True
        learned, own = self.queries[:, ~fixed] @ index[:, ~fixed].T, self.queries[:, fixed] @ index[:, fixed].T
        recalls = [self.recall(learned * np.float32(scale) + own) for scale in SCALES]
        return SCALES[int(np.argmax(recalls))]

    def figures(self, placed: Placed) -> dict[str, float]:
        """Share of placed tracks in the top 100 and among the targets, and recall with and without placing."""
        scores = np.where(placed.kind >= 0, self.queries @ placed.index.T, -np.inf)
        shares = [len(cold) / max(len(warm) + len(cold), 1) for warm, cold in self.taken(scores)]
        targets = [len(q.cold) / (len(q.cold) + len(q.warm)) for q in self.mixed_queries]
        return {
            "placed share of first 100": round(float(np.mean(shares)), 4),
            "placed share of targets": round(float(np.mean(targets)), 4),
            "recall@100 of all targets": round(self.recall(scores), 4),
            "recall@100 of all targets, nothing placed": round(self.recall(np.full_like(scores, -np.inf)), 4),
        }

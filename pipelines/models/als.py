"""ALS: implicit matrix factorisation (Hu, Koren and Volinsky 2008), from the library `implicit`.

A list of seeds becomes a query by solving for the factors of a listener who has just those tracks (fold-in), which is
what the method prescribes; averaging track factors instead loses a quarter of the quality.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.interface import Artists, Progress, Scores, seed_matrix


@dataclass(frozen=True, slots=True)
class Als:
    """Settings of implicit's AlternatingLeastSquares, the defaults those that `pipelines.evaluate.tune` found."""

    factors: int = 256
    regularization: float = 100.0
    alpha: float = 20.0
    iterations: int = 15
    seed: int = 1
    name: str = "als"

    @classmethod
    def s1(cls, seed: int = 1) -> "Als":
        """The settings that system S1's grid selected; it leaves alpha at the library's 1."""
        return cls(150, 0.1, 1.0, 10, seed, name="als_s1")

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "AlsScorer":  # noqa: ARG002
        progress(f"als: {self.iterations} iterations")
        with threadpool_limits(1, "blas"):  # implicit has its own threads and warns when BLAS is multi-threaded too
            solver = AlternatingLeastSquares(
                factors=min(self.factors, *graph.matrix.shape),
                regularization=self.regularization,
                alpha=self.alpha,
                iterations=self.iterations,
                random_state=self.seed,
            )
            solver.fit(sparse.csr_matrix(graph.matrix), show_progress=False)
        return AlsScorer(solver, graph.matrix.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class AlsScorer:
    """Scores are inner products of track factors with the folded-in query."""

    solver: AlternatingLeastSquares
    tracks: int

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        listeners = sparse.csr_matrix(seed_matrix(seeds, self.tracks))
        with threadpool_limits(1, "blas"):
            queries = self.solver.recalculate_user(np.arange(len(seeds)), listeners)
        scores: Scores = np.asarray(queries, np.float32).reshape(len(seeds), -1) @ self.solver.item_factors.T
        return scores

"""LMF: logistic matrix factorisation (Johnson 2014), from the library `implicit`.

A listener x likes track y with probability sigmoid(x . y + both biases). Seeds become a listener by maximising the same
objective with the tracks frozen: log-likelihood of the seeds and of the negatives that the library would draw in
expectation, less half the regularisation times |x|^2. It is concave, so a few Newton steps find its one maximum
(pipelines.models.logistic).

The library draws negatives by popularity, and never more than factors + 2 for a listener or track, whatever `neg_prop`
says (0.7.3: neg_prop 100 and 1,000 give the same factors bit for bit).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from implicit.cpu.lmf import LogisticMatrixFactorization
from scipy import sparse

from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.interface import Artists, Progress, Scores, Vectors
from pipelines.models.logistic import Floats, Others, UserObjectives

SAMPLE = 512  # tracks sampled as the negatives of a fold-in
BIAS = -2  # the column of tracks' biases


@dataclass(frozen=True, slots=True)
class Lmf:
    """Settings of implicit's LogisticMatrixFactorization, the defaults those that `pipelines.evaluate.tune` found."""

    factors: int = 128
    learning_rate: float = 1.0
    regularization: float = 2.0
    iterations: int = 60
    neg_prop: int = 30
    seed: int = 1
    name: str = "lmf"

    @classmethod
    def s1(cls, seed: int = 1) -> "Lmf":
        """The settings that system S1's grid selected."""
        return cls(60, 1.0, 0.9, 30, 30, seed, name="lmf_s1")

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "LmfScorer":  # noqa: ARG002
        progress(f"{self.name}: {self.iterations} iterations")
        solver = LogisticMatrixFactorization(
            factors=self.factors,
            learning_rate=self.learning_rate,
            regularization=self.regularization,
            iterations=self.iterations,
            neg_prop=self.neg_prop,
            num_threads=1,  # each thread draws its own negatives: another number of cores would give other factors
            random_state=self.seed,
        )
        solver.fit(sparse.csr_matrix(graph.matrix), show_progress=False)
        drawn = np.random.default_rng(self.seed).choice(graph.matrix.indices, SAMPLE)
        return LmfScorer(self, solver.user_factors, solver.item_factors, solver.item_factors[drawn].astype(np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class LmfScorer:
    """Scores are logits. Columns: factors, the track's bias (1 for listeners), the listener's (1 for tracks)."""

    model: Lmf
    listeners: Vectors  # (p, factors + 2)
    tracks: Vectors  # (n, factors + 2)
    negatives: Floats  # (SAMPLE, factors + 2)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        scores: Scores = self.listeners_of(seeds).astype(np.float32) @ self.tracks.T
        return scores

    def member_scores(self, listeners: Rows) -> Scores:
        """(len(listeners), n) for rows of the training graph, with their trained vectors."""
        scores: Scores = self.listeners[listeners] @ self.tracks.T
        return scores

    def listener(self, rows: Rows) -> Floats:
        """(factors + 2,) the folded-in vector of one list of seeds: the maximum of the objective."""
        found: Floats = self.listeners_of([rows])[0]
        return found

    def listeners_of(self, seeds: Sequence[Rows]) -> Floats:
        """(len(seeds), factors + 2) the folded-in vectors of lists of seeds, with a one for the tracks' biases."""
        own = [self.tracks[rows].astype(np.float64) for rows in seeds]
        drawn = np.minimum(self.model.factors + 2, self.model.neg_prop * np.array([len(rows) for rows in seeds]))
        objectives = UserObjectives.of(
            [_free(tracks) for tracks in own],
            [tracks[:, BIAS] for tracks in own],
            Others.of(_free(self.negatives), self.negatives[:, BIAS]),
            drawn / SAMPLE,
            self.model.regularization,
        )
        return np.insert(objectives.best(), self.tracks.shape[1] + BIAS, 1.0, axis=1)


def _free(tracks: Floats) -> Floats:
    """(k, factors + 1) the columns that multiply a listener's free coordinates."""
    return np.delete(tracks, BIAS, axis=1)

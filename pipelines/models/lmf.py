"""LMF: logistic matrix factorisation (Johnson 2014), from the library `implicit`.

A listener x likes song y with probability sigmoid(x . y + both biases). Seeds become a listener by maximising the same
objective with the songs frozen: log-likelihood of the seeds and of the negatives that the library would draw in
expectation, less half the regularisation times |x|^2. It is concave, so a few Newton steps find its one maximum.

The library draws negatives by popularity, and never more than factors + 2 for a listener or song, whatever `neg_prop`
says (0.7.3: neg_prop 100 and 1,000 give the same factors bit for bit).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from implicit.cpu.lmf import LogisticMatrixFactorization
from scipy import sparse
from scipy.special import expit, log_expit

from pipelines.graph import Graph, Rows
from pipelines.models.interface import Artists, Progress, Scores, Vectors

Floats = npt.NDArray[np.float64]

SAMPLE = 512  # songs that stand for the negatives of a fold-in
NEWTON_STEPS = 12
SMALLEST = 1e-4  # part of a step below which it changes nothing that ranks


@dataclass(frozen=True, slots=True)
class Lmf:
    """Settings of implicit's LogisticMatrixFactorization, the defaults those that `pipelines.tune` found."""

    factors: int = 128
    learning_rate: float = 1.0
    regularization: float = 2.0
    iterations: int = 60
    neg_prop: int = 30
    seed: int = 1
    name: str = "lmf"

    @classmethod
    def s1(cls, seed: int = 1) -> "Lmf":
        """What system S1's grid selected."""
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
    """Scores are logits. Columns: factors, the song's bias (1 for listeners), the listener's (1 for songs)."""

    model: Lmf
    listeners: Vectors  # (p, factors + 2)
    songs: Vectors  # (n, factors + 2)
    negatives: Floats  # (SAMPLE, factors + 2)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        listeners = np.array([self.listener(rows) for rows in seeds], np.float32)
        scores: Scores = listeners.reshape(len(seeds), -1) @ self.songs.T
        return scores

    def member_scores(self, listeners: Rows) -> Scores:
        """(len(listeners), n) for rows of the training graph, with the vectors that training gave them."""
        scores: Scores = self.listeners[listeners] @ self.songs.T
        return scores

    def listener(self, rows: Rows) -> Floats:
        """(factors + 2,) the maximum of the objective for one list of seeds."""
        songs = np.vstack([self.songs[rows].astype(np.float64), self.negatives])
        drawn = min(self.model.factors + 2, self.model.neg_prop * len(rows))
        weights = np.repeat([1.0, drawn / SAMPLE], [len(rows), SAMPLE])
        liked = np.repeat([1.0, 0.0], [len(rows), SAMPLE])
        return _maximum(songs, weights, liked, self.model.regularization)


def _maximum(songs: Floats, weights: Floats, liked: Floats, regularization: float) -> Floats:
    """The listener with the highest weighted log-likelihood less regularization/2 |x|^2, its column of ones fixed."""
    free = np.delete(np.arange(songs.shape[1]), -2)
    signs = 2 * liked - 1

    def height(vector: Floats) -> float:
        return float(weights @ log_expit(signs * (songs @ vector)) - regularization / 2 * vector[free] @ vector[free])

    vector = np.zeros(songs.shape[1])
    vector[-2] = 1.0
    for _ in range(NEWTON_STEPS):
        step = np.zeros_like(vector)
        step[free] = _step(songs, weights, liked - expit(songs @ vector), vector, free, regularization)
        reached, before = 1.0, height(vector)
        while reached > SMALLEST and height(vector + reached * step) < before:
            reached /= 2  # songs' vectors are long, so a full step from zero overshoots
        if reached <= SMALLEST:
            break
        vector += reached * step
    return vector


def _step(songs: Floats, weights: Floats, wrong: Floats, vector: Floats, free: Rows, regularization: float) -> Floats:
    """Newton's step: slope over curvature."""
    design, chance = songs[:, free], expit(songs @ vector)
    slope = design.T @ (weights * wrong) - regularization * vector[free]
    curve = (design.T * (weights * chance * (1 - chance))) @ design
    curve[np.diag_indices_from(curve)] += max(regularization, 1e-6)
    step: Floats = np.linalg.solve(curve, slope)
    return step

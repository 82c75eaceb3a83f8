"""iALS with frequency-scaled regularisation (Rendle et al. 2021, "Revisiting the performance of iALS on item
recommendation benchmarks"), solved by alternating least squares.

    sum over entries (1 - w.h)^2  +  a0 sum over all pairs (w.h)^2
    + l sum over listeners (c + a0 n)^nu |w|^2  +  l sum over tracks (c + a0 p)^nu |h|^2

c counts the entries of the row, n and p are the numbers of tracks and playlists, and l is `regularization` scaled so
that the sum of all weights is that of nu = 1. One half-step solves each row with the other side fixed. In the basis of
the eigenvectors of the Gram matrix H'H the part without entries is diagonal, so a row with c entries costs a system of
min(c, d) equations (Woodbury identity), and rows with equally many entries are solved together.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.interface import Artists, Progress, Scores, Vectors, seed_matrix

Floats = npt.NDArray[np.float64]

NUMBERS = 4_000_000  # of a batch of rows: entries x factors
START = 0.1  # the deviation of the initial factors' length


@dataclass(frozen=True, slots=True)
class Ials:
    """unobserved: a0; regularization: l; frequency: nu; the defaults those that `pipelines.evaluate.tune` found."""

    factors: int = 256
    unobserved: float = 0.025
    regularization: float = 0.01
    frequency: float = 1.0
    iterations: int = 16
    seed: int = 1
    name: str = "ials"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "IalsScorer":  # noqa: ARG002
        playlists, tracks = graph.matrix, Matrix(graph.matrix.T)
        width = min(self.factors, *playlists.shape)
        found = np.random.default_rng(self.seed).normal(0, START / width**0.5, (playlists.shape[1], width))
        weight = self.weight(graph)
        for step in range(self.iterations):
            progress(f"{self.name}: iteration {step + 1} of {self.iterations}")
            listeners = self.solved(playlists, found, weight)
            found = self.solved(tracks, listeners, weight)
        return IalsScorer(self, found.astype(np.float32), weight)

    def weight(self, graph: Graph) -> float:
        """l: the regularisation for which the sum of all rows' weights is that of nu = 1."""
        playlists, tracks = graph.matrix.shape
        counts = np.concatenate(
            [graph.lengths + self.unobserved * tracks, graph.item_degree + self.unobserved * playlists]
        )
        return float(self.regularization * counts.sum() / (counts**self.frequency).sum())

    def solved(self, rows: Matrix, other: Floats, weight: float) -> Floats:
        """(rows, d) the best factors of rows (rows, n) with those of the other side (n, d) fixed."""
        values, basis = np.linalg.eigh(other.T @ other)
        turned, counts = other @ basis, np.diff(rows.indptr)
        found = np.zeros((rows.shape[0], other.shape[1]), other.dtype)
        for count in np.unique(counts[counts > 0]).tolist():
            base = self.unobserved * values + weight * (count + self.unobserved * rows.shape[1]) ** self.frequency
            same, batch = np.flatnonzero(counts == count), max(1, NUMBERS // (count * len(values)))
            for start in range(0, len(same), batch):
                lines = same[start : start + batch]
                entries = rows.indices[rows.indptr[lines][:, None] + np.arange(count)]
                found[lines] = _solutions(turned[entries], base)
        return np.asarray(found @ basis.T)


def _solutions(factors: Floats, base: Floats) -> Floats:
    """(m, d) the x of (diag(base) + F'F) x = F'1 for factors F (m, c, d) of rows with c entries each."""
    across, target = factors / base, np.ones((factors.shape[1], 1), factors.dtype)
    if factors.shape[1] >= len(base):
        system = factors.transpose(0, 2, 1) @ factors + np.diag(base)
        return np.asarray(np.linalg.solve(system, factors.sum(axis=1)[..., None])[..., 0])
    inner = across @ factors.transpose(0, 2, 1) + np.eye(factors.shape[1], dtype=factors.dtype)
    solved = np.linalg.solve(inner, np.broadcast_to(target, (len(factors), *target.shape)))
    return np.asarray((across.transpose(0, 2, 1) @ solved)[..., 0])


@dataclass(frozen=True, slots=True, eq=False)
class IalsScorer:
    """Scores are inner products of track factors with the solved factors of the seeds."""

    model: Ials
    tracks: Vectors  # (n, d)
    weight: float

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        lists = Matrix(seed_matrix(seeds, len(self.tracks)))
        queries = self.model.solved(lists, self.tracks.astype(np.float64), self.weight).astype(np.float32)
        scores: Scores = queries @ self.tracks.T
        return scores

"""EASE: the linear item-item model with a zero diagonal (Steck 2019), on scaled playlists, in its dual form.

With Z = L^-a X D^-b (L playlist lengths, D item degrees), P = (Z'Z + lambda I)^-1 and B = I - P / diag(P) column by
column; a list x of seeds scores D^b (x D^-b B). Neither Z'Z nor B (n, n) is made: with K = (Z Z' + lambda I)^-1 (p, p)

    lambda P = I - Z' K Z

so that training is one inverse of the size of the playlists. It needs 8 p^2 bytes (400 MB for 7,000 playlists).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import linalg, sparse

from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.interface import Artists, Progress, Scores, Vectors, seed_matrix

BLOCK = 4096  # tracks at once


@dataclass(frozen=True, slots=True)
class Ease:
    """length_exponent a and popularity_exponent b of the weights."""

    regularization: float = 12.0
    length_exponent: float = 0.3
    popularity_exponent: float = 0.3
    name: str = "ease"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "EaseScorer":  # noqa: ARG002
        progress(f"{self.name}: inverse of {graph.matrix.shape[0]} playlists")
        lengths = np.maximum(graph.lengths, 1).astype(np.float32) ** -self.length_exponent
        degrees = np.maximum(graph.item_degree, 1).astype(np.float32) ** -self.popularity_exponent
        scaled = Matrix(sparse.diags_array(lengths) @ graph.matrix @ sparse.diags_array(degrees))
        inner = _inverse((scaled @ scaled.T).toarray(), self.regularization)
        return EaseScorer(scaled, inner, 1 - _diagonal(scaled, inner), degrees)


def _inverse(gram: Vectors, regularization: float) -> Vectors:
    """(p, p) inverse of the Gram matrix plus lambda I, by Cholesky."""
    gram = gram.astype(np.float64)
    gram[np.diag_indices_from(gram)] += regularization
    factor = linalg.cholesky(gram, lower=True, overwrite_a=True, check_finite=False)
    lower = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)[0]
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T, np.float32)


def _diagonal(scaled: Matrix, inner: Vectors) -> Vectors:
    """(n,) the diagonal of Z' K Z."""
    columns = Matrix(scaled.T)
    blocks = (columns[start : start + BLOCK] for start in range(0, columns.shape[0], BLOCK))
    found = [np.asarray(block.multiply(block @ inner).sum(axis=1)).ravel() for block in blocks]
    return np.asarray(np.concatenate(found), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class EaseScorer:
    """Scores x D^-b B D^b."""

    scaled: Matrix  # (p, n)
    inner: Vectors  # (p, p)
    diagonal: Vectors  # (n,) of lambda P
    degrees: Vectors  # (n,) item degrees^-b

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        own = Matrix(seed_matrix(seeds, self.scaled.shape[1]) @ sparse.diags_array(self.degrees))
        across = np.asarray(((own @ self.scaled.T).toarray() @ self.inner) @ self.scaled, np.float32)
        across -= own.toarray()  # -lambda x P
        scores: Scores = (own.toarray() + across / self.diagonal) / self.degrees
        return scores

"""Spectral: a low-pass filter of the playlist graph in closed form, a truncated SVD of Du^-a X Di^-b.

With N = Du^-a X Di^-b ~ U S Vt, a track i is V_i d_i^b in the index and V_i d_i^-b as a seed, so the score of
track j for seeds I is that of the filtered graph, d_j^b sum_i (V G Vt)_ji d_i^-b, with G the gain of kit.query. (Shen
et al. 2021, "How powerful is graph convolution for recommendation?", is the case a = b = 1/2.)

The SVD sees only tracks of the core, those in at least CORE playlists: rarer tracks would take directions for
themselves (AVG NDCG@100 .304 with a core of 5, .291 with one of 2). Every other track is folded in by V = Nt U / S.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kit.release import Spectrum
from pipelines.graph.playlist_graph import Graph, Matrix, Rows, scaled
from pipelines.models.interface import Artists, Progress, Vectors
from pipelines.models.space import Part, SpaceScorer, compose

CORE = 5
ROWS = 100_000  # squared at once
RANK_SHARE = 8  # 300 playlists of 1,150 tracks are served best by 16-32 dims: nearer to full rank it learns by heart


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """The truncated SVD, every track of the graph placed in it."""

    users: Vectors  # (p, d) left singular vectors
    values: Vectors  # (d,) singular values, largest first
    tracks: Vectors  # (n, d) right singular vectors, or their fold-in
    core: Rows  # rows that the SVD saw

    def first(self, dims: int) -> "Factors":
        """The largest of them, in arrays of their own, so that the others can be freed."""
        return Factors(self.users[:, :dims].copy(), self.values[:dims], self.tracks[:, :dims].copy(), self.core)


@dataclass(frozen=True, slots=True)
class Spectral:
    """dims: columns; exponents a (playlists) and b (tracks); the filter's lambda(k) = scale k^power."""

    dims: int = 256
    playlist_exponent: float = 0.3
    track_exponent: float = 0.3
    scale: float = 3.0
    power: float = -0.8
    core: int = CORE
    seed: int = 1
    name: str = "spectral"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:  # noqa: ARG002
        progress("spectral: factorising")
        return compose([self.part(graph, self.factorise(graph))]).scorer()

    def factorise(self, graph: Graph) -> Factors:
        """Randomised SVD with four power iterations: as good as the exact one and 3 s instead of 25 on 58k tracks."""
        from sklearn.utils.extmath import randomized_svd  # imported here: an update factorises nothing

        scaled = self.scaled(graph)
        core = core_rows(graph, self.core, 2 * self.dims)
        dims = max(1, min(self.dims, len(core) // RANK_SHARE, graph.matrix.shape[0] // RANK_SHARE))
        users, values, _ = randomized_svd(scaled[:, core], dims, n_iter=4, random_state=self.seed)
        kept = values > 1e-5 * values[0]
        users, values = users[:, kept], values[kept]
        tracks = scaled.T @ users
        tracks /= values
        users, values, tracks = (array.astype(np.float32, copy=False) for array in (users, values, tracks))
        return Factors(users, values, tracks, core)

    def scaled(self, graph: Graph) -> Matrix:
        """N."""
        tracks = np.maximum(graph.item_degree, 1).astype(np.float32) ** -self.track_exponent
        playlists = np.maximum(graph.lengths, 1).astype(np.float32) ** -self.playlist_exponent
        return scaled(graph.matrix, playlists, tracks)

    def part(self, graph: Graph, factors: Factors, weight: float = 1.0) -> Part:
        """The block; both matrices are scaled to a root mean square row length of 1 over the core."""
        degrees = np.maximum(graph.item_degree, 1).astype(np.float32)[:, None]
        index = factors.tracks * degrees**self.track_exponent
        query = factors.tracks * degrees**-self.track_exponent
        return Part(
            "spectral",
            _scaled_to_one(index, factors.core),
            _scaled_to_one(query, factors.core),
            weight=weight,
            spectrum=factors.values,
            filter=Spectrum(file="", scale=self.scale, power=self.power),
        )


def core_rows(graph: Graph, minimum: int, needed: int) -> Rows:
    """Rows of tracks in at least `minimum` playlists, or of all tracks when fewer than `needed` are."""
    rows = np.flatnonzero(graph.item_degree >= minimum)
    return rows if len(rows) >= needed else np.arange(graph.matrix.shape[1])


def _scaled_to_one(rows: npt.NDArray[np.floating[Any]], core: Rows) -> Vectors:
    """The rows (n, d), changed in place: they have 4 bytes a number of all tracks."""
    squares = (np.square(rows[part], dtype=np.float64).sum() for part in np.array_split(core, 1 + len(core) // ROWS))
    rows /= max(float(np.sqrt(sum(squares) / len(core))), 1e-12)
    return rows.astype(np.float32, copy=False)

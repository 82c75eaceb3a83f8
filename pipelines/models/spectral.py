"""Spectral: a low-pass filter of the playlist graph in closed form, a truncated SVD of Du^-a X Di^-b.

With N = Du^-a X Di^-b ~ U S Vt, a song i is V_i d_i^b in the index and asks for V_i d_i^-b as a seed, so the score of
song j for seeds I is that of the filtered graph, d_j^b sum_i (V G Vt)_ji d_i^-b, with G the gain of kit.query. (Shen et
al. 2021, "How powerful is graph convolution for recommendation?", is the case a = b = 1/2.)

The SVD sees only songs of the core, those in at least CORE playlists: rarer songs would take directions for themselves
(AVG NDCG@100 .304 with a core of 5, .291 with one of 2). Every other song is folded in by V = Nt U / S.

Songs near each other in a playlist belong together more than its first and its last: each stretch of about STRETCH
successive songs is one more, lighter row of N (docs/experiments.md has the figures).
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from kit.release import Spectrum
from pipelines.graph import Graph, Matrix, Rows
from pipelines.models.interface import Artists, Progress, Vectors
from pipelines.models.space import Part, SpaceScorer, compose

CORE = 5
STRETCH = 15
RANK_SHARE = 8  # 300 playlists of 1,150 songs are served best by 16-32 dims: nearer to full rank it learns by heart


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """The truncated SVD, every song of the graph placed in it."""

    users: Vectors  # (p, d) left singular vectors
    values: Vectors  # (d,) singular values, largest first
    songs: Vectors  # (n, d) right singular vectors, or their fold-in
    core: Rows  # rows that the SVD saw


@dataclass(frozen=True, slots=True)
class Spectral:
    """dims: columns; exponents a (playlists) and b (songs); the filter's lambda(k) = scale k^power."""

    dims: int = 256
    playlist_exponent: float = 0.3
    song_exponent: float = 0.3
    scale: float = 3.0
    power: float = -0.8
    core: int = CORE
    stretch_weight: float = 0.5  # against 1 of a whole playlist
    seed: int = 1
    name: str = "spectral"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:  # noqa: ARG002
        progress("spectral: factorising")
        return compose([self.part(graph, self.factorise(graph))]).scorer()

    def factorise(self, graph: Graph) -> Factors:
        """Randomised SVD with four power iterations: as good as the exact one and 3 s instead of 25 on 58k songs."""
        scaled = self._scaled(graph)
        core = core_rows(graph, self.core, 2 * self.dims)
        dims = max(1, min(self.dims, len(core) // RANK_SHARE, graph.matrix.shape[0] // RANK_SHARE))
        users, values, _ = randomized_svd(scaled[:, core], dims, n_iter=4, random_state=self.seed)
        kept = values > 1e-5 * values[0]
        users, values = users[:, kept], values[kept]
        songs = (scaled.T @ users) / values
        users = users[: graph.matrix.shape[0]]
        return Factors(users.astype(np.float32), values.astype(np.float32), songs.astype(np.float32), core)

    def _scaled(self, graph: Graph) -> sparse.csr_array:
        """N: the playlists and below them the stretches of those longer than one."""
        songs = sparse.diags_array(np.maximum(graph.occurrences, 1).astype(np.float32) ** -self.song_exponent)
        short = stretches(graph)
        rows = [graph.matrix, short] if self.stretch_weight and short.shape[0] else [graph.matrix]
        shares = [np.maximum(np.diff(m.indptr), 1).astype(np.float32) ** -self.playlist_exponent for m in rows]
        parts = [sparse.diags_array(share) @ m @ songs for share, m in zip(shares, rows, strict=True)]
        return sparse.vstack([parts[0], *(self.stretch_weight * part for part in parts[1:])]).tocsr()

    def part(self, graph: Graph, factors: Factors, weight: float = 1.0) -> Part:
        """The block; both matrices are scaled to a root mean square row length of 1 over the core."""
        degrees = np.maximum(graph.occurrences, 1).astype(np.float32)[:, None]
        index = factors.songs * degrees**self.song_exponent
        query = factors.songs * degrees**-self.song_exponent
        return Part(
            "spectral",
            _scaled_to_one(index, factors.core),
            _scaled_to_one(query, factors.core),
            weight=weight,
            spectrum=factors.values,
            filter=Spectrum(file="", scale=self.scale, power=self.power),
        )


def stretches(graph: Graph, size: int = STRETCH) -> Matrix:
    """(stretches, n) ones: each playlist of at least 1.5 `size` known songs cut into equal runs of about `size`.

    No rows when the graph does not know the order.
    """
    matrix, lengths = graph.matrix, graph.lengths
    runs = np.rint(lengths / size).astype(np.int64) * (graph.positions is not None)
    runs[runs < 2] = 0
    playlist = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((np.zeros(matrix.nnz) if graph.positions is None else graph.positions, playlist))
    place = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], lengths)
    run = np.repeat(np.cumsum(runs) - runs, lengths) + place * runs[playlist] // np.maximum(lengths, 1)[playlist]
    kept = runs[playlist] > 0
    ones = np.ones(int(kept.sum()), np.float32)
    return Matrix((ones, (run[kept], matrix.indices[order][kept])), shape=(int(runs.sum()), matrix.shape[1]))


def core_rows(graph: Graph, minimum: int, needed: int) -> Rows:
    """Rows of songs in at least `minimum` playlists, or of all songs when fewer than `needed` are."""
    rows = np.flatnonzero(graph.occurrences >= minimum)
    return rows if len(rows) >= needed else np.arange(graph.matrix.shape[1])


def _scaled_to_one(rows: npt.NDArray[np.floating[Any]], core: Rows) -> Vectors:
    length = np.sqrt((rows[core].astype(np.float64) ** 2).sum(axis=1).mean())
    return (rows / max(float(length), 1e-12)).astype(np.float32)

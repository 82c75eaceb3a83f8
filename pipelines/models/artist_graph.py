"""Artist graph: every track has the vector of its artist, learned from which artists share playlists.

N = Du^-a Z Di^-b with Z[u, a] = 1 where playlist u holds a track of artist a, truncated to U S Vt; an artist is its
row of V as a unit vector, the same in the index and as a seed. A track in five playlists may be by an artist in fifty.
"""

import numpy as np
from scipy import sparse

from pipelines.graph.playlist_graph import Graph, Matrix
from pipelines.models.interface import Artists, Vectors
from pipelines.models.space import Part
from pipelines.models.spectral import RANK_SHARE

EXPONENT = 0.3  # a and b, as in pipelines.models.spectral
COMMON = 5  # playlists an artist needs to be seen by the SVD; the others are folded in


def part(graph: Graph, artists: Artists, dims: int, weight: float, power: float, seed: int = 1) -> Part:
    """The block of all tracks; zeros for a track without a known artist."""
    belongs = _belongs(artists)
    vectors: Vectors = belongs @ _vectors(graph.matrix, belongs, dims, seed)
    return Part("artist_graph", vectors, vectors, weight=weight, power=power)


def _belongs(artists: Artists) -> Matrix:
    """(n, artists) incidence of tracks and artists, artists in the order of their names."""
    names = {name: number for number, name in enumerate(sorted({name for name in artists if name}))}
    tracks = np.array([row for row, name in enumerate(artists) if name], np.int64)
    columns = np.array([names[name] for name in artists if name], np.int64)
    return Matrix((np.ones(len(tracks), np.float32), (tracks, columns)), shape=(len(artists), max(len(names), 1)))


def _vectors(playlists: Matrix, belongs: Matrix, dims: int, seed: int) -> Vectors:
    """(artists, d) unit vectors."""
    from sklearn.utils.extmath import randomized_svd  # imported here: an update factorises nothing

    together = Matrix(playlists @ belongs)
    together.data[:] = 1
    degrees, lengths = (np.maximum(together.sum(axis=axis), 1).astype(np.float32) for axis in (0, 1))
    scaled = Matrix(sparse.diags_array(lengths**-EXPONENT) @ together @ sparse.diags_array(degrees**-EXPONENT))
    common = np.flatnonzero(degrees >= COMMON)
    seen = common if len(common) >= 2 * dims else np.arange(len(degrees))
    dims = max(1, min(dims, len(seen) // RANK_SHARE, together.shape[0] // RANK_SHARE))
    users, values, _ = randomized_svd(scaled[:, seen], dims, n_iter=4, random_state=seed)
    kept = values > 1e-5 * max(float(values[0]), 1e-12)
    vectors = (scaled.T @ users[:, kept]) / values[kept]
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    units: Vectors = (vectors / lengths).astype(np.float32)
    return units

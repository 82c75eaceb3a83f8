"""Folds tracks that are new into a trained space: they get vectors from their playlists, and no other vector moves.

Spectral: with N ~ U S Vt of the training, the playlists of a new track are U' = N' V / S and the track V' = N't U' / S
("folding in", Berry, Dumais, O'Brien 1995), scaled as the training scaled its own. Graph network: the mean of its
playlists, which are means of their tracks. Artist code: computed, as in a training. Artist graph: the vector of the
artist's tracks; of an artist without any, the mean of its playlists.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models import artist_code
from pipelines.models.interface import Artists, Vectors
from pipelines.models.space import POPULARITY_EXPONENT, Part, TrainedSpace, compose, unit
from pipelines.models.spectral import Spectral, core_rows


def folded_in(
    settings: Spectral, before: Graph, space: TrainedSpace, graph: Graph, new: Rows, artists: Artists
) -> TrainedSpace:
    """The vectors (len(new), D) of some rows of `graph`, none of them in `before`, in the coordinates of `space`.

    space: that of pipelines.models.fused, with these settings of its spectral block, trained on the graph `before`.
    artists: of each row of `graph`.
    """
    around = _Surroundings.of(before, graph, new, artists)
    return replace(compose(_parts(settings, before, space, around)), blocks=space.blocks, spectra=space.spectra)


@dataclass(frozen=True, slots=True, eq=False)
class _Surroundings:
    """The playlists (p,) that hold new tracks (n,), and the trained tracks (k,) that they hold.

    new (p, n) and known (p, k) are ones; known_rows (k,) are rows of the earlier graph, artist_rows (n,) those of a
    track of each new track's artist, -1 where it has none. new_degree and known_degree are numbers of playlists,
    lengths (p,) of tracks, in the later graph.
    """

    new: Matrix
    known: Matrix
    known_rows: Rows
    artists: Artists
    artist_rows: Rows
    new_degree: Vectors
    known_degree: Vectors
    lengths: Vectors

    @classmethod
    def of(cls, before: Graph, graph: Graph, new: Rows, artists: Artists) -> "_Surroundings":
        is_new = np.zeros(len(graph.track_ids), bool)
        is_new[new] = True
        holds = np.logical_or.reduceat(is_new[graph.matrix.indices], graph.matrix.indptr[:-1])
        around = Matrix(graph.matrix[np.flatnonzero(holds)])
        earlier = before.rows([one.decode() for one in graph.track_ids.tolist()])
        known = np.flatnonzero((earlier >= 0) & (np.bincount(around.indices, minlength=len(earlier)) > 0))
        degree, theirs = graph.item_degree.astype(np.float32), [artists[row] for row in new.tolist()]
        return cls(
            new=Matrix(around[:, new]),
            known=Matrix(around[:, known]),
            known_rows=earlier[known],
            artists=theirs,
            artist_rows=_rows_of(theirs, artists, earlier),
            new_degree=degree[new],
            known_degree=degree[known],
            lengths=np.diff(around.indptr).astype(np.float32),
        )

    def mean_of_playlists(self, vectors: Vectors) -> Vectors:
        """(n, d) unit vectors: each new track as the mean of its playlists, and they as means of their known tracks.

        vectors: (k, d). A playlist counts by its length^-1/2, as in a propagation of the graph network.
        """
        playlists = (self.known @ vectors) * self.lengths[:, None] ** -1.5
        return unit(self.new.T @ playlists)


def _rows_of(wanted: Artists, artists: Artists, earlier: Rows) -> Rows:
    """The first earlier row of a track of each artist; -1 for none. artists, earlier (n,): of each track."""
    names, row_of = {name for name in wanted if name}, dict[str, int]()
    for name, row in zip(artists, earlier.tolist(), strict=True):
        if row >= 0 and name in names:
            row_of.setdefault(str(name), row)
    return np.array([row_of.get(name or "", -1) for name in wanted], np.int64)


def _parts(settings: Spectral, before: Graph, space: TrainedSpace, around: _Surroundings) -> Iterator[Part]:
    """The blocks of the new tracks, in the order of the space."""
    damped = np.maximum(around.new_degree, 1)[:, None] ** -POPULARITY_EXPONENT
    for block in space.blocks:
        columns = slice(block.start, block.stop)
        if block.name == "spectral":
            yield _spectral(settings, before, space, columns, around)
            continue
        if block.name == "artist":
            vectors = artist_code.part(around.artists, block.stop - block.start, 0.0, 0.0).index
        else:
            vectors = around.mean_of_playlists(space.index[around.known_rows, columns])
        if block.name == "artist_graph":
            theirs = around.artist_rows >= 0
            vectors[theirs] = space.index[around.artist_rows[theirs], columns]
            vectors[[name is None for name in around.artists]] = 0
        yield Part(block.name, vectors, (vectors * damped).astype(np.float32))


def _spectral(settings: Spectral, before: Graph, space: TrainedSpace, columns: slice, around: _Surroundings) -> Part:
    """U' and V' of the playlists around the new tracks, in the scale of the training."""
    values = space.spectra["spectral"]
    core = core_rows(before, settings.core, 2 * settings.dims)
    in_core = np.isin(around.known_rows, core)
    degree = np.maximum(before.item_degree, 1).astype(np.float32)[:, None] ** -settings.track_exponent
    index_scale, query_scale = _scales(space, columns, core, degree, len(values))
    known = space.index[around.known_rows, columns] * degree[around.known_rows] * index_scale
    known *= in_core[:, None]  # the SVD saw no others
    playlists = around.lengths[:, None] ** -settings.playlist_exponent
    users = playlists * (around.known @ (known * around.known_degree[:, None] ** -settings.track_exponent)) / values
    damped = np.maximum(around.new_degree, 1)[:, None] ** -settings.track_exponent
    tracks = damped * (around.new.T @ (playlists * users)) / values
    index, query = tracks / damped / index_scale, tracks * damped / query_scale
    return Part("spectral", index.astype(np.float32), query.astype(np.float32), spectrum=values)


def _scales(space: TrainedSpace, columns: slice, core: Rows, degree: Vectors, dims: int) -> tuple[float, float]:
    """What the training divided V d^b and V d^-b by. The core's rows of V are orthonormal columns, so that the first
    follows from the index; d^-b is `degree` (n, 1)."""
    first = second = 0.0
    for rows in np.array_split(core, 1 + len(core) // 100_000):
        scaled = space.index[rows, columns] * degree[rows]
        first += float(np.square(scaled, dtype=np.float64).sum())
        second += float(np.square(scaled * degree[rows], dtype=np.float64).sum())
    index_scale = np.sqrt(dims / max(first, 1e-12))
    return float(index_scale), float(index_scale * np.sqrt(second / max(len(core), 1)))

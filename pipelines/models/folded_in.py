"""Folds new playlists into a trained space: the coordinates stay, so a model of them (cold start, names) stays valid.

Spectral: with N ~ U S Vt of before, new playlists are U' = N' V / S and tracks V' = N't U' / S ("folding in", Berry,
Dumais, O'Brien 1995), the singular values those of before. Graph network: a track keeps its vector; one that is new, or
outside the core and in more playlists than before, is the mean of its playlists, which are means of their tracks.
Artist code and artist graph have no coordinates to keep and are computed as in a training.
"""

import numpy as np
import numpy.typing as npt

from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models import artist_code, artist_graph
from pipelines.models.fused import Fused
from pipelines.models.interface import Artists, Vectors
from pipelines.models.light_gcn import propagated, unit
from pipelines.models.space import Part, TrainedSpace, compose
from pipelines.models.spectral import Factors, Spectral, core_rows

Mask = npt.NDArray[np.bool_]


class NotFoldable(Exception):
    """The earlier space has other blocks than the model; a full training is needed."""


def folded_in(model: Fused, before: Graph, space: TrainedSpace, graph: Graph, artists: Artists) -> TrainedSpace:
    """The space over the tracks of `graph`; `space` is that of the graph `before`, trained by the same model."""
    columns = {block.name: slice(block.start, block.stop) for block in space.blocks}
    if "spectral" not in columns or ("gcn" in columns) != (model.gcn is not None):
        raise NotFoldable(f"a space of {', '.join(columns)} is not of this model: refresh without --update")
    factors = spectral_factors(model.spectral, before, space, graph)
    parts = [artist_code.part(artists, model.artist_dims, model.artist_weight, model.artist_power)]
    if "gcn" in columns:
        vectors = network_vectors(model.spectral, before, space.index[:, columns["gcn"]], graph)
        parts.append(Part("gcn", vectors, vectors, model.gcn_weight, model.gcn_power))
    if model.artist_graph_dims:
        weights = (model.artist_graph_weight, model.artist_graph_power)
        parts.append(artist_graph.part(graph, artists, model.artist_graph_dims, *weights, model.spectral.seed))
    scaled = (model.popularity_scaled(graph, part) for part in parts)
    return compose([model.spectral.part(graph, factors), *scaled])


def spectral_factors(spectral: Spectral, before: Graph, space: TrainedSpace, graph: Graph) -> Factors:
    """The factors of before with the playlists and tracks of `graph` folded in."""
    block = next(block for block in space.blocks if block.name == "spectral")
    values = space.spectra[block.name]
    core = core_rows(before, spectral.core, 2 * spectral.dims)
    degrees = np.maximum(before.item_degree, 1).astype(np.float32)[:, None]
    tracks = space.index[:, block.start : block.stop] * degrees**-spectral.track_exponent
    tracks *= np.sqrt(len(values) / max(float((tracks[core] ** 2).sum()), 1e-12))  # V has orthonormal columns
    held = _rows_in(before, graph)[core]
    scaled = spectral.scaled(graph)
    users = (scaled[:, held[held >= 0]] @ tracks[core[held >= 0]]) / values
    folded = (scaled.T @ users) / values
    return Factors(
        users.astype(np.float32), values, folded.astype(np.float32), core_rows(graph, spectral.core, 2 * spectral.dims)
    )


def network_vectors(spectral: Spectral, before: Graph, vectors: Vectors, graph: Graph) -> Vectors:
    """(n, d) unit vectors of the tracks of `graph` from those of `before`."""
    held = _rows_in(before, graph)
    carried = np.zeros((len(graph.track_ids), vectors.shape[1]), np.float32)
    carried[held[held >= 0]] = vectors[held >= 0]
    mean = unit(propagated(graph, graph_means(graph, carried)))
    return np.where(_kept(spectral, before, held, graph)[:, None], carried, mean)


def graph_means(graph: Graph, vectors: Vectors) -> Vectors:
    """(p, d) each playlist as the mean of its tracks."""
    means: Vectors = graph.matrix @ vectors / np.maximum(graph.lengths, 1).astype(np.float32)[:, None]
    return means


def _kept(spectral: Spectral, before: Graph, held: Rows, graph: Graph) -> Mask:
    """(n,) the tracks of `graph` that keep their vector: trained ones, and others in no more playlists than before."""
    trained = np.zeros(len(held), bool)
    trained[core_rows(before, spectral.core, 2 * spectral.dims)] = True
    there = np.flatnonzero(held >= 0)
    kept = np.zeros(len(graph.track_ids), bool)
    kept[held[there]] = trained[there] | (graph.item_degree[held[there]] <= before.item_degree[there])
    return kept


def _rows_in(before: Graph, graph: Graph) -> Rows:
    """For each track of `before` its row in `graph`, -1 where it is not there."""
    return graph.rows([track_id.decode() for track_id in before.track_ids.tolist()])

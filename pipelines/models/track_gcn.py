"""The track GCN of system S2: GCNConv over the weighted track-song graph, a ten-number embedding for each track.

S2 publishes the graph (weight: playlists with both tracks), GCNConv, the sound of tracks as input and the ten outputs,
but not the objective. Chosen here: reconstruction of the edge weights, the logistic loss of inner products of a graph
auto-encoder (Kipf and Welling 2016), with edges drawn in proportion to their weight against random pairs. The query
of a list is the mean of the unit vectors of its tracks, the score the cosine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from pipelines.graph.playlist_graph import Graph
from pipelines.models.device import device
from pipelines.models.graph_convolution import Convolutions, normalised
from pipelines.models.interface import Artists, Progress, Vectors
from pipelines.models.playlist_sequences import AudioFeatures
from pipelines.models.space import Part, SpaceScorer, compose
from pipelines.models.track_graph_data import KEPT, Data, track_data, weights

REPORT_EVERY = 50
Edges = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class TrackGcn:
    """hidden: widths between the 29 inputs and the ten outputs; `pairs` edges and `negatives` random pairs a step."""

    sound: AudioFeatures = field(repr=False)
    dims: int = 10
    hidden: tuple[int, ...] = (64, 64)
    kept: int = KEPT
    steps: int = 300
    pairs: int = 16384
    negatives: int = 16384
    learning_rate: float = 0.01
    seed: int = 1
    name: str = "track_gcn"

    def settings(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "sound"}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:  # noqa: ARG002
        embeddings = self.embeddings(track_data(graph, self.sound, self.kept), progress)
        return compose([part(embeddings)]).scorer()

    def embeddings(self, data: Data, progress: Progress) -> Vectors:
        """(n, dims) of the tracks of a Data object."""
        on = device()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            network = Convolutions(data.num_features, *self.hidden, self.dims).to(on.where)
        x, adjacency = data.x.to(on.where), normalised(weights(data)).to(on.where)
        optimiser = torch.optim.Adam(network.parameters(), lr=self.learning_rate)
        for step, (edges, negatives) in enumerate(self._batches(data)):
            found = network(x, adjacency)
            loss = functional.softplus(-_products(found, edges)).mean()
            loss = loss + functional.softplus(_products(found, negatives)).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            if step % REPORT_EVERY == 0:
                progress(f"{self.name}: step {step} of {self.steps}, loss {loss.item():.3f}")
        with torch.no_grad():
            result: Vectors = network(x, adjacency).cpu().numpy()
        return result

    def _batches(self, data: Data) -> Iterator[tuple[Edges, Edges]]:
        """Edges drawn in proportion to their weight, and pairs of any tracks."""
        rng = np.random.default_rng(self.seed)
        edges, upto = data.edge_index, np.cumsum(data.edge_weight.numpy(), dtype=np.float64)
        for _ in range(self.steps if len(upto) else 0):
            chosen = np.searchsorted(upto, rng.random(self.pairs) * upto[-1], side="right")
            drawn = edges[:, torch.from_numpy(np.minimum(chosen, len(upto) - 1))]
            anyone = torch.from_numpy(rng.integers(0, data.num_nodes, (2, self.negatives)))
            yield (drawn[0], drawn[1]), (anyone[0], anyone[1])


def _products(vectors: Tensor, pairs: Edges) -> Tensor:
    """(m,) the inner product of each pair."""
    a, b = (vectors.index_select(0, rows.to(vectors.device)) for rows in pairs)
    return (a * b).sum(dim=1)


def part(embeddings: Vectors) -> Part:
    """The block: unit vectors, the same in the index and as queries."""
    lengths = np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-12)
    vectors = (embeddings / lengths).astype(np.float32)
    return Part("track_gcn", vectors, vectors)

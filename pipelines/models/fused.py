"""Fused: spectral, artist code, LightGCN and artist graph blocks in one space; what a release serves as `graph`.

The blocks are one inner product, so one lookup in the index ranks by all of them. In all but the spectral block, which
has its own exponent, a seed's query vector is its vector times item degree^-popularity_exponent: a rare track is
stronger evidence of a taste than a common one. Weights and powers of k were chosen on held-out playlists of the
training role (docs/models.md has the command).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from pipelines.graph.playlist_graph import Graph
from pipelines.models import artist_code, artist_graph
from pipelines.models.interface import Artists, Progress
from pipelines.models.light_gcn import LightGcn
from pipelines.models.space import POPULARITY_EXPONENT, Part, SpaceScorer, TrainedSpace, compose
from pipelines.models.spectral import Factors, Spectral
from pipelines.models.warm_start import EarlierEmbeddings


@dataclass(frozen=True, slots=True)
class Fused:
    """Settings and weights of the blocks; gcn = None and artist_graph_dims = 0 leave those blocks out."""

    spectral: Spectral = field(default_factory=Spectral)
    gcn: LightGcn | None = field(default_factory=LightGcn)
    artist_dims: int = 64
    artist_weight: float = 0.4
    artist_power: float = 0.2
    gcn_weight: float = 0.8
    gcn_power: float = 0.2
    artist_graph_dims: int = 128
    artist_graph_weight: float = 0.3
    artist_graph_power: float = 0.0
    popularity_exponent: float = POPULARITY_EXPONENT
    name: str = "fused"

    @classmethod
    def seeded(cls, seed: int) -> "Fused":
        """The defaults with another seed."""
        return cls(spectral=Spectral(seed=seed), gcn=LightGcn(seed=seed))

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:
        return self.train(graph, artists, progress).scorer()

    def train(
        self, graph: Graph, artists: Artists, progress: Progress, earlier: EarlierEmbeddings | None = None
    ) -> TrainedSpace:
        """Trains the space, in float32; the network starts from an earlier one when there is one of its width."""
        return compose(self._parts(graph, artists, progress, earlier))

    def _parts(
        self, graph: Graph, artists: Artists, progress: Progress, earlier: EarlierEmbeddings | None
    ) -> Iterator[Part]:
        """The blocks in order, one after another, so that no more than one training's arrays are held."""
        progress(f"spectral: factorising {graph.matrix.shape[0]} playlists x {graph.matrix.shape[1]} tracks")
        factors = self.spectral.factorise(graph)
        yield self.spectral.part(graph, factors)
        factors = factors.first(self.gcn.dims if self.gcn else 0)
        artist_vectors = artist_code.part(artists, self.artist_dims, self.artist_weight, self.artist_power)
        yield self.popularity_scaled(graph, artist_vectors)
        if self.gcn:
            yield self.popularity_scaled(graph, self._gcn_part(self.gcn, graph, factors, progress, earlier))
        del factors
        if self.artist_graph_dims:
            weight, power = self.artist_graph_weight, self.artist_graph_power
            dims, seed = self.artist_graph_dims, self.spectral.seed
            yield self.popularity_scaled(graph, artist_graph.part(graph, artists, dims, weight, power, seed))

    def _gcn_part(
        self, gcn: LightGcn, graph: Graph, factors: Factors, progress: Progress, earlier: EarlierEmbeddings | None
    ) -> Part:
        weights = (self.gcn_weight, self.gcn_power)
        if earlier and earlier.vectors.shape[1] == min(gcn.dims, len(factors.values)):
            return gcn.warm(graph, factors, earlier.carried(graph), progress, *weights)
        return gcn.part(graph, factors, progress, *weights)

    def popularity_scaled(self, graph: Graph, part: Part) -> Part:
        """The block with query vectors scaled by the popularity exponent."""
        item_degree = np.maximum(graph.item_degree, 1).astype(np.float32)[:, None]
        return replace(part, query=part.query * item_degree**-self.popularity_exponent)

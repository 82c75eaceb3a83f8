"""Fused: spectral, artist code and LightGCN side by side in one space; what a release serves as `graph`.

The three are one inner product, so one lookup in the index ranks by all of them. Weights and powers of k were chosen
on held-out playlists of the training role (docs/models.md has the command).
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.graph import Graph
from pipelines.models import artist_code
from pipelines.models.interface import Artists, Progress
from pipelines.models.light_gcn import LightGcn
from pipelines.models.space import SpaceScorer, TrainedSpace, compose
from pipelines.models.spectral import Spectral


@dataclass(frozen=True, slots=True)
class Fused:
    """The parts' settings and weights; gcn = None leaves that part out."""

    spectral: Spectral = field(default_factory=Spectral)
    gcn: LightGcn | None = field(default_factory=LightGcn)
    artist_dims: int = 64
    artist_weight: float = 0.4
    artist_power: float = 0.2
    gcn_weight: float = 0.8
    gcn_power: float = 0.2
    name: str = "fused"

    @classmethod
    def seeded(cls, seed: int) -> "Fused":
        """The defaults with another seed."""
        return cls(spectral=Spectral(seed=seed), gcn=LightGcn(seed=seed))

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:
        return self.train(graph, artists, progress).scorer()

    def train(self, graph: Graph, artists: Artists, progress: Progress) -> TrainedSpace:
        """The space, in float32."""
        progress(f"spectral: factorising {graph.matrix.shape[0]} playlists x {graph.matrix.shape[1]} songs")
        factors = self.spectral.factorise(graph)
        parts = [
            self.spectral.part(graph, factors),
            artist_code.part(artists, self.artist_dims, self.artist_weight, self.artist_power),
        ]
        if self.gcn:
            parts.append(self.gcn.part(graph, factors, progress, self.gcn_weight, self.gcn_power))
        return compose(parts)

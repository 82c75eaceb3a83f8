"""Settings of the trainings, without the libraries that a training needs."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.models.cooccurrence_knn import KEPT
from pipelines.models.spectral import Spectral

if TYPE_CHECKING:
    from pipelines.models.fused import Fused


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Settings that users may change; everything else was chosen by measurement (docs/models.md)."""

    spectral_dims: int = 256
    artist_dims: int = 64
    gcn_dims: int = 64
    gcn_steps: int = 120
    artist_graph_dims: int = 128
    cooccurring: int = KEPT  # neighbours of a track in the co-occurrence table

    def spectral(self, seed: int) -> Spectral:
        """The spectral block with these settings."""
        return Spectral(dims=self.spectral_dims, seed=seed)

    def model(self, seed: int) -> "Fused":
        """The model with these settings."""
        from pipelines.models.fused import Fused  # imported here: an update trains nothing, and torch takes seconds

        default = Fused()
        assert default.gcn is not None
        return replace(
            default,
            spectral=self.spectral(seed),
            artist_dims=self.artist_dims,
            gcn=replace(default.gcn, dims=self.gcn_dims, steps=self.gcn_steps, seed=seed),
            artist_graph_dims=self.artist_graph_dims,
        )


DEFAULTS = TrainSettings()

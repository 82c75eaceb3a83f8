"""RP3beta: random walks of three steps with a penalty of popular tracks (Paudel et al. 2017).

From a seed to its playlists, to their tracks: transition probabilities to the power alpha, and the score of a track
divided by its number of playlists to the power beta:

    s = x D^-alpha X' L^-alpha X D^-beta

with x the seeds, X the playlists, L their lengths and D the tracks' numbers of playlists. Nothing is truncated.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import sparse

from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.interface import Artists, Progress, Scores, seed_matrix


@dataclass(frozen=True, slots=True)
class Rp3Beta:
    """Exponents of the transition probabilities and of the popularity penalty."""

    alpha: float = 0.7
    beta: float = 0.3
    name: str = "rp3beta"

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "Rp3BetaScorer":  # noqa: ARG002
        progress(f"{self.name}: scaling {graph.matrix.shape[0]} playlists")
        lengths, degrees = (np.maximum(counts, 1).astype(np.float32) for counts in (graph.lengths, graph.item_degree))
        to_playlists = Matrix(sparse.diags_array(degrees**-self.alpha) @ graph.matrix.T)
        scaled = sparse.diags_array(lengths**-self.alpha) @ graph.matrix @ sparse.diags_array(degrees**-self.beta)
        return Rp3BetaScorer(to_playlists, Matrix(scaled))


@dataclass(frozen=True, slots=True, eq=False)
class Rp3BetaScorer:
    """Scores are the seeds' probabilities of the walk, summed."""

    to_playlists: Matrix  # (n, p)
    to_tracks: Matrix  # (p, n)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        walks = seed_matrix(seeds, self.to_playlists.shape[0]) @ self.to_playlists
        scores: Scores = (walks @ self.to_tracks).toarray()
        return scores

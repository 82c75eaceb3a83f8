"""ALS with side information: the ALS factors beside the artist code and the artist graph, in one space.

The peer that is given what `fused` is given. The query of the ALS block is that of a listener who has just the seeds,
solved from their factors y_i (Hu, Koren and Volinsky 2008):

    q = alpha (G + r I + (alpha - 1) sum y_i y_i')^-1 sum y_i,     G = Y'Y

and scaled to length 1; the factors are scaled to a mean square length of 1 over the tracks in CORE or more playlists.
Weights of the artist blocks are relative to it. With k seeds and the d x d inverse of G + r I stored, a query costs a
k x k system (Woodbury identity).
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from kit.query import Pooling
from kit.ranker import log_popularity
from kit.ranker_features import ItemFeatures
from kit.release import Block, Floats, Space
from pipelines.graph.playlist_graph import Graph, numbered
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.models import artist_code, artist_graph
from pipelines.models.als import Als, AlsScorer
from pipelines.models.interface import Artists, Progress, Vectors
from pipelines.models.space import Part, SpaceScorer, compose

CORE = 5
BLOCK = "als"


class SolvedPooling(Pooling):
    """Pooling whose ALS block is solved from the seeds' factors instead of summed; the other blocks are as served."""

    def __init__(self, space: Space, inverse: Floats, alpha: float) -> None:
        """inverse (d, d) of G + r I of the factors in the index."""
        super().__init__(space, {})
        self._inverse, self._alpha = inverse, alpha

    def _block(self, block: Block, parts: Floats, k: float) -> Floats:
        """The summands (seeds, d) of the block's query: linear in the seeds once the system is solved."""
        return super()._block(block, self._solved(parts) if block.name == BLOCK else parts, k)

    def _solved(self, seeds: Floats) -> Floats:
        across = seeds @ self._inverse
        system = np.eye(len(seeds), dtype=np.float32) + (self._alpha - 1) * (across @ seeds.T)
        return np.asarray(self._alpha * np.linalg.solve(system, across), np.float32)


@dataclass(frozen=True, slots=True)
class AlsSide:
    """Settings of ALS and of the artist blocks (widths as in `fused`); weights chosen by pipelines.evaluate.tune."""

    als: Als = field(default_factory=Als)
    artist_dims: int = 64
    artist_weight: float = 0.2
    artist_power: float = 0.2
    artist_graph_dims: int = 128
    artist_graph_weight: float = 0.2
    popularity_exponent: float = 0.2
    name: str = "als_side"

    @classmethod
    def seeded(cls, seed: int) -> "AlsSide":
        """The defaults with another seed."""
        return cls(Als(seed=seed))

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:
        return scorer(self.lookup(graph, artists, progress))

    def lookup(self, graph: Graph, artists: Artists, progress: Progress) -> Lookup:
        """Trains the space, and returns it with its pooling and the ranker's track attributes."""
        return self.beside(self.als.fit(graph, artists, progress), graph, artists)

    def beside(self, als: AlsScorer, graph: Graph, artists: Artists) -> Lookup:
        """The artist blocks beside trained ALS factors."""
        factors = _scaled(np.asarray(als.solver.item_factors, np.float32), graph)
        space = compose([Part(BLOCK, factors.index, factors.index), *self._sides(graph, artists)])
        inverse = np.linalg.inv(factors.gram(self.als.regularization)).astype(np.float32)
        playlists, tracks = graph.matrix.shape
        known = ItemFeatures(log_popularity(graph.item_degree, playlists), numbered(artists), np.zeros(tracks, bool))
        return Lookup(space, SolvedPooling(space.space(), inverse, self.als.alpha), known)

    def _sides(self, graph: Graph, artists: Artists) -> list[Part]:
        seed, item_degree = self.als.seed, np.maximum(graph.item_degree, 1).astype(np.float32)[:, None]
        code = artist_code.part(artists, self.artist_dims, self.artist_weight, self.artist_power)
        shared = artist_graph.part(graph, artists, self.artist_graph_dims, self.artist_graph_weight, 0.0, seed)
        return [replace(part, query=part.query * item_degree**-self.popularity_exponent) for part in (code, shared)]


@dataclass(frozen=True, slots=True, eq=False)
class _Scaled:
    """Factors index (n, d), divided by `length`."""

    index: Vectors
    length: float

    def gram(self, regularization: float) -> Floats:
        """(d, d) G + r I for the scaled factors: the regularisation is divided by the length squared."""
        factors = self.index.astype(np.float64)
        return np.asarray(factors.T @ factors + regularization / self.length**2 * np.eye(factors.shape[1]))


def _scaled(factors: Vectors, graph: Graph) -> _Scaled:
    core = graph.item_degree >= CORE
    rows = factors[core] if core.any() else factors
    length = float(np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1).mean()))
    return _Scaled(np.asarray(factors / max(length, 1e-12), np.float32), max(length, 1e-12))


def scorer(lookup: Lookup) -> SpaceScorer:
    """Scores of one lookup."""
    return SpaceScorer(lookup.space.index.widened(), lookup.space.query, lookup.pooling)

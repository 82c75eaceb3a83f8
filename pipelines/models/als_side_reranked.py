"""ALS with side information and the second stage of `reranked`: the peer that is given everything that ours is given.

The ranker is that of kit.ranker, trained anew on this model's own candidates by the protocol of `reranked`: the same
playlists are held out, ALS and the artist graph are learned without them, the same queries, features, network, loss and
validation. Query reweighting is not given to it, since its query is solved and not pooled.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pipelines.graph.playlist_graph import Graph
from pipelines.learning_to_rank.held_out_queries import HeldOutSettings, Lookup
from pipelines.learning_to_rank.ranker import RankerSettings
from pipelines.models.als_side import AlsSide
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.models.interface import Artists, Progress
from pipelines.models.reranked import Reranked
from pipelines.models.reranked_scorer import RerankedScorer


@dataclass(frozen=True, slots=True)
class AlsSideReranked:
    """Settings of the first stage, of the held-out queries and of the ranker: those of `reranked`."""

    side: AlsSide = field(default_factory=AlsSide)
    held_out: HeldOutSettings = field(default_factory=HeldOutSettings)
    ranker: RankerSettings = field(default_factory=RankerSettings)
    name: str = "als_side_reranked"

    @classmethod
    def seeded(cls, seed: int) -> "AlsSideReranked":
        """The defaults with another seed."""
        return cls(AlsSide.seeded(seed), HeldOutSettings(seed=seed), RankerSettings(seed=seed))

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> RerankedScorer:
        second_stage = Reranked(held_out=self.held_out, ranker=self.ranker)
        training_set = second_stage.training_set(graph, artists, progress, self._lookup)
        ranker = second_stage.train_ranker(training_set, progress) if training_set else None
        return RerankedScorer(self._lookup(graph, artists, progress), ranker)

    def _lookup(self, graph: Graph, artists: Artists, progress: Progress) -> Lookup:
        """The first stage, with the windowed co-occurrence table that the ranker of `reranked` reads too."""
        return replace(self.side.lookup(graph, artists, progress), table=learned_table(graph))

"""Reweighted and reranked with the name of the playlist in the query (kit/playlist_names.py).

Everything but the query is that of pipelines/models/reranked.py: the same space, reweighting and ranker. Names are used
where the validation playlists show that they help.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pipelines.graph.playlist_graph import Graph
from pipelines.learning_to_rank import playlist_names
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.models.interface import Artists, Names, Progress
from pipelines.models.reranked import Reranked
from pipelines.models.reranked_scorer import RerankedScorer


@dataclass(frozen=True, slots=True)
class RerankedWithNames:
    """names: of the training playlists, by id; others are not read. ranking: whether the ranker reorders the list."""

    whole: Reranked = field(default_factory=Reranked)
    names: Names = field(default_factory=dict)
    ranking: bool = True

    @property
    def name(self) -> str:
        """The name on the leaderboard."""
        return "reranked_name" if self.ranking else "reweighted_name"

    def settings(self) -> dict[str, Any]:
        kept = asdict(self.whole) if self.ranking else {k: v for k, v in asdict(self.whole).items() if k != "ranker"}
        return kept | {"name": self.name}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> RerankedScorer:
        learned = self.whole.fused.train(graph, artists, progress)
        trained_model = self.whole.train(graph, artists, progress, self.ranking, self.names).of(learned.blocks)
        reweighted = replace(learned, reweighting=trained_model.reweighting)
        lookup = Lookup.of(graph, artists, reweighted, self.whole.table(graph))
        names = playlist_names.fit(graph, self.names, lookup, self.whole.names) if trained_model.names else None
        return RerankedScorer(lookup, trained_model.ranker, names=names)

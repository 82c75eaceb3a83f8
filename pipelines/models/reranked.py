"""Fused with trained query reweighting, reranking and playlist names (pipelines/learning_to_rank/held_out_queries.py).

`reweighted` is one lookup whose query bands are weighted by statistics of the seeds (kit/query_reweighting.py);
`reranked` then reorders the first candidates with kit/ranker.py. reranked_scorer.py scores with them. Both also exist
with the name of the playlist in the query (reranked_with_names.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from kit import query_reweighting as kit_reweighting
from kit import ranker as kit_ranker
from kit.cooccurrence import CooccurrenceTable
from kit.query_reweighting import QueryReweighting
from kit.ranker import Ranker
from kit.release import Block
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.learning_to_rank import held_out_queries, playlist_names
from pipelines.learning_to_rank import query_reweighting as reweighting_training
from pipelines.learning_to_rank import ranker as rankers
from pipelines.learning_to_rank.held_out_queries import HeldOutQuery, HeldOutSettings, Lookup
from pipelines.learning_to_rank.playlist_names import NameSettings
from pipelines.learning_to_rank.query_reweighting import ReweightingSettings
from pipelines.learning_to_rank.ranker import RankerSettings
from pipelines.learning_to_rank.view_scan import Mask
from pipelines.models.cooccurrence_knn import KEPT, learned_table
from pipelines.models.fused import Fused
from pipelines.models.interface import NO_NAMES, Artists, Names, Progress
from pipelines.models.reranked_scorer import RerankedScorer
from pipelines.models.space import SpaceScorer

FirstStage = Callable[[Graph, Artists, Progress], Lookup]
"""Trains the lookup whose candidates the ranker reorders."""
_DECIDED = "decided.json"


@dataclass(frozen=True, slots=True, eq=False)
class TrainedQueryModel:
    """The query reweighting and the ranker, None where validation showed no gain, and whether names showed one.

    A name model belongs to one space, so it is fitted anew where `names` is true.
    """

    reweighting: QueryReweighting | None = None
    ranker: Ranker | None = None
    names: bool = False

    def of(self, blocks: Sequence[Block]) -> "TrainedQueryModel":
        """The parts that are valid for a space of these blocks, learned by the same recipe from other playlists."""
        reweighting = reweighting_training.carried(self.reweighting, blocks) if self.reweighting else None
        return replace(
            self, reweighting=reweighting, ranker=self.ranker if self.ranker and self.ranker.fits(blocks) else None
        )

    def save(self, folder: Path) -> None:
        """Writes the parts that exist, as a release holds them."""
        if self.reweighting:
            self.reweighting.save(folder / kit_reweighting.FILE)
        if self.ranker:
            self.ranker.save(folder / kit_ranker.FILE)
        (folder / _DECIDED).write_bytes(orjson.dumps({"names": self.names}))

    @classmethod
    def load(cls, folder: Path) -> "TrainedQueryModel":
        """Reads what `save` wrote."""
        reweighting, ranker = folder / kit_reweighting.FILE, folder / kit_ranker.FILE
        return cls(
            QueryReweighting.load(reweighting) if reweighting.exists() else None,
            Ranker.load(ranker) if ranker.exists() else None,
            orjson.loads((folder / _DECIDED).read_bytes())["names"],
        )


@dataclass(frozen=True, slots=True, eq=False)
class RerankerTrainingSet:
    """A space trained without some playlists: most of these give training queries, the others validation queries.

    common (n,): the tracks to which every other query is restricted; rest: the playlists that the space was trained on;
    validation_ids: those of the validation playlists.
    """

    lookup: Lookup
    rest: Graph
    validation_ids: Sequence[str]
    training: Sequence[Rows]
    validation: Sequence[Rows]
    common: Mask
    settings: HeldOutSettings

    def queries(self, first: int = 0) -> tuple[list[HeldOutQuery], list[HeldOutQuery]]:
        """Training and validation queries; the `first` of each playlist have its first tracks as seeds."""
        each = held_out_queries.queries_each(len(self.training) + len(self.validation), self.settings)
        training, validation = (
            list(held_out_queries.held_out_queries(held, self.common, self.settings, first, each))
            for held in (self.training, self.validation)
        )
        return training, validation


@dataclass(frozen=True, slots=True)
class Reranked:
    """Settings of the space, of the held-out queries, and of the models trained on them."""

    fused: Fused = field(default_factory=Fused)
    held_out: HeldOutSettings = field(default_factory=HeldOutSettings)
    reweighting: ReweightingSettings = field(default_factory=ReweightingSettings)
    ranker: RankerSettings = field(default_factory=RankerSettings)
    names: NameSettings = field(default_factory=NameSettings)
    cooccurring: int = KEPT
    name: str = "reranked"

    @classmethod
    def seeded(cls, seed: int, fused: Fused | None = None, cooccurring: int = KEPT) -> "Reranked":
        """The defaults with another seed."""
        settings = (HeldOutSettings(seed=seed), ReweightingSettings(seed=seed), RankerSettings(seed=seed))
        names = NameSettings(seed=seed)
        return cls(fused or Fused.seeded(seed), *settings, names, cooccurring)

    def settings(self) -> dict[str, Any]:
        """Without those of names, which `reranked` does not use."""
        return {name: value for name, value in asdict(self).items() if name != "names"}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> RerankedScorer:
        learned = self.fused.train(graph, artists, progress)
        trained_model = self.train(graph, artists, progress).of(learned.blocks)
        lookup = Lookup.of(graph, artists, replace(learned, reweighting=trained_model.reweighting), self.table(graph))
        return RerankedScorer(lookup, trained_model.ranker)

    def train(
        self,
        graph: Graph,
        artists: Artists,
        progress: Progress,
        ranking: bool = True,
        names: Names = NO_NAMES,
        first_stage: FirstStage | None = None,
    ) -> TrainedQueryModel:
        """Trains reweighting and ranker on playlists that were held out from their space, and decides about names.

        Each is None when there are too few playlists, or when the validation playlists show no gain.
        """
        training_set = self.training_set(graph, artists, progress, first_stage)
        if training_set is None:
            return TrainedQueryModel()
        reweighting = self.train_reweighting(training_set, progress)
        if reweighting:
            training_set = replace(training_set, lookup=training_set.lookup.with_reweighting(reweighting))
        ranker = self.train_ranker(training_set, progress) if ranking else None
        return TrainedQueryModel(reweighting, ranker, self.names_help(training_set, names, progress))

    def training_set(
        self, graph: Graph, artists: Artists, progress: Progress, first_stage: FirstStage | None = None
    ) -> RerankerTrainingSet | None:
        """A first stage (default: fused) trained without some playlists, and those playlists; None when there are too
        few.

        The playlists whose queries validate are drawn at random from them.
        """
        rest, held = held_out_queries.hold_out_playlists(graph, self.held_out)
        if min(rest.matrix.shape) < 2 or not held:
            return None
        lookup = (first_stage or self._fused)(rest, artists, progress)
        progress(f"{len(held)} playlists held out from the space give queries")
        ids = held_out_queries.held_out_ids(graph, self.held_out)
        training, validation = held_out_queries.validation_split(held, self.held_out)
        _, validation_ids = held_out_queries.validation_split(ids, self.held_out)
        common = rest.item_degree >= self.held_out.common
        return RerankerTrainingSet(lookup, rest, validation_ids, training, validation, common, self.held_out)

    def _fused(self, graph: Graph, artists: Artists, progress: Progress) -> Lookup:
        return Lookup.of(graph, artists, self.fused.train(graph, artists, progress), self.table(graph))

    def table(self, graph: Graph) -> CooccurrenceTable | None:
        """The windowed co-occurrence table that the ranker reads; None for a graph without order."""
        return learned_table(graph, self.cooccurring)

    def train_reweighting(self, training_set: RerankerTrainingSet, progress: Progress) -> QueryReweighting | None:
        """Trains the reweighting; None when the validation queries show no gain."""
        training, validation = (
            reweighting_training.parts(training_set.lookup, part, self.reweighting) for part in training_set.queries()
        )
        found = reweighting_training.fit(training, training_set.lookup.space.blocks, self.reweighting, progress)
        return found if found and reweighting_training.gain(found, validation) > 0 else None

    def train_ranker(self, training_set: RerankerTrainingSet, progress: Progress) -> Ranker | None:
        """Trains the ranker; None when the validation queries show no gain.

        The first tracks of a playlist are its commonest, so the ranker is trained with those as seeds too; the
        reweighting is better without (docs/experiments.md).
        """
        training, validation = (
            rankers.training_set(training_set.lookup, part) for part in training_set.queries(self.held_out.first)
        )
        found = rankers.fit(training, training_set.lookup.feature_names(), self.ranker, progress)
        return found if found and rankers.gain(found, validation) > 0 else None

    def names_help(self, training_set: RerankerTrainingSet, names: Names, progress: Progress) -> bool:
        """Whether the names of the validation playlists improve their queries, with a model of the other playlists."""
        if not names:
            return False
        progress(f"names of {len(names)} playlists")
        found = playlist_names.fit(training_set.rest, names, training_set.lookup, self.names)
        _, validation_set = training_set.queries()
        validation_ids = [names.get(playlist_id) for playlist_id in training_set.validation_ids]
        return found is not None and playlist_names.gain(found, training_set.lookup, validation_set, validation_ids) > 0


@dataclass(frozen=True, slots=True)
class Reweighted:
    """One lookup: the space with query reweighting."""

    whole: Reranked = field(default_factory=Reranked)
    name: str = "reweighted"

    @classmethod
    def seeded(cls, seed: int) -> "Reweighted":
        """The defaults with another seed."""
        return cls(Reranked.seeded(seed))

    def settings(self) -> dict[str, Any]:
        kept = ("fused", "held_out", "reweighting")
        return {"name": self.name} | {name: value for name, value in self.whole.settings().items() if name in kept}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> SpaceScorer:
        learned = self.whole.fused.train(graph, artists, progress)
        trained_model = self.whole.train(graph, artists, progress, ranking=False).of(learned.blocks)
        return replace(learned, reweighting=trained_model.reweighting).scorer()

"""Next-track model: recency-weighted seeds, pooled and looked up in the learned space of a base model (`fused`).

Attention over the tracks' vectors by their position: a track counts age^-decay, the last one having age 1. The weighted
tracks are pooled by kit.query as serving does, with the weight of the artist block raised, so one lookup in the base's
own index suffices. `near` adds the windowed co-occurrence kNN (near_songs): one lookup and the seeds' rows of a table.

The numbers were chosen by the rank of the next track on held-out playlists of the training role (docs/experiments.md);
networks that learn the attention, and a GRU over the same vectors, are no better there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.cooccurrence_knn import CooccurrenceKnn, CooccurrenceScorer, ages
from pipelines.models.fused import Fused
from pipelines.models.interface import Artists, Progress, Scores, Vectors
from pipelines.models.playlist_sequences import PlaylistSequences
from pipelines.models.space import TrainedSpace

ARTIST = "artist"


@dataclass(frozen=True, slots=True)
class NextTrack:
    """decay of a track's weight with its age; artist multiplies that block's weight; near is the table's weight."""

    sequences: PlaylistSequences = field(repr=False)
    base: Fused = field(default_factory=Fused)
    decay: float = 1.0
    artist: float = 2.0
    near: float = 0.0
    name: str = "sequence"

    @classmethod
    def with_near_tracks(cls, sequences: PlaylistSequences, base: Fused) -> "NextTrack":
        """The same with the co-occurrence table; the artist weight is lower, because the table covers a part of it."""
        return cls(sequences, base, artist=1.5, near=4.0, name="sequence_near")

    def settings(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in ("decay", "artist", "near", "name")}
        return said | {"base": self.base.settings()}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "NextScorer":
        return self.around(self.base.train(graph, artists, progress), graph)

    def around(self, space: TrainedSpace, graph: Graph) -> "NextScorer":
        """The scorer over a base that is trained already."""
        blocks = [
            block.model_copy(update={"weight": block.weight * self.artist}) if block.name == ARTIST else block
            for block in space.blocks
        ]
        weighted = TrainedSpace(space.index, space.query, blocks, space.spectra).rounded()
        table = CooccurrenceScorer(CooccurrenceKnn(self.sequences).table(graph)) if self.near else None
        return NextScorer(weighted, self.decay, table, self.near)


@dataclass(frozen=True, slots=True, eq=False)
class NextScorer:
    """Scores of the pooled query, plus the co-occurrence scores of the seeds when there is a table."""

    space: TrainedSpace  # as a release stores it
    decay: float
    table: CooccurrenceScorer | None
    near: float

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        scores: Scores = self.queries(seeds) @ self.space.index.T
        return scores + np.float32(self.near) * self.table.scores(seeds) if self.table else scores

    def queries(self, seeds: Sequence[Rows]) -> Vectors:
        """(lists, D) the query of each list; zeros for an empty list."""
        pooling = self.space.pooling()
        queries = np.zeros((len(seeds), self.space.index.shape[1]), np.float32)
        for line, rows in enumerate(seeds):
            if len(rows):
                queries[line] = pooling.pool(self.space.query[rows], ages(len(rows)) ** -self.decay).vector
        return queries

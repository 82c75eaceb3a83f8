"""Next-track model: recency-weighted seeds, pooled and looked up in the learned space of a base model (`fused`).

A track counts age^-decay, the last one having age 1. The weighted tracks are pooled by kit.query as serving does, with
the weight of the artist block raised, so one lookup in the base's own index suffices. `sequence_near` adds the windowed
co-occurrence table; it is the model of kit/next_track.py, which mode `sequence` serves from a release.

The numbers were chosen by the rank of the next track on held-out playlists of the training role (docs/experiments.md);
networks that learn the attention, and a GRU over the same vectors, are no better there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kit import next_track
from kit.cooccurrence import CooccurrenceTable
from kit.manifest import GRAPH
from kit.query import Pooling
from kit.release import Ints, Release
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.cooccurrence_knn import learned_table
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.fused import Fused
from pipelines.models.interface import Artists, Progress, Scores, Vectors
from pipelines.models.space import TrainedSpace


@dataclass(frozen=True, slots=True)
class NextTrack:
    """decay of a track's weight with its age; artist multiplies that block's weight; near: with the table."""

    base: Fused = field(default_factory=Fused)
    decay: float = 1.0
    artist: float = 2.0
    near: bool = False
    name: str = "sequence"

    @classmethod
    def with_near_tracks(cls, base: Fused) -> "NextTrack":
        """The served model. The artist weight is lower, because the table covers a part of it."""
        return cls(base, artist=next_track.ARTIST_WEIGHT, near=True, name="sequence_near")

    def settings(self) -> dict[str, Any]:
        described = {name: getattr(self, name) for name in ("decay", "artist", "near", "name")}
        table = {"table_weight": next_track.TABLE_WEIGHT, "kept": next_track.KEPT} if self.near else {}
        return described | table | {"base": self.base.settings()}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "NextScorer":
        return self.around(self.base.train(graph, artists, progress), graph)

    def around(self, space: TrainedSpace, graph: Graph) -> "NextScorer":
        """The scorer over a base that is trained already."""
        pooling = space.pooling().reweighted({next_track.ARTIST: self.artist})
        return NextScorer(space.index, space.query, pooling, self.decay, learned_table(graph) if self.near else None)


@dataclass(frozen=True, slots=True, eq=False)
class NextScorer:
    """Scores of the pooled query, plus those of the co-occurrence table when there is one.

    `group` (n,) is the recording group of each track: the other versions of a seed are left out, as serving leaves them
    out; None where recordings are not told apart.
    """

    index: Float16Vectors  # (n, D) with the values that a release stores
    query: Float16Vectors | Vectors  # (n, D)
    pooling: Pooling
    decay: float = 1.0
    table: CooccurrenceTable | None = None
    group: Ints | None = None

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        scores: Scores = self.index.products(self.queries(seeds))
        for rows, line in zip(seeds, scores, strict=True):
            if self.table:
                found = next_track.seed_neighbours(self.table, rows, next_track.recency(len(rows)))
                line[found.rows] += found.scores
            if self.group is not None:
                line[np.isin(self.group, self.group[rows])] = -np.inf
        return scores

    def queries(self, seeds: Sequence[Rows]) -> Vectors:
        """(lists, D) the query of each list; zeros for an empty list."""
        queries = np.zeros((len(seeds), self.index.shape[1]), np.float32)
        for line, rows in enumerate(seeds):
            if len(rows):
                weights = next_track.recency(len(rows), self.decay)
                queries[line] = self.pooling.pool(self.query[rows], weights).vector
        return queries


def of_release(release: Release) -> NextScorer:
    """What serves from a release in mode `sequence`."""
    index, query = (Float16Vectors(np.asarray(m)) for m in (release.index_vectors(GRAPH), release.query_vectors(GRAPH)))
    pooling = next_track.pooling_of(Pooling.of(release, GRAPH))
    group = np.asarray(release.column("group"))[: release.embedded]
    return NextScorer(index, query, pooling, table=CooccurrenceTable.of(release), group=group)

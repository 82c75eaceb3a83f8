"""What playlists teach about asking a space: those held out from it ask, and their other tracks are the right answers.

A share of the training playlists is held out once more and a space is learned without them. What is learned from its
answers - which bands of a query count for which seeds (pipelines/learning_to_rank/query_reweighting.py), which
candidates come first (pipelines/learning_to_rank/ranker.py) - carries over to the space learned from all playlists by
the same recipe.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kit.query import Pooled, Pooling
from kit.query_reweighting import QueryReweighting
from kit.ranker import DEPTH, ItemFeatures, features, log_popularity
from kit.release import Ints
from pipelines.evaluate import metrics
from pipelines.graph.playlist_graph import Graph, Rows, numbered, top_rows
from pipelines.models.interface import Artists, Vectors
from pipelines.models.space import TrainedSpace

Mask = npt.NDArray[np.bool_]

BATCH = 64
SHORTEST = 6  # tracks a playlist needs to be a lesson: one to ask with, five to find


@dataclass(frozen=True, slots=True)
class HeldOutSettings:
    """share of playlists held out, `questions` to each with at most `seeds` seeds.

    Every other question is put to the catalogue of tracks in `common` playlists, because lookups are filtered too. The
    questions of a share of the playlists, `judging`, teach nothing: they say whether what was learned is worth having.
    Where order counts, `first` of the questions ask with the first tracks of a playlist instead of any.
    """

    share: float = 0.15
    judging: float = 0.1
    common: int = 5
    queries: int = 10
    first: int = 4
    seeds: int = 25
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A space and what is known of its tracks: asks it and describes the candidates."""

    space: TrainedSpace
    pooling: Pooling
    tracks: ItemFeatures

    @classmethod
    def of(cls, graph: Graph, artists: Artists, space: TrainedSpace) -> "Lookup":
        """With the counts of the graph that the space was learned from."""
        stored = space.rounded()
        playlists, tracks = graph.matrix.shape
        known = ItemFeatures(log_popularity(graph.item_degree, playlists), numbered(artists), np.zeros(tracks, bool))
        return cls(stored, stored.pooling(), known)

    def emphasising(self, emphasis: QueryReweighting) -> "Lookup":
        """The same with queries weighed."""
        space = replace(self.space, emphasis=emphasis)
        return Lookup(space, space.pooling(), self.tracks)

    def asked(self, seeds: Rows) -> Pooled:
        """The query of equal seeds."""
        return self.pooling.pool(self.space.query[seeds], np.ones(len(seeds), np.float32))

    def features(self, query: Vectors, seeds: Rows, rows: Rows) -> Vectors:
        """(c, f) of candidate rows, best first."""
        return features(self.space.blocks, query, self.tracks.of(seeds), self.space.index[rows], self.tracks.of(rows))


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutQuery:
    """Seeds of a held-out playlist, its other tracks, and the tracks (n,) among which they are to be found."""

    seeds: Rows
    targets: Rows
    view: Mask


@dataclass(frozen=True, slots=True, eq=False)
class CandidateList:
    """The first DEPTH rows of a lookup, best first, and which of them are right (DEPTH,)."""

    query: HeldOutQuery
    asked: Pooled
    rows: Rows
    right: Mask


def hold_out_playlists(graph: Graph, settings: HeldOutSettings) -> tuple[Graph, list[Rows]]:
    """The graph without a seeded share of its playlists, over the same tracks, and the tracks of those in their order.

    A graph that does not know the order gives them by row.
    """
    apart = np.random.default_rng(settings.seed).random(graph.matrix.shape[0]) < settings.share
    entries = np.repeat(~apart, graph.lengths)
    positions = None if graph.positions is None else graph.positions[entries]
    rest = Graph(graph.track_ids, graph.playlist_ids[~apart], graph.matrix[np.flatnonzero(~apart)], positions)
    held = [_tracks(graph, int(playlist)) for playlist in np.flatnonzero(apart)]
    return rest, [rows for rows in held if len(rows) >= SHORTEST]


def _tracks(graph: Graph, playlist: int) -> Rows:
    start, stop = graph.matrix.indptr[playlist : playlist + 2]
    rows = np.asarray(graph.matrix.indices[start:stop], np.int64)
    return rows if graph.positions is None else rows[np.argsort(graph.positions[start:stop], kind="stable")]


def held_out_queries(
    held: Sequence[Rows], common: Mask, settings: HeldOutSettings, first: int = 0
) -> Iterator[HeldOutQuery]:
    """From one seed to many, each number as likely as its double; every other among the `common` (n,) tracks.

    The `first` questions to a playlist ask with its first tracks, the others with any.
    """
    rng = np.random.default_rng(settings.seed)
    views = [np.ones(len(common), bool), common]
    for rows in held:
        for number in range(settings.queries):
            view = views[number % 2]
            known = rows[view[rows]]
            if len(known) >= SHORTEST:
                most = min(settings.seeds, len(known) - SHORTEST + 1)
                k = int(np.exp(rng.uniform(0, np.log(most + 1))))
                line = known if number < first else rng.permutation(known)
                yield HeldOutQuery(line[:k], line[k:], view)


def candidate_lists(lookup: Lookup, asking: Sequence[HeldOutQuery]) -> Iterator[CandidateList]:
    """What the lookup finds, where it finds DEPTH tracks and one of them is right."""
    for start in range(0, len(asking), BATCH):
        batch = asking[start : start + BATCH]
        pooled = [lookup.asked(query.seeds) for query in batch]
        scores = np.stack([asked.vector for asked in pooled]) @ lookup.space.index.T
        for query, asked, line in zip(batch, pooled, scores, strict=True):
            line[~query.view] = line[query.seeds] = -np.inf
            rows = top_rows(line, DEPTH)
            right = np.isin(rows, query.targets)
            if len(rows) == DEPTH and right.any():
                yield CandidateList(query, asked, rows, right)


def gained(orders: Iterable[Ints], right: Mask) -> float:
    """Mean NDCG@100 of lists (l, DEPTH) in new orders less that in their own, less its standard error; 0 without lists.

    orders (l, DEPTH) are places of the lists; only what a list holds counts as findable.
    """
    told = [_ndcg(line[order]) - _ndcg(line) for order, line in zip(orders, right, strict=True)]
    return float(np.mean(told) - np.std(told) / len(told) ** 0.5) if told else 0.0


def _ndcg(right: Mask) -> float:
    return metrics.ndcg(right, int(right.sum()), 100)

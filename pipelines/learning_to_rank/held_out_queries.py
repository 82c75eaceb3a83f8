"""Builds the training data of query reweighting and the reranker: queries of playlists held out from the space.

A share of the training playlists is held out once more and a space is learned without them. The seeds are some tracks
of a held-out playlist, the relevant tracks its others. The query reweighting
(pipelines/learning_to_rank/query_reweighting.py) and the ranker (pipelines/learning_to_rank/ranker.py) trained on these
lists transfer to the space learned from all playlists by the same recipe.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from kit.cooccurrence import CooccurrenceTable
from kit.query import Pooled, Pooling
from kit.query_reweighting import QueryReweighting
from kit.ranker import DEPTH, log_popularity
from kit.ranker_features import ItemFeatures, features, names
from kit.release import Floats, Ints
from pipelines.evaluate import metrics
from pipelines.graph.playlist_graph import Graph, Rows, numbered
from pipelines.learning_to_rank.view_scan import Mask, ViewScan
from pipelines.models.interface import Artists, Vectors
from pipelines.models.space import TrainedSpace

One = TypeVar("One")

BATCH = 4096  # queries of a scan, which reads all vectors once
VALIDATION_SEED = 5  # second part of the seed that draws the validation playlists
MOST = 20_000  # playlists held out at most
MOST_QUERIES = 40_000  # of all held-out playlists: each is an exact scan of all tracks
SHORTEST = 6  # tracks a playlist needs to give a query: one seed and five targets


@dataclass(frozen=True, slots=True)
class HeldOutSettings:
    """share of playlists held out (of many about MOST), `queries` of each with at most `seeds` seeds (of many fewer).

    Every other query is restricted to the tracks in at least `common` playlists, because lookups are filtered too. The
    queries of a share of the playlists, `validation`, validate: they decide whether a trained model is used.
    Where order counts, `first` of the queries have the first tracks of a playlist as seeds instead of any.
    """

    share: float = 0.15
    validation: float = 0.1
    common: int = 5
    queries: int = 10
    first: int = 4
    seeds: int = 25
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A space with the attributes of its tracks: pools queries and computes the features of candidates.

    `table` was learned from the same playlists as the space; without it the ranker's features are those of the space.
    """

    space: TrainedSpace
    pooling: Pooling
    tracks: ItemFeatures
    table: CooccurrenceTable | None = None

    @classmethod
    def of(
        cls, graph: Graph, artists: Artists, space: TrainedSpace, table: CooccurrenceTable | None = None
    ) -> "Lookup":
        """A lookup with the item degrees of the graph that the space was learned from."""
        playlists, tracks = graph.matrix.shape
        known = ItemFeatures(log_popularity(graph.item_degree, playlists), numbered(artists), np.zeros(tracks, bool))
        return cls(space, space.pooling(), known, table)

    def with_reweighting(self, reweighting: QueryReweighting) -> "Lookup":
        """The same lookup with reweighted queries."""
        space = replace(self.space, reweighting=reweighting)
        return replace(self, space=space, pooling=space.pooling())

    def query_of(self, seeds: Rows) -> Pooled:
        """The query pooled from seeds of equal weight."""
        return self.pooling.pool(self.space.query[seeds], np.ones(len(seeds), np.float32))

    def features(self, query: Vectors, seeds: Rows, rows: Rows) -> Vectors:
        """(c, f) features of candidate rows, best first."""
        known, of_seeds = self.tracks.of(rows), self.tracks.of(seeds)
        return features(self.space.blocks, query, of_seeds, self.space.index[rows], known, self.sums_of(seeds, rows))

    def sums_of(self, seeds: Rows, rows: Rows) -> Vectors | None:
        """(c,) sums of the seeds' rows of the co-occurrence table for candidate rows, None without a table."""
        return self.table.sums_of(seeds, rows) if self.table else None

    def feature_names(self) -> list[str]:
        """Names of the columns of `features`."""
        return names(self.space.blocks, cooccurring=self.table is not None)


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutQuery:
    """Seeds and targets of a held-out playlist, the candidate tracks (n,), and the playlist's number among those held
    out."""

    seeds: Rows
    targets: Rows
    view: Mask
    playlist: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class CandidateList:
    """The first DEPTH rows of a lookup, best first, and which of them are relevant (DEPTH,)."""

    query: HeldOutQuery
    query_pooled: Pooled
    rows: Rows
    right: Mask


def hold_out_playlists(graph: Graph, settings: HeldOutSettings) -> tuple[Graph, list[Rows]]:
    """The graph without a seeded share of its playlists, over the same tracks, and the held-out tracks in playlist
    order.

    A graph without positions gives them by row.
    """
    apart = _apart(graph, settings)
    entries = np.repeat(~apart, graph.lengths)
    positions = None if graph.positions is None else graph.positions[entries]
    rest = Graph(graph.track_ids, graph.playlist_ids[~apart], graph.matrix[np.flatnonzero(~apart)], positions)
    held = [_tracks(graph, int(playlist)) for playlist in np.flatnonzero(apart)]
    return rest, [rows for rows in held if len(rows) >= SHORTEST]


def held_out_ids(graph: Graph, settings: HeldOutSettings) -> list[str]:
    """The ids of the held-out playlists of `hold_out_playlists`, in its order."""
    long_enough = _apart(graph, settings) & (graph.lengths >= SHORTEST)
    return [str(playlist_id) for playlist_id in graph.playlist_ids[long_enough]]


def _apart(graph: Graph, settings: HeldOutSettings) -> Mask:
    playlists = graph.matrix.shape[0]
    share = min(settings.share, MOST / max(playlists, 1))
    apart: Mask = np.random.default_rng(settings.seed).random(playlists) < share
    return apart


def _tracks(graph: Graph, playlist: int) -> Rows:
    start, stop = graph.matrix.indptr[playlist : playlist + 2]
    rows = np.asarray(graph.matrix.indices[start:stop], np.int64)
    return rows if graph.positions is None else rows[np.argsort(graph.positions[start:stop], kind="stable")]


def validation_split(held: Sequence[One], settings: HeldOutSettings) -> tuple[list[One], list[One]]:
    """The held-out playlists (or their ids) that give training queries, and a random share `validation` that validates.

    Both keep the order of the graph, which is that of the playlists' ids and need not be random.
    """
    validation_count = round(settings.validation * len(held))
    chosen = np.zeros(len(held), bool)
    chosen[np.random.default_rng([settings.seed, VALIDATION_SEED]).permutation(len(held))[:validation_count]] = True
    training, validation = ([held[at] for at in np.flatnonzero(chosen == side).tolist()] for side in (False, True))
    return training, validation


def queries_each(playlists: int, settings: HeldOutSettings) -> int:
    """Queries of each of so many held-out playlists: `queries`, and fewer where that makes more than MOST_QUERIES."""
    return min(settings.queries, max(1, MOST_QUERIES // max(playlists, 1)))


def held_out_queries(
    held: Sequence[Rows], common: Mask, settings: HeldOutSettings, first: int = 0, each: int | None = None
) -> Iterator[HeldOutQuery]:
    """Yields queries of 1 to `seeds` seeds, log-uniformly many; every other is restricted to the `common` (n,) tracks.

    The `first` queries of a playlist have its first tracks as seeds, the others random ones. Where a playlist has
    `each` of its queries, the next one begins with the number that follows, so that every number is as frequent.
    """
    rng, each = np.random.default_rng(settings.seed), each or settings.queries
    views = [np.ones(len(common), bool), common]
    for playlist, rows in enumerate(held):
        for number in ((playlist * each + at) % settings.queries for at in range(each)):
            view = views[number % 2]
            known = rows[view[rows]]
            if len(known) >= SHORTEST:
                most = min(settings.seeds, len(known) - SHORTEST + 1)
                k = int(np.exp(rng.uniform(0, np.log(most + 1))))
                ordered = known if number < first else rng.permutation(known)
                yield HeldOutQuery(ordered[:k], ordered[k:], view, playlist)


def candidate_lists(lookup: Lookup, queries: Sequence[HeldOutQuery]) -> Iterator[CandidateList]:
    """Yields the lookup's list of each query that has DEPTH candidates and at least one relevant among them."""
    scan = ViewScan(lookup.space.index)
    for start in range(0, len(queries), BATCH):
        batch = queries[start : start + BATCH]
        pooled = [lookup.query_of(query.seeds) for query in batch]
        for query, pooled_query, rows in zip(batch, pooled, first_rows(scan, batch, pooled, DEPTH), strict=True):
            right = np.isin(rows, query.targets)
            if len(rows) == DEPTH and right.any():
                yield CandidateList(query, pooled_query, rows, right)


def first_rows(scan: ViewScan, queries: Sequence[HeldOutQuery], pooled: Sequence[Pooled], depth: int) -> list[Rows]:
    """The rows of the `depth` best tracks of each query by its pooled vector, best first."""
    vectors = np.stack([one.vector for one in pooled])
    found = scan.first(vectors, [query.seeds for query in queries], [query.view for query in queries], depth)
    return [ranked.rows for ranked in found]


def ndcg_gain(orders: Iterable[Ints], right: Mask, playlists: Ints) -> float:
    """Lower bound of the mean gain in NDCG@100 of lists (l, DEPTH) by reordering: mean less standard error; 0 when
    the lists are of fewer than two playlists.

    orders (l, DEPTH) are ranks of the lists; only tracks within a list count as relevant. playlists (l,): the number of
    the playlist that each list is of. A playlist's lists are not independent, so the standard error is the
    cluster-robust one, of whole playlists (Liang and Zeger 1986).
    """
    gains = [_ndcg(relevance[order]) - _ndcg(relevance) for order, relevance in zip(orders, right, strict=True)]
    return lower_bound(np.array(gains), playlists)


def lower_bound(gains: Floats, playlists: Ints) -> float:
    """Mean less the standard error of gains (l,) of playlists (l,), by number; 0 for fewer than two playlists."""
    several = len(set(playlists.tolist())) > 1
    return float(np.mean(gains)) - standard_error(gains, playlists) if several else 0.0


def standard_error(values: Floats, clusters: Ints) -> float:
    """Standard error of the mean of values (l,) that are drawn in clusters (l,) of numbers, at least two."""
    _, numbers = np.unique(clusters, return_inverse=True)
    residuals = np.bincount(numbers, values - values.mean())
    return float(np.sqrt((residuals**2).sum() * len(residuals) / (len(residuals) - 1)) / len(values))


def _ndcg(right: Mask) -> float:
    return metrics.ndcg(right, int(right.sum()), 100)

"""Scores queries as the service does: one lookup in a space, then the ranker reorders its first candidates.

Reranking permutes the tracks and leaves the sequence of scores unchanged (services/recommend/ranking/reranker.py). Each
track is looked at, where the engine of a large release walks its graph: it finds at least .98 of the exact first 200
(kit/vectors/points.py), with the same scores. No training library is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kit.cooccurrence import CooccurrenceTable
from kit.manifest import GRAPH
from kit.playlist_names import NameModel, with_list_name
from kit.query import Pooling
from kit.ranker import DEPTH, Ranker, known_log_popularity
from kit.ranker_features import ItemFeatures
from kit.release import STATE_PLACED, Ints, Release
from pipelines.graph.playlist_graph import Rows, top_rows
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.learning_to_rank.view_scan import Ranked, ViewScan
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.interface import Scorer, Scores, TwoStageList, Vectors
from pipelines.models.space import TrainedSpace


@dataclass(frozen=True, eq=False)
class RerankedScorer:
    """Scores of the lookup, those of the first candidates in the ranker's order.

    `group` (n,) is the recording group of each track: the other versions of a seed are left out, as serving leaves them
    out; None where recordings are not told apart. `names` adds the names of playlists to their queries.
    """

    lookup: Lookup
    ranker: Ranker | None
    allowed: npt.NDArray[np.bool_] | None = None  # (n,)
    group: Ints | None = None
    names: NameModel | None = None

    def within(self, allowed: npt.NDArray[np.bool_]) -> "RerankedScorer":
        """The same with candidates from these tracks."""
        return replace(self, allowed=allowed)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        return self.named_scores(seeds, [None] * len(seeds))

    def named_scores(self, seeds: Sequence[Rows], names: Sequence[str | None]) -> Scores:
        """The scores of lists of seeds that have names. The ranker does not see a list without seeds; where nothing is
        known of its name either, popularity ranks, as recommend serves it."""
        queries = self._queries(seeds, names)
        found: Scores = queries @ self._index.T
        for rows, query, scores in zip(seeds, queries, found, strict=True):
            popular = self._by_popularity(query)
            if popular:
                scores[:] = self.lookup.tracks.log_popularity
            if self.group is not None:
                scores[np.isin(self.group, self.group[rows])] = -np.inf
            if self.ranker and len(rows) and not popular:
                self._reorder(self.ranker, rows, query, scores)
        return found

    def ranked(self, seeds: Sequence[Rows], names: Sequence[str | None], depth: int) -> list[TwoStageList]:
        """The lists of the same scores, without the seeds: the scores of a block of tracks are held at a time."""
        queries, allowed = self._queries(seeds, names), self._allowed()
        excluded = [self._versions(rows) for rows in seeds]
        found = ViewScan(self.lookup.space.index).first(queries, excluded, [allowed] * len(seeds), max(depth, DEPTH))
        lists = zip(seeds, queries, found, strict=True)
        return [self._both_stages(rows, query, ranked, depth) for rows, query, ranked in lists]

    def _queries(self, seeds: Sequence[Rows], names: Sequence[str | None]) -> Vectors:
        queries = np.zeros((len(seeds), self.lookup.space.index.shape[1]), np.float32)
        for line, (rows, name) in enumerate(zip(seeds, names, strict=True)):
            queries[line] = self._query(rows, name)
        return queries

    @cached_property
    def _index(self) -> Vectors:
        return self.lookup.space.index.widened()

    def _allowed(self) -> npt.NDArray[np.bool_]:
        return np.ones(len(self.lookup.space.index), bool) if self.allowed is None else self.allowed

    def _versions(self, seeds: Rows) -> Rows:
        """The seeds and the other versions of them."""
        return seeds if self.group is None else np.flatnonzero(np.isin(self.group, self.group[seeds]))

    def _by_popularity(self, query: Vectors) -> bool:
        return self.names is not None and not query.any()

    def _both_stages(self, seeds: Rows, query: Vectors, found: Ranked, depth: int) -> TwoStageList:
        if self._by_popularity(query):
            scores = np.where(self._allowed(), self.lookup.tracks.log_popularity, -np.inf).astype(np.float32)
            scores[self._versions(seeds)] = -np.inf
            rows = top_rows(scores, depth)
            return TwoStageList(rows, rows, scores[rows])
        both = found.rows.copy()
        if self.ranker and len(seeds) and len(both):
            both[:DEPTH] = both[:DEPTH][self._order(self.ranker, seeds, query, both[:DEPTH])]
        return TwoStageList(found.rows[:depth], both[:depth], found.scores[:depth])

    def _query(self, rows: Rows, name: str | None) -> Vectors | float:
        """The query (dim,) of seeds with a name, as recommend builds it; 0 where nothing is known of either."""
        vector = self.names.vector(name) if self.names and name else None
        pooled = self.lookup.query_of(rows) if len(rows) else None
        if self.names is None or vector is None or not vector.known:
            return pooled.vector if pooled else 0.0
        return (with_list_name(pooled, len(rows), vector) if pooled else self.names.alone(vector)).vector

    def _reorder(self, ranker: Ranker, seeds: Rows, query: Vectors, scores: Scores) -> None:
        """Exchanges the scores (n,) of the first candidates."""
        open_scores = scores.copy()
        open_scores[seeds] = -np.inf
        if self.allowed is not None:
            open_scores[~self.allowed] = -np.inf
        first = top_rows(open_scores, DEPTH)
        if len(first):
            scores[first[self._order(ranker, seeds, query, first)]] = scores[first]

    def _order(self, ranker: Ranker, seeds: Rows, query: Vectors, first: Rows) -> Rows:
        """The ranker's order of candidates (c,), best first, as positions among them."""
        space, known = self.lookup.space, self.lookup.tracks
        sums = self.lookup.sums_of(seeds, first) if ranker.reads_cooccurrence else None
        return ranker.order(space.blocks, query, known.of(seeds), space.index[first], known.of(first), sums)


def of_release(release: Release) -> Scorer:
    """What serves from a release in mode `similar`: its space, its ranker if it has one, no other version of a seed."""
    about, pooling = release.manifest.spaces[GRAPH], Pooling.of(release, GRAPH)
    ranker = Ranker.of(release)
    rows = slice(release.embedded)
    placed = np.asarray(release.column("state"))[rows] == STATE_PLACED
    known = ItemFeatures(known_log_popularity(release)[rows], np.asarray(release.column("artist"))[rows], placed)
    stored = (release.index_vectors(GRAPH), release.query_vectors(GRAPH))
    index, query = (Float16Vectors(np.asarray(one)) for one in stored)
    trained = TrainedSpace(index, query, about.blocks, {}, pooling.reweighting)
    group = np.asarray(release.column("group"))[rows]
    lookup = Lookup(trained, pooling, known, CooccurrenceTable.of(release))
    return RerankedScorer(lookup, ranker, None, group, NameModel.of(release))

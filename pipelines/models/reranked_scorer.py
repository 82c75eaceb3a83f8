"""What serves, as the exams ask it: one lookup in a space, and the ranker's order of its first candidates.

The places keep their scores and the tracks change places, as in services/recommend/ranking/reranker.py. A space whose
index is narrow is searched as serving searches it (kit/vectors/narrow.py): candidates by the projection, rescored;
every projected track is looked at, where the engine walks its graph over int8. No training library is needed to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kit.ranker import DEPTH, SPACE, ItemFeatures, Ranker, known_log_popularity
from kit.release import STATE_PLACED, Ints, Release
from kit.vectors.narrow import Rescoring, joined, tiers
from pipelines.evaluate import metrics
from pipelines.graph.playlist_graph import Rows, top_rows
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.models import space
from pipelines.models.interface import Scorer, Scores, Vectors
from pipelines.models.space import SpaceScorer, TrainedSpace


@dataclass(frozen=True, slots=True, eq=False)
class RerankedScorer:
    """Scores of the lookup, those of the first candidates in the ranker's order.

    `group` (n,) is the recording group of each track: the other versions of a seed are left out, as serving leaves them
    out; None where recordings are not told apart. `narrow` and `projected` (n, w) are what a narrow index holds.
    """

    lookup: Lookup
    ranker: Ranker | None
    allowed: npt.NDArray[np.bool_] | None = None  # (n,)
    group: Ints | None = None
    narrow: Rescoring | None = None
    projected: Scores | None = None

    def within(self, allowed: npt.NDArray[np.bool_]) -> "RerankedScorer":
        """The same with candidates from these tracks."""
        return replace(self, allowed=allowed)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        found = SpaceScorer(self.lookup.space.index, self.lookup.space.query, self.lookup.pooling).scores(seeds)
        for rows, scores in zip(seeds, found, strict=True):
            left_out = self._left_out(rows)
            if self.narrow and self.projected is not None and len(rows):
                self._search(self.narrow, self.projected, rows, left_out, scores)
            if self.group is not None:
                scores[left_out] = -np.inf
            if self.ranker and len(rows):
                self._reorder(self.ranker, rows, scores)
        return found

    def _left_out(self, seeds: Rows) -> npt.NDArray[np.bool_]:
        """(n,) the seeds and their other versions."""
        if self.group is not None:
            return np.isin(self.group, self.group[seeds])
        return np.isin(np.arange(len(self.lookup.space.index)), seeds)

    def _search(
        self, narrow: Rescoring, projected: Scores, seeds: Rows, left_out: npt.NDArray[np.bool_], scores: Scores
    ) -> None:
        """Leaves only the scores (n,) of what the narrow index finds. Serving drops what is left out from the hits."""
        vector = self.lookup.query_of(seeds).vector
        near = projected @ narrow.projection.of_query(vector)
        if self.allowed is not None:
            near[~(self.allowed | left_out)] = -np.inf
        limit = metrics.DEPTH + int(left_out.sum())
        asked, kept = zip(*tiers(limit, narrow.candidates), strict=True)
        hits = joined([narrow.hits(top_rows(near, count), vector) for count in asked], kept, limit)
        scores[:] = -np.inf
        scores[hits.rows] = hits.scores

    def _reorder(self, ranker: Ranker, seeds: Rows, scores: Scores) -> None:
        """Exchanges the scores (n,) of the first candidates."""
        open_scores = scores.copy()
        open_scores[seeds] = -np.inf
        if self.allowed is not None:
            open_scores[~self.allowed] = -np.inf
        first = top_rows(open_scores, DEPTH)
        if len(first):
            space, known, query = self.lookup.space, self.lookup.tracks, self.lookup.query_of(seeds).vector
            order = ranker.order(space.blocks, query, known.of(seeds), space.index[first], known.of(first))
            scores[first[order]] = scores[first]


def of_release(release: Release) -> Scorer:
    """What serves from a release in mode `similar`: its space, its ranker if it has one, no other version of a seed."""
    plain = space.of_release(release, SPACE)
    ranker = Ranker.of(release)
    rows = slice(release.placed)
    placed = np.asarray(release.column("state"))[rows] == STATE_PLACED
    known = ItemFeatures(known_log_popularity(release)[rows], np.asarray(release.column("artist"))[rows], placed)
    trained = TrainedSpace(plain.index, plain.query, plain.pooling.space.blocks, {}, plain.pooling.emphasis)
    group, narrow = np.asarray(release.column("group"))[rows], Rescoring.of(release, SPACE)
    projected = _projected(narrow, plain.index) if narrow else None
    return RerankedScorer(Lookup(trained, plain.pooling, known), ranker, None, group, narrow, projected)


def _projected(narrow: Rescoring, index: Vectors) -> Scores:
    """(n, w); a track without a vector is not in the index."""
    found = narrow.projection.of_index(index)
    found[~index.any(axis=1)] = np.nan
    return found

"""Adds the tracks beside seeds in order to what the index found (mode `sequence`, kit/next_track.py).

Tracks beside no seed have the score of the lookup, so the first `count` of the lookup hold all of them that can be
among the first `count` of the whole. Those beside a seed are scored here, but for those that even the score of the
lookup's last track would not lift so far.
"""

from collections.abc import Collection

import numpy as np

from kit.cooccurrence import CooccurrenceTable
from kit.next_track import SeedNeighbours, Weights, seed_neighbours
from kit.release import Floats, Ints
from kit.vectors import Hits
from kit.wire.recommend_options import Filters
from services.recommend.retrieval import popularity
from services.recommend.retrieval.candidates import ranges
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import QueryVector, RerankedHits

ROUNDING = 1e-5  # of a score: sums of float32 in another order


def with_neighbours(
    serving: ServedRelease,
    table: CooccurrenceTable,
    query_vector: QueryVector,
    hits: Hits,
    filters: Filters,
    excluded: Collection[int],
    count: int,
) -> RerankedHits:
    """The `count` best tracks by both parts of the score, equal ones by row; `similarity` is the lookup's part."""
    beside = seed_neighbours(table, *query_vector.sequence)
    added = _added(beside, hits.rows)
    others = _within_reach(beside, hits, hits.scores + added, count)
    passing = popularity.rows(serving.release, others, filters, ranges(filters), excluded, len(others))
    rows = np.concatenate([hits.rows, passing])
    similarity = np.concatenate([hits.scores, serving.vectors(query_vector.space, passing) @ query_vector.vector])
    scores = similarity + np.concatenate([added, _added(beside, passing)])
    best = np.lexsort((rows, -scores))[:count]
    return RerankedHits(rows[best], scores[best], similarity[best])


def _added(beside: SeedNeighbours, rows: Ints) -> Weights:
    """(r,) what the table adds to the scores of rows."""
    if not len(beside.rows):
        return np.zeros(len(rows), np.float32)
    at = np.minimum(np.searchsorted(beside.rows, rows), len(beside.rows) - 1)
    return np.where(beside.rows[at] == rows, beside.scores[at], np.float32(0))


def _within_reach(beside: SeedNeighbours, hits: Hits, scores: Floats, count: int) -> Ints:
    """The tracks beside a seed that the lookup did not find and that may be among the `count` best."""
    unfound = ~np.isin(beside.rows, hits.rows)
    if len(hits.rows) >= count:
        least = float(scores.min())
        unfound &= float(hits.scores[-1]) + beside.scores >= least - ROUNDING * abs(least)
    return beside.rows[unfound]

"""Merges the candidates of several query vectors of one person: each track keeps its best score.

Scores of query vectors are comparable as they are: the blocks of every pooled query have the same lengths, up to a
small power of the number of likes. So the greatest of a track's scores ranks it, and no scaling has to be guessed from
the hits. For people of five joined playlists that brings +.036 NDCG@100 over one query vector (.419), taking turns in
proportion to the likes +.013, dividing by the score of each query vector's 50th track -.017 (bench/broad_taste.py).

By score alone the smaller interest may be missing from the first page, so there each one has a share for certain.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np

from services.recommend.values import MergedCandidates, QueryVector, RerankedHits

FIRST_PAGE, CERTAIN = 20, 0.75
"""In any first n of 20 tracks an interest with a share w of the seeds has at least CERTAIN * w * n, rounded down
(several that are owed one at once get it one after another): a floor in place of the divergence of calibrated
recommendations (Steck 2018)."""


def merge(
    hits: Sequence[RerankedHits], query_vectors: Sequence[QueryVector], certain: float = CERTAIN
) -> MergedCandidates:
    """As many of the tracks as the longest list holds; hits[i] belongs to query_vectors[i].

    With equal limits the merged first `limit` tracks are exact, because the list with a track's best score ranks it at
    least as high. So a longer list begins with the shorter one.
    """
    if len(hits) != len(query_vectors) or not hits:
        raise ValueError(f"{len(hits)} answers to {len(query_vectors)} query vectors: give one to each, at least one")
    if len(hits) == 1:
        return MergedCandidates(*hits[0], np.zeros(len(hits[0].rows), np.int64))
    found = with_certain_shares(_by_score(hits), query_vectors, certain)
    return found.first(max(len(one.rows) for one in hits))


def _by_score(hits: Sequence[RerankedHits]) -> MergedCandidates:
    """Every track once, with its best score."""
    rows, scores, similarity = (np.concatenate(column) for column in zip(*hits, strict=True))
    which = np.repeat(np.arange(len(hits)), [len(found.rows) for found in hits])
    order = np.lexsort((rows, -scores))
    kept = order[np.sort(np.unique(rows[order], return_index=True)[1])]
    return MergedCandidates(rows[kept], scores[kept], similarity[kept], which[kept])


def with_certain_shares(
    found: MergedCandidates, query_vectors: Sequence[QueryVector], certain: float
) -> MergedCandidates:
    """The candidates with each query vector's share of the first page. Tracks move, the scores by position stay (as in
    reranking); beyond the first page the order is that of the scores."""
    waiting = [deque(np.flatnonzero(found.which == number).tolist()) for number in range(len(query_vectors))]
    held = [0] * len(waiting)
    order: list[int] = []
    for rank in range(1, min(FIRST_PAGE, len(found.rows)) + 1):
        left = [number for number, positions in enumerate(waiting) if positions]
        owed = [n for n in left if held[n] < int(certain * query_vectors[n].weight * rank)]
        chosen = min(owed or left, key=lambda n: waiting[n][0])
        held[chosen] += 1
        order.append(waiting[chosen].popleft())
    moved = np.concatenate([order, np.delete(np.arange(len(found.rows)), order)]).astype(np.int64)
    return MergedCandidates(found.rows[moved], found.scores, found.similarity[moved], found.which[moved])

"""Candidates of one answer: every question searched in one batched call, what is left out dropped, the rest put in
order and merged."""

from collections.abc import Collection, Sequence

import numpy as np

from kit.ranker import DEPTH
from kit.vectors import Hits, TrackQuery
from kit.wire.catalog import FEATURES
from kit.wire.recommend import Filters
from services.recommend.ranking.reranker import is_reranked, rerank
from services.recommend.retrieval.merge import MergedCandidates, merge
from services.recommend.retrieval.query_vectors import QueryVector
from services.recommend.served.release_store import ServedRelease

DROPPED = 100
"""Up to so many tracks to leave out, as many more are asked for and those dropped here: of 330 among 5,000 tracks that
costs 25 us and some 40 to fetch 50 more, where the engine's condition on 50 ids costs 210. In a large release a walk
without a filter is also the faster and the better one (kit/vectors/points.py)."""


async def candidates(
    serving: ServedRelease,
    query_vectors: Sequence[QueryVector],
    filters: Filters,
    left_out: Collection[int],
    count: int,
    *,
    scan: bool = False,
) -> MergedCandidates:
    """The `count` best tracks, or more, for all questions together that satisfy the filters; IndexUnavailable.

    With `scan` every track is looked at: a walk of the index's graph may miss some of the few that pass.
    """
    if any(is_reranked(serving, query_vector) for query_vector in query_vectors):
        count = max(count, DEPTH)
    drop = len(left_out) <= DROPPED
    bounds = ranges(filters)
    queries = [
        TrackQuery(
            space=query_vector.space,
            vector=query_vector.vector,
            limit=count + len(left_out) if drop else count,
            ranges=bounds,
            genres=filters.genres,
            explicit=False if filters.explicit is False else None,
            exclude=() if drop else left_out,
            exact=scan,
        )
        for query_vector in query_vectors
    ]
    found = await serving.index.search(queries)
    if drop and left_out:
        found = [_without(hits, left_out, count) for hits in found]
    answers = [rerank(serving, query_vector, hits) for query_vector, hits in zip(query_vectors, found, strict=True)]
    return merge(answers, query_vectors)


async def matches(serving: ServedRelease, space: str, filters: Filters, left_out: Collection[int]) -> int:
    """How many tracks there are for questions in a space; IndexUnavailable."""
    explicit = False if filters.explicit is False else None
    nowhere = np.zeros(serving.release.dims[space], np.float32)
    query = TrackQuery(space, nowhere, 0, ranges(filters), filters.genres, explicit, left_out)
    return await serving.index.count(query)


def _without(hits: Hits, left_out: Collection[int], count: int) -> Hits:
    kept = [at for at, row in enumerate(hits.rows.tolist()) if row not in left_out][:count]
    return Hits(hits.rows[kept], hits.scores[kept])


def ranges(filters: Filters) -> dict[str, tuple[float | None, float | None]]:
    """The numeric filters as (min, max) by field."""
    if not filters.model_fields_set:
        return {}
    named = {name: getattr(filters, name) for name in (*FEATURES, "year", "duration_ms", "popularity")}
    return {name: (limits.min, limits.max) for name, limits in named.items() if limits is not None}

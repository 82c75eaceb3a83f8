"""Searches the index for the candidates of one request: filters and exclusions as the engine or a scan needs them."""

from collections.abc import Collection, Sequence

import numpy as np

from kit.vectors import Hits, TrackQuery
from kit.wire.catalog import FEATURES
from kit.wire.recommend_options import Filters
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import QueryVector

POST_FILTER_MAX = 100
"""Up to 100 exclusions: that many more candidates are fetched and filtered here. Of 330 among 5,000 tracks that
costs 25 us and some 40 to fetch 50 more, where the engine's condition on 50 ids costs 210. In a large release a walk
without a filter is also the faster and the better one (kit/vectors/points.py)."""

FEW = 8
"""Exclusions, such as the versions of one seed, that are compared with all hits each; in more, hits are looked up."""


async def search(
    serving: ServedRelease,
    query_vectors: Sequence[QueryVector],
    filters: Filters,
    excluded: Collection[int],
    count: int,
    *,
    scan: bool = False,
) -> list[Hits]:
    """The `count` best tracks for each query vector that satisfy the filters, in one batched call; IndexUnavailable.

    With `scan` every track is compared: a walk of the index's graph may miss some of the few that pass.
    """
    drop = len(excluded) <= POST_FILTER_MAX
    bounds = ranges(filters)
    queries = [
        TrackQuery(
            space=query_vector.space,
            vector=query_vector.vector,
            limit=count + len(excluded) if drop else count,
            ranges=bounds,
            genres=filters.genres,
            explicit=False if filters.explicit is False else None,
            exclude=() if drop else excluded,
            exact=scan,
        )
        for query_vector in query_vectors
    ]
    found = await serving.index.search(queries)
    return [_without(hits, excluded, count) for hits in found] if drop and excluded else found


async def count_matches(serving: ServedRelease, space: str, filters: Filters, excluded: Collection[int]) -> int:
    """How many tracks of a space satisfy the filters; IndexUnavailable."""
    explicit = False if filters.explicit is False else None
    nowhere = np.zeros(serving.release.dims[space], np.float32)
    query = TrackQuery(space, nowhere, 0, ranges(filters), filters.genres, explicit, excluded)
    return await serving.index.count(query)


def _without(hits: Hits, excluded: Collection[int], count: int) -> Hits:
    if len(excluded) <= FEW:
        left = np.ones(len(hits.rows), bool)
        for row in excluded:
            left &= hits.rows != row
        kept = np.flatnonzero(left)[:count]
    else:
        out = np.sort(np.fromiter(excluded, np.int64, len(excluded)))  # a third of what numpy.isin costs
        at = np.minimum(out.searchsorted(hits.rows), len(out) - 1)
        kept = np.flatnonzero(out[at] != hits.rows)[:count]
    return Hits(hits.rows[kept], hits.scores[kept])


def ranges(filters: Filters) -> dict[str, tuple[float | None, float | None]]:
    """The numeric filters as (min, max) by field."""
    if not filters.model_fields_set:
        return {}
    named = {name: getattr(filters, name) for name in (*FEATURES, "year", "duration_ms", "popularity")}
    return {name: (limits.min, limits.max) for name, limits in named.items() if limits is not None}

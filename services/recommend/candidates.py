"""Candidates of one answer: every question searched in one batched call, what is left out dropped, the rest put in
order and merged."""

from collections.abc import Collection, Sequence

import numpy as np

from kit.ranker import DEPTH
from kit.vectors import Hits, SongQuery
from kit.wire.catalog import FEATURES
from kit.wire.recommend import Filters
from services.recommend.blend import Blended, blend
from services.recommend.rerank import ranked, reordering
from services.recommend.store import Serving
from services.recommend.taste import Taste

DROPPED = 100
"""Up to so many songs to leave out, as many more are asked for and those dropped here: of 330 among 5,000 songs that
costs 25 us and some 40 to fetch 50 more, where the engine's condition on 50 ids costs 210. In a large release a walk
without a filter is also the faster and the better one (kit/vectors/points.py)."""


async def candidates(
    serving: Serving,
    questions: Sequence[Taste],
    filters: Filters,
    left_out: Collection[int],
    count: int,
    *,
    scan: bool = False,
) -> Blended:
    """The `count` best songs, or more, for all questions together that satisfy the filters; IndexUnavailable.

    With `scan` every song is looked at: a walk of the index's graph may miss some of the few that pass.
    """
    if any(reordering(serving, question) for question in questions):
        count = max(count, DEPTH)
    drop = len(left_out) <= DROPPED
    bounds = ranges(filters)
    queries = [
        SongQuery(
            space=question.space,
            vector=question.vector,
            limit=count + len(left_out) if drop else count,
            ranges=bounds,
            genres=filters.genres,
            explicit=False if filters.explicit is False else None,
            exclude=() if drop else left_out,
            exact=scan,
        )
        for question in questions
    ]
    found = await serving.index.search(queries)
    if drop and left_out:
        found = [_without(hits, left_out, count) for hits in found]
    answers = [ranked(serving, question, hits) for question, hits in zip(questions, found, strict=True)]
    return blend(answers, questions)


async def matches(serving: Serving, space: str, filters: Filters, left_out: Collection[int]) -> int:
    """How many songs there are for questions in a space; IndexUnavailable."""
    explicit = False if filters.explicit is False else None
    nowhere = np.zeros(serving.release.dims[space], np.float32)
    query = SongQuery(space, nowhere, 0, ranges(filters), filters.genres, explicit, left_out)
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

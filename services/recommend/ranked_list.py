"""Builds the ranked list: candidates, reranking, scores, diversity, reasons; popular tracks without the index."""

from collections.abc import Collection, Sequence

import numpy as np

from kit import tracing
from kit.manifest import GRAPH
from kit.ranker import DEPTH
from kit.release import Floats, Ints
from kit.wire.recommend import RecommendationOptions
from kit.wire.recommend_options import TARGETS, Filters
from services.recommend import metrics
from services.recommend.ranking import diversity
from services.recommend.ranking.match import match_percentages
from services.recommend.ranking.pool_sizes import POOL_BASE, POOL_PER_TRACK, Pools, pool_size
from services.recommend.ranking.reranker import is_reranked, rerank
from services.recommend.ranking.scoring import Candidates, Preferences, preferences, scores
from services.recommend.response.reasons import ReasonEvidence
from services.recommend.retrieval import popularity
from services.recommend.retrieval.candidates import count_matches, ranges, search
from services.recommend.retrieval.merge import merge
from services.recommend.retrieval.neighbours import with_neighbours
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import MergedCandidates, QueryVector, RankedList, Reason

Picked = list[tuple[int, float]]
"""Positions among the candidates and scores, best first."""


async def nearest_tracks(
    options: RecommendationOptions,
    serving: ServedRelease,
    query_vectors: Sequence[QueryVector],
    excluded: Collection[int],
) -> RankedList:
    """The nearest tracks to the query vectors, `limit` of them as long as the release holds enough;
    IndexUnavailable."""
    found, picked = await _picked(options, preferences(options.mode, options.dials), serving, query_vectors, excluded)
    return _list(serving, query_vectors, found, picked)


def first_set(
    options: RecommendationOptions,
    serving: ServedRelease,
    query_vectors: Sequence[QueryVector],
    found: MergedCandidates,
) -> RankedList:
    """The first set made of given candidates; shorter than `limit` when too few of them are left."""
    wish = preferences(options.mode, options.dials)
    rankings = _rankings(options, wish, serving, found, query_vectors, [len(found.rows)])
    [picked] = _diversified(options, wish, serving, found.rows, rankings, query_vectors[0].space)
    return _list(serving, query_vectors, found, picked)


def _list(
    serving: ServedRelease, query_vectors: Sequence[QueryVector], found: MergedCandidates, picked: Picked
) -> RankedList:
    positions = np.array([position for position, _ in picked], dtype=np.int64)
    rows = found.rows[positions]
    with metrics.REASONS.time():
        reasons = _reasons(serving, query_vectors, rows, found.which[positions])
    return RankedList(
        rows.tolist(),
        [score for _, score in picked],
        found.similarity[positions].tolist(),
        reasons,
        len(found.rows),
        match_percentages(serving.calibration, query_vectors, found.scores[positions], found.which[positions]),
    )


async def _picked(
    options: RecommendationOptions,
    wish: Preferences,
    serving: ServedRelease,
    query_vectors: Sequence[QueryVector],
    excluded: Collection[int],
) -> tuple[MergedCandidates, Picked]:
    """The candidates and the requested set, from pools that grow until every set is full."""
    pools = Pools([pool_size(options, wish, number) for number in range(1, options.set + 1)], options.limit)
    scan = False
    while True:
        found = await candidates(serving, query_vectors, options.filters, excluded, pools.sizes[-1], scan=scan)
        with metrics.RANKING.time():
            rankings = _rankings(options, wish, serving, found, query_vectors, pools.sizes)
            sets = _diversified(options, wish, serving, found.rows, rankings, query_vectors[0].space)
        if pools.grow(sets, len(found.rows)):
            continue
        if scan or min(map(len, sets)) >= options.limit or len(found.rows) >= pools.sizes[-1]:
            return found, sets[-1]
        scan = await count_matches(serving, query_vectors[0].space, options.filters, excluded) > len(found.rows)
        if not scan:
            return found, sets[-1]


async def candidates(
    serving: ServedRelease,
    query_vectors: Sequence[QueryVector],
    filters: Filters,
    excluded: Collection[int],
    count: int,
    *,
    scan: bool = False,
) -> MergedCandidates:
    """The `count` best tracks, or more, for all query vectors together, reranked and merged; IndexUnavailable.

    Seeds in order are not reranked: the tracks beside them in playlists are added.
    """
    if any(is_reranked(serving, query_vector) for query_vector in query_vectors):
        count = max(count, DEPTH)
    with metrics.RETRIEVAL.time(), tracing.span("index query"):
        found = await search(serving, query_vectors, filters, excluded, count, scan=scan)
    with metrics.RERANKING.time():
        ranked = [
            with_neighbours(serving, serving.cooccurrence, query, hits, filters, excluded, count)
            if query.in_order and serving.cooccurrence
            else rerank(serving, query, hits)
            for query, hits in zip(query_vectors, found, strict=True)
        ]
        return merge(ranked, query_vectors)


def popular_tracks(
    options: RecommendationOptions, serving: ServedRelease, excluded: Collection[int], text: str
) -> RankedList:
    """The most popular tracks that satisfy the filters; `text` says why these."""
    wish = preferences(options.mode, options.dials)
    constraints_only = Preferences(
        per_artist=wish.per_artist, one_version=wish.one_version, cap_gives_way=False, window=wish.window
    )
    pools = Pools(
        [POOL_BASE + POOL_PER_TRACK * options.limit * number for number in range(1, options.set + 1)], options.limit
    )
    tables = serving.tables
    bounds = ranges(options.filters)
    ordered = popularity.with_genres(tables.by_popularity, options.filters.genres, tables.genre_rows)
    while True:
        rows = popularity.rows(serving.release, ordered, options.filters, bounds, excluded, pools.sizes[-1])
        descending = tables.popularity[rows].astype(np.float64) / 100.0
        sets = _diversified(
            options, constraints_only, serving, rows, [descending[:pool] for pool in pools.sizes], GRAPH
        )
        if not pools.grow(sets, len(rows)):
            break
    picked = sets[-1]
    chosen = [int(rows[position]) for position, _ in picked]
    reason = ReasonEvidence.without_seeds(text)
    nothing: list[None] = [None] * len(picked)
    ranks = [score for _, score in picked]
    return RankedList(chosen, ranks, [*nothing], [reason] * len(picked), len(rows), [*nothing])


def _targets(options: RecommendationOptions) -> Floats | None:
    if not options.targets.model_fields_set:
        return None
    values = dict(options.targets)
    if all(value is None for value in values.values()):
        return None
    return np.array([np.nan if values[name] is None else values[name] for name in TARGETS])


def _rankings(
    options: RecommendationOptions,
    wish: Preferences,
    serving: ServedRelease,
    found: MergedCandidates,
    query_vectors: Sequence[QueryVector],
    sizes: Sequence[int],
) -> list[Floats]:
    """The scores of every set up to the requested one, each over the candidates that a request for it sees."""
    pools = [min(size, len(found.rows)) for size in sizes]
    wished = _targets(options)
    if (wish.neutral and wished is None) or not len(found.rows):
        descending = found.scores.astype(np.float64)
        return [descending[:pool] for pool in pools]
    targets = np.full(len(TARGETS), np.nan) if wished is None else wished
    described, familiar = _described(serving, found), _artists(serving, query_vectors)
    by_pool = {
        pool: scores(described.first(pool), wish, targets, serving.ranks.scale.spread, familiar, options.limit)
        for pool in dict.fromkeys(pools)
    }
    return [by_pool[pool] for pool in pools]


def _described(serving: ServedRelease, found: MergedCandidates) -> Candidates:
    tables, rows = serving.tables, found.rows
    popularity, duration_ms = tables.popularity[rows], tables.duration_ms[rows]
    known_ms = np.where(duration_ms == -1, np.nan, duration_ms)
    wishable = np.column_stack([tables.features[rows], known_ms, popularity])
    return Candidates(rows, found.scores, popularity, tables.artist[rows], wishable)


def _artists(serving: ServedRelease, query_vectors: Sequence[QueryVector]) -> set[int]:
    rows = np.concatenate([query_vector.rows for query_vector in query_vectors])
    return set(serving.tables.artist[rows[rows >= 0]].tolist())


def _diversified(
    options: RecommendationOptions,
    wish: Preferences,
    serving: ServedRelease,
    rows: Ints,
    rankings: Sequence[Floats],
    space: str,
) -> list[Picked]:
    def unit(positions: Ints) -> Floats:
        return _unit(serving.vectors(space, rows[positions]))

    tables = serving.tables
    tracks = diversity.ListedTracks(unit, tables.main_artist[rows], tables.group[rows])
    shape = diversity.Shape(wish.variety, wish.per_artist, wish.one_version, wish.cap_gives_way, wish.window)
    return diversity.sets(rankings, tracks, shape, options.limit)


def _unit(vectors: Floats) -> Floats:
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    unit: Floats = vectors / np.maximum(lengths, 1e-12)[:, None]
    return unit


def _reasons(serving: ServedRelease, query_vectors: Sequence[QueryVector], rows: Ints, which: Ints) -> list[Reason]:
    """A reason per row, from the query vector that found it."""
    found: dict[int, Reason] = {}
    for number, query_vector in enumerate(query_vectors):
        own = np.flatnonzero(which == number)
        if not len(own):
            continue
        evidence = ReasonEvidence(serving.tables, query_vector, serving.ranks, serving.cooccurrence)
        vectors = serving.vectors(query_vector.space, rows[own]) if len(query_vector.seeds) > 1 else None
        found.update(zip(own.tolist(), evidence.reasons(rows[own], vectors), strict=True))
    return [found[position] for position in range(len(rows))]

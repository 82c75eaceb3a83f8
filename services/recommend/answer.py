"""The way of one request: seeds, question, candidates, ranking, shape, reasons. The only place that knows the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from pydantic import ValidationError

from kit.errors import IndexUnavailable, Malformed, NeighbourUnavailable, NoUsableSeed, Problem
from kit.release import Floats, Ints, Release
from kit.vectors import Hits, SongQuery
from kit.wire.catalog import FEATURES
from kit.wire.recommend import Ask, Filters, Mode, Reason
from services.recommend import diversity, popular
from services.recommend.catalog import Catalog
from services.recommend.explain import Evidence
from services.recommend.ranking import Candidates, Preferences, preferences, scores
from services.recommend.seeds import Resolved, resolve
from services.recommend.store import Serving
from services.recommend.taste import Taste, taste

POOL_BASE, POOL_PER_SONG, POOL_MOST = 200, 4, 5000
"""Candidates fetched for reshaping: enough that one song per artist can be kept of every four found."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The songs of an answer, best first, row-aligned."""

    rows: list[int]
    scores: list[float]
    similarity: list[float | None]
    reasons: list[Reason]
    candidates: int


async def recommend(ask: Ask, serving: Serving, catalog: Catalog, request_id: str | None) -> bytes:
    """The JSON of kit.wire.recommend.Recommendations; NoUsableSeed when no seed has a vector, and
    NeighbourUnavailable when that is because catalog could not be asked."""
    resolved = await resolve(ask, serving, catalog)
    question = taste(serving.poolings, resolved.seeds, resolved.avoid)
    if question is None:
        raise _why_none(resolved)
    try:
        chosen = await _choose(ask, serving, question, resolved)
    except IndexUnavailable:
        resolved.degraded = "index_unavailable"
        chosen = popular_songs(ask, serving.release, resolved)
    return answer(serving.release, chosen, resolved, request_id)


def _why_none(resolved: Resolved) -> Problem:
    if resolved.degraded:
        return NeighbourUnavailable("the catalogue could not be asked about these seeds; try again in a moment")
    missing = [*resolved.unknown, *resolved.unknown_texts]
    if not missing:
        return NoUsableSeed("this release was built without the network that places a sound; seed with tracks instead")
    detail = f"no vector for {missing[:5]!r}; seed with other tracks, or search for them at /v1/search"
    return NoUsableSeed(detail, unknown=resolved.unknown, unknown_texts=resolved.unknown_texts)


async def _choose(ask: Ask, serving: Serving, question: Taste, resolved: Resolved) -> Chosen:
    wish = preferences(ask.mode, ask.dials)
    query = SongQuery(
        space=question.space,
        vector=question.vector,
        limit=pool_size(ask, wish, ask.set),
        ranges=ranges(ask.filters),
        genres=ask.filters.genres,
        explicit=False if ask.filters.explicit is False else None,
        exclude=[seed.row for seed in (*resolved.seeds, *resolved.avoid) if seed.row >= 0],
    )
    [hits] = await serving.index.search([query])
    return shaped(ask, wish, serving, question, hits)


def pool_size(ask: Ask, wish: Preferences, number: int) -> int:
    """How many candidates set `number` is picked from: exactly what is shown when nothing reshapes the list."""
    shown = ask.limit * number
    plain = wish.neutral and not wish.variety and wish.per_artist is None and not wish.one_version
    if plain and _targets(ask) is None:
        return shown
    return min(POOL_BASE + POOL_PER_SONG * shown, max(POOL_MOST, shown))


def ranges(filters: Filters) -> dict[str, tuple[float | None, float | None]]:
    """The numeric filters as (min, max) by field."""
    named = {name: getattr(filters, name) for name in (*FEATURES, "year", "duration_ms", "popularity")}
    return {name: (limits.min, limits.max) for name, limits in named.items() if limits is not None}


def _targets(ask: Ask) -> Floats | None:
    values = dict(ask.targets)
    if all(value is None for value in values.values()):
        return None
    return np.array([np.nan if values[name] is None else values[name] for name in FEATURES])


def shaped(ask: Ask, wish: Preferences, serving: Serving, question: Taste, hits: Hits) -> Chosen:
    """Ranks and shapes the candidates of one question."""
    release = serving.release
    candidates = _candidates(release, hits)
    if not len(hits.rows):
        return Chosen([], [], [], [], 0)
    rankings = _rankings(ask, wish, serving, candidates, _artists(release, question))
    vectors = np.asarray(release.index_vectors(question.space)[hits.rows], dtype=np.float32)
    songs = diversity.Songs(_unit(vectors), candidates.artist, release.column("group")[hits.rows])
    shape = diversity.Shape(wish.variety, wish.per_artist, wish.one_version)
    picked = diversity.sets(rankings, songs, shape, ask.limit)
    positions = [position for position, _ in picked]
    rows = [int(row) for row in hits.rows[positions]]
    reasons = Evidence(release, question, serving.scale).reasons(rows, vectors[positions])
    similarity: list[float | None] = [float(value) for value in hits.scores[positions]]
    return Chosen(rows, [score for _, score in picked], similarity, reasons, len(hits.rows))


def _rankings(
    ask: Ask, wish: Preferences, serving: Serving, candidates: Candidates, familiar: set[int]
) -> list[Floats]:
    """The scores of every set up to the one asked for, each over the candidates that a request for it sees."""
    wished = _targets(ask)
    targets = np.full(len(FEATURES), np.nan) if wished is None else wished
    pools = [min(pool_size(ask, wish, number), len(candidates.rows)) for number in range(1, ask.set + 1)]
    by_pool = {
        pool: scores(candidates.first(pool), wish, targets, serving.scale.spread, familiar)
        for pool in dict.fromkeys(pools)
    }
    return [by_pool[pool] for pool in pools]


def _candidates(release: Release, hits: Hits) -> Candidates:
    rows = hits.rows
    return Candidates(
        rows,
        hits.scores,
        release.column("popularity")[rows],
        release.column("artist")[rows],
        release.column("features")[rows],
    )


def _artists(release: Release, question: Taste) -> set[int]:
    return {int(release.column("artist")[seed.row]) for seed in question.seeds if seed.row >= 0}


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.maximum(lengths, 1e-12)
    return unit


def popular_songs(ask: Ask, release: Release, resolved: Resolved) -> Chosen:
    """What is served when the index cannot be asked: popular songs that satisfy the filters, marked as such."""
    seeds = [seed.row for seed in (*resolved.seeds, *resolved.avoid) if seed.row >= 0]
    rows: Ints = popular.rows(release, ask.filters, ranges(ask.filters), seeds, ask.limit * ask.set)
    shown = [int(row) for row in rows[ask.limit * (ask.set - 1) :]]
    score = [float(value) / 100.0 for value in release.column("popularity")[shown]]
    reason = Reason(text="Popular here: the index is being restored", space="popular")
    return Chosen(shown, score, [None] * len(shown), [reason] * len(shown), len(rows))


def answer(release: Release, chosen: Chosen, resolved: Resolved, request_id: str | None) -> bytes:
    """The answer as JSON; display fields are the release's own bytes, never parsed."""
    body: dict[str, Any] = {
        "tracks": _tracks(release, chosen),
        "release": release.version,
        "pool": {"release": release.placed, "candidates": chosen.candidates},
        "unknown": resolved.unknown,
        "unknown_texts": resolved.unknown_texts,
        "degraded": resolved.degraded,
        "request_id": request_id,
    }
    return orjson.dumps(body)


def _tracks(release: Release, chosen: Chosen) -> Sequence[dict[str, Any]]:
    parts = zip(chosen.rows, chosen.scores, chosen.similarity, chosen.reasons, strict=True)
    return [
        {
            "track": orjson.Fragment(release.card(row)),
            "score": round(score, 6),
            "similarity": None if similarity is None else round(similarity, 6),
            "reason": reason.model_dump(),
        }
        for row, score, similarity, reason in parts
    ]


def similar_ask(track_id: str, limit: int, page: int) -> Ask:
    """The request behind GET /v1/tracks/{id}/similar; Malformed where a POST of it would be."""
    try:
        return Ask.model_validate({"seeds": [{"track": track_id}], "limit": limit, "set": page, "mode": Mode.SIMILAR})
    except ValidationError as error:
        raise Malformed("; ".join(fault["msg"] for fault in error.errors())) from None

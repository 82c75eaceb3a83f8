"""From questions to a list: candidates, ranking, shape, reasons; or popular songs while the index is away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from kit.halves import widened
from kit.release import Floats, Ints
from kit.wire.catalog import FEATURES
from kit.wire.recommend import Wishes
from services.recommend import diversity, popular
from services.recommend.blend import Blended
from services.recommend.candidates import candidates, ranges
from services.recommend.explain import Evidence, Reason
from services.recommend.ranking import Candidates, Preferences, preferences, scores
from services.recommend.store import Serving
from services.recommend.taste import Taste

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


async def near(ask: Wishes, serving: Serving, questions: Sequence[Taste], left_out: Collection[int]) -> Chosen:
    """What the questions ask for; IndexUnavailable."""
    wish = preferences(ask.mode, ask.dials)
    size = pool_size(ask, wish, ask.set)
    found = await candidates(serving, questions, ask.filters, left_out, size)
    if not len(found.rows):
        return Chosen([], [], [], [], 0)
    rankings = _rankings(ask, wish, serving, found, questions)
    picked = _shaped(ask, wish, serving, found.rows, rankings, questions[0].space)
    positions = np.array([position for position, _ in picked], dtype=np.int64)
    rows = found.rows[positions]
    return Chosen(
        rows.tolist(),
        [score for _, score in picked],
        found.similarity[positions].tolist(),
        _reasons(serving, questions, rows, found.which[positions]),
        len(found.rows),
    )


def popular_songs(ask: Wishes, serving: Serving, left_out: Collection[int], text: str) -> Chosen:
    """The most popular songs that satisfy the filters; `text` says why these."""
    wish = preferences(ask.mode, ask.dials)
    pools = [POOL_BASE + POOL_PER_SONG * ask.limit * number for number in range(1, ask.set + 1)]
    tables = serving.tables
    bounds = ranges(ask.filters)
    rows = popular.rows(serving.release, tables.by_popularity, ask.filters, bounds, left_out, pools[-1])
    falling = tables.popularity[rows].astype(np.float64) / 100.0
    calm = Preferences(per_artist=wish.per_artist, one_version=wish.one_version)
    picked = _shaped(ask, calm, serving, rows, [falling[:pool] for pool in pools], "graph")
    chosen = [int(rows[position]) for position, _ in picked]
    reason = Evidence.popular(text)
    return Chosen(chosen, [score for _, score in picked], [None] * len(picked), [reason] * len(picked), len(rows))


def pool_size(ask: Wishes, wish: Preferences, number: int) -> int:
    """How many candidates set `number` is picked from: exactly what is shown when nothing reshapes the list."""
    shown = ask.limit * number
    plain = wish.neutral and not wish.variety and wish.per_artist is None and not wish.one_version
    if plain and _targets(ask) is None:
        return shown
    return min(POOL_BASE + POOL_PER_SONG * shown, max(POOL_MOST, shown))


def _targets(ask: Wishes) -> Floats | None:
    if not ask.targets.model_fields_set:
        return None
    values = dict(ask.targets)
    if all(value is None for value in values.values()):
        return None
    return np.array([np.nan if values[name] is None else values[name] for name in FEATURES])


def _rankings(
    ask: Wishes, wish: Preferences, serving: Serving, found: Blended, questions: Sequence[Taste]
) -> list[Floats]:
    """The scores of every set up to the one asked for, each over the candidates that a request for it sees."""
    pools = [min(pool_size(ask, wish, number), len(found.rows)) for number in range(1, ask.set + 1)]
    wished = _targets(ask)
    if wish.neutral and wished is None:
        falling = found.scores.astype(np.float64)
        return [falling[:pool] for pool in pools]
    targets = np.full(len(FEATURES), np.nan) if wished is None else wished
    described, familiar = _described(serving, found), _artists(serving, questions)
    by_pool = {
        pool: scores(described.first(pool), wish, targets, serving.scale.spread, familiar)
        for pool in dict.fromkeys(pools)
    }
    return [by_pool[pool] for pool in pools]


def _described(serving: Serving, found: Blended) -> Candidates:
    tables, rows = serving.tables, found.rows
    return Candidates(rows, found.scores, tables.popularity[rows], tables.artist[rows], tables.features[rows])


def _artists(serving: Serving, questions: Sequence[Taste]) -> set[int]:
    rows = [seed.row for question in questions for seed in question.seeds if seed.row >= 0]
    return set(serving.tables.artist[rows].tolist())


def _shaped(
    ask: Wishes, wish: Preferences, serving: Serving, rows: Ints, rankings: Sequence[Floats], space: str
) -> list[tuple[int, float]]:
    def unit(positions: Ints) -> Floats:
        return _unit(_vectors(serving, space, rows[positions]))

    tables = serving.tables
    songs = diversity.Songs(unit, tables.main_artist[rows], tables.group[rows])
    return diversity.sets(rankings, songs, diversity.Shape(wish.variety, wish.per_artist, wish.one_version), ask.limit)


def _vectors(serving: Serving, space: str, rows: Ints) -> Floats:
    """(r, dim) what the songs are in the index."""
    return widened(np.asarray(serving.release.index_vectors(space))[rows])


def _unit(vectors: Floats) -> Floats:
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    unit: Floats = vectors / np.maximum(lengths, 1e-12)[:, None]
    return unit


def _reasons(serving: Serving, questions: Sequence[Taste], rows: Ints, which: Ints) -> list[Reason]:
    """A reason per row, from the question that found it."""
    found: dict[int, Reason] = {}
    for number in np.unique(which).tolist():
        question = questions[number]
        own = np.flatnonzero(which == number)
        evidence = Evidence(serving.tables, question, serving.scale)
        vectors = _vectors(serving, question.space, rows[own])
        found.update(zip(own.tolist(), evidence.reasons(rows[own], vectors), strict=True))
    return [found[position] for position in range(len(rows))]

"""From questions to a list: candidates, ranking, shape, reasons; or popular songs while the index is away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from kit.release import Floats, Ints
from kit.wire.catalog import FEATURES
from kit.wire.recommend import Wishes
from services.recommend import diversity, popular
from services.recommend.blend import Blended
from services.recommend.candidates import candidates, matches, ranges
from services.recommend.explain import Evidence, Reason
from services.recommend.pools import POOL_BASE, POOL_PER_SONG, Pools, pool_size
from services.recommend.ranking import Candidates, Preferences, preferences, scores
from services.recommend.store import Serving
from services.recommend.taste import Taste

Picked = list[tuple[int, float]]
"""Positions among the candidates and scores, best first."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The songs of an answer, best first, row-aligned."""

    rows: list[int]
    scores: list[float]
    similarity: list[float | None]
    reasons: list[Reason]
    candidates: int


async def near(ask: Wishes, serving: Serving, questions: Sequence[Taste], left_out: Collection[int]) -> Chosen:
    """What the questions ask for, as many as asked while the release holds some; IndexUnavailable."""
    found, picked = await _picked(ask, preferences(ask.mode, ask.dials), serving, questions, left_out)
    positions = np.array([position for position, _ in picked], dtype=np.int64)
    rows = found.rows[positions]
    return Chosen(
        rows.tolist(),
        [score for _, score in picked],
        found.similarity[positions].tolist(),
        _reasons(serving, questions, rows, found.which[positions]),
        len(found.rows),
    )


async def _picked(
    ask: Wishes, wish: Preferences, serving: Serving, questions: Sequence[Taste], left_out: Collection[int]
) -> tuple[Blended, Picked]:
    """The candidates and the last set, each pool as large as its set needs."""
    pools = Pools([pool_size(ask, wish, number) for number in range(1, ask.set + 1)], ask.limit)
    scan = False
    while True:
        found = await candidates(serving, questions, ask.filters, left_out, pools.sizes[-1], scan=scan)
        rankings = _rankings(ask, wish, serving, found, questions, pools.sizes)
        sets = _shaped(ask, wish, serving, found.rows, rankings, questions[0].space)
        if pools.grow(sets, len(found.rows)):
            continue
        if scan or min(map(len, sets)) >= ask.limit or len(found.rows) >= pools.sizes[-1]:
            return found, sets[-1]
        scan = await matches(serving, questions[0].space, ask.filters, left_out) > len(found.rows)
        if not scan:
            return found, sets[-1]


def popular_songs(ask: Wishes, serving: Serving, left_out: Collection[int], text: str) -> Chosen:
    """The most popular songs that satisfy the filters; `text` says why these."""
    wish = preferences(ask.mode, ask.dials)
    calm = Preferences(
        per_artist=wish.per_artist, one_version=wish.one_version, cap_gives_way=False, window=wish.window
    )
    pools = Pools([POOL_BASE + POOL_PER_SONG * ask.limit * number for number in range(1, ask.set + 1)], ask.limit)
    tables = serving.tables
    bounds = ranges(ask.filters)
    while True:
        rows = popular.rows(serving.release, tables.by_popularity, ask.filters, bounds, left_out, pools.sizes[-1])
        falling = tables.popularity[rows].astype(np.float64) / 100.0
        sets = _shaped(ask, calm, serving, rows, [falling[:pool] for pool in pools.sizes], "graph")
        if not pools.grow(sets, len(rows)):
            break
    picked = sets[-1]
    chosen = [int(rows[position]) for position, _ in picked]
    reason = Evidence.popular(text)
    return Chosen(chosen, [score for _, score in picked], [None] * len(picked), [reason] * len(picked), len(rows))


def _targets(ask: Wishes) -> Floats | None:
    if not ask.targets.model_fields_set:
        return None
    values = dict(ask.targets)
    if all(value is None for value in values.values()):
        return None
    return np.array([np.nan if values[name] is None else values[name] for name in FEATURES])


def _rankings(
    ask: Wishes,
    wish: Preferences,
    serving: Serving,
    found: Blended,
    questions: Sequence[Taste],
    sizes: Sequence[int],
) -> list[Floats]:
    """The scores of every set up to the one asked for, each over the candidates that a request for it sees."""
    pools = [min(size, len(found.rows)) for size in sizes]
    wished = _targets(ask)
    if (wish.neutral and wished is None) or not len(found.rows):
        falling = found.scores.astype(np.float64)
        return [falling[:pool] for pool in pools]
    targets = np.full(len(FEATURES), np.nan) if wished is None else wished
    described, familiar = _described(serving, found), _artists(serving, questions)
    by_pool = {
        pool: scores(described.first(pool), wish, targets, serving.scale.spread, familiar, ask.limit)
        for pool in dict.fromkeys(pools)
    }
    return [by_pool[pool] for pool in pools]


def _described(serving: Serving, found: Blended) -> Candidates:
    tables, rows = serving.tables, found.rows
    return Candidates(rows, found.scores, tables.popularity[rows], tables.artist[rows], tables.features[rows])


def _artists(serving: Serving, questions: Sequence[Taste]) -> set[int]:
    rows = np.concatenate([question.rows for question in questions])
    return set(serving.tables.artist[rows[rows >= 0]].tolist())


def _shaped(
    ask: Wishes, wish: Preferences, serving: Serving, rows: Ints, rankings: Sequence[Floats], space: str
) -> list[Picked]:
    def unit(positions: Ints) -> Floats:
        return _unit(serving.vectors(space, rows[positions]))

    tables = serving.tables
    songs = diversity.Songs(unit, tables.main_artist[rows], tables.group[rows])
    shape = diversity.Shape(wish.variety, wish.per_artist, wish.one_version, wish.cap_gives_way, wish.window)
    return diversity.sets(rankings, songs, shape, ask.limit)


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
        vectors = serving.vectors(question.space, rows[own])
        found.update(zip(own.tolist(), evidence.reasons(rows[own], vectors), strict=True))
    return [found[position] for position in range(len(rows))]

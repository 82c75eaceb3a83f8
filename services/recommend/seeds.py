"""Seeds as vectors: what the caller names becomes rows and query vectors, and what cannot be used is listed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson

from kit.errors import NeighbourUnavailable
from kit.release import Floats
from kit.wire.catalog import FEATURES, Features, Track
from kit.wire.recommend import Ask, Seed
from services.recommend.catalog import Catalog
from services.recommend.store import Serving


@dataclass(frozen=True, slots=True)
class SeedVectors:
    """A seed that can be used: its query vector in each space it has one in."""

    weight: float
    query: dict[str, Floats]  # space -> (dim,)
    features: Floats  # (12,), NaN where unknown
    row: int = -1
    track_id: str | None = None
    title: str | None = None


@dataclass
class Resolved:
    """The seeds of one request, those that cannot be used, and why an answer is less than it could be."""

    seeds: list[SeedVectors] = field(default_factory=list)
    avoid: list[SeedVectors] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unknown_texts: list[str] = field(default_factory=list)
    degraded: str | None = None


async def resolve(ask: Ask, serving: Serving, catalog: Catalog) -> Resolved:
    """Turns a request's seeds into vectors; catalog is asked only about texts and tracks the release does not hold."""
    resolved = Resolved()
    named = await _named(ask, catalog, resolved)
    avoided = [Seed(track=avoid.track) for avoid in ask.avoid]
    elsewhere = await _outside_release([*named, *avoided], serving, catalog, resolved)
    for seed in named:
        _add(resolved.seeds, seed, serving, elsewhere, resolved)
    for seed in avoided:
        _add(resolved.avoid, seed, serving, elsewhere, resolved)
    return resolved


async def _named(ask: Ask, catalog: Catalog, resolved: Resolved) -> list[Seed]:
    """The seeds with every text replaced by the track it finds."""
    texts = [seed.text for seed in ask.seeds if seed.text]
    found = dict(zip(texts, await _find(texts, catalog, resolved), strict=True))
    resolved.unknown_texts = [text for text, track in found.items() if track is None]
    named = []
    for seed in ask.seeds:
        track = found.get(seed.text) if seed.text else None
        if track:
            named.append(Seed(track=track.id, weight=seed.weight))
        elif not seed.text:
            named.append(seed)
    return named


async def _find(texts: list[str], catalog: Catalog, resolved: Resolved) -> Sequence[Track | None]:
    if not texts:
        return []
    try:
        return await catalog.find(texts)
    except NeighbourUnavailable:
        resolved.degraded = "catalog_unavailable"
        return [None] * len(texts)


async def _outside_release(
    seeds: Iterable[Seed], serving: Serving, catalog: Catalog, resolved: Resolved
) -> dict[str, Track]:
    ids = list(dict.fromkeys(seed.track for seed in seeds if seed.track))
    missing = [track_id for track_id, row in zip(ids, serving.release.rows(ids), strict=True) if row < 0]
    if not missing:
        return {}
    try:
        return await catalog.tracks(missing)
    except NeighbourUnavailable:
        resolved.degraded = "catalog_unavailable"
        return {}


def _add(
    into: list[SeedVectors], seed: Seed, serving: Serving, elsewhere: dict[str, Track], resolved: Resolved
) -> None:
    vectors = _by_sound(seed, serving) if seed.features else _by_track(seed, serving, elsewhere)
    if vectors:
        into.append(vectors)
    elif seed.track and seed.track not in resolved.unknown:
        resolved.unknown.append(seed.track)


def _by_sound(seed: Seed, serving: Serving) -> SeedVectors | None:
    assert seed.features is not None
    query = _placed(seed.features, serving)
    return SeedVectors(seed.weight, query, _array(seed.features)) if query else None


def _by_track(seed: Seed, serving: Serving, elsewhere: dict[str, Track]) -> SeedVectors | None:
    assert seed.track is not None
    release = serving.release
    row = int(release.rows([seed.track])[0])
    if 0 <= row < release.placed:
        title = orjson.loads(release.card(row))["title"]
        return SeedVectors(seed.weight, _stored(serving, row), _row_features(serving, row), row, seed.track, title)
    track = Track.model_validate_json(release.card(row)) if row >= 0 else elsewhere.get(seed.track)
    if track is None or track.features is None:
        return None
    query = _placed(track.features, serving)
    return SeedVectors(seed.weight, query, _array(track.features), row, track.id, track.title) if query else None


def _stored(serving: Serving, row: int) -> dict[str, Floats]:
    """The query vector of a row in each space where it has one; an all-zero row has none."""
    vectors = {space: serving.release.query_vectors(space)[row] for space in serving.poolings}
    return {space: vector for space, vector in vectors.items() if np.any(vector)}


def _row_features(serving: Serving, row: int) -> Floats:
    return np.asarray(serving.release.column("features")[row], dtype=np.float64)


def _placed(features: Features, serving: Serving) -> dict[str, Floats]:
    """Query vectors of a sound that is in no playlist: the network's, and the plain audio one."""
    cold = serving.cold_start
    if cold is None:
        return {}
    known = {name: value for name, value in dict(features).items() if value is not None}
    query: dict[str, Floats] = {}
    if (placed := cold.graph(known)) is not None:
        query["graph"] = placed[1]
    if (audio := cold.audio(known)) is not None and "audio" in serving.poolings:
        query["audio"] = audio
    return query


def _array(features: Features) -> Floats:
    values = dict(features)
    return np.array([np.nan if values[name] is None else values[name] for name in FEATURES])

"""Resolves seeds to rows and query vectors; lists the seeds that cannot be used."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kit.errors import NeighbourUnavailable
from kit.manifest import AUDIO, GRAPH
from kit.release import Floats
from kit.wire.catalog import FEATURES, Artist, Features, TextMatch, Track
from kit.wire.recommend import RecommendationRequest
from kit.wire.recommend_options import Mode
from kit.wire.recommend_response import TextSeed
from services.recommend.retrieval.text_seeds import FoundTexts, TextLookup
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import SeedRef, SeedVectors

TrackLookup = Callable[[Sequence[str]], Awaitable[dict[str, Track]]]
"""Tracks by id from catalog, those that exist; NeighbourUnavailable."""


@dataclass
class ResolvedSeeds:
    """The seeds of one request, those that cannot be used, and why an answer is less than it could be."""

    seeds: list[SeedVectors] = field(default_factory=list)
    avoid: list[SeedVectors] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    texts: list[TextSeed] = field(default_factory=list)
    unknown_texts: list[str] = field(default_factory=list)
    unknown_artists: list[str] = field(default_factory=list)
    unknown_genres: list[str] = field(default_factory=list)
    degraded: str | None = None
    in_order: bool = False

    @property
    def rows(self) -> list[int]:
        """Rows of the release that the request names: no answer to it repeats them, or another version of them."""
        return [seed.row for seed in (*self.seeds, *self.avoid) if seed.row >= 0]


async def of_request(
    request: RecommendationRequest, serving: ServedRelease, tracks_of: TrackLookup, texts: TextLookup
) -> ResolvedSeeds:
    """A request's seeds and avoided tracks; catalog is called only for texts and for tracks that the release does not
    hold. In mode `sequence` a track that is named twice stands where it is named last."""
    resolved = ResolvedSeeds(in_order=request.mode is Mode.SEQUENCE)
    seeds = await _named(request, serving, texts, resolved)
    await resolve(seeds, [SeedRef(avoid.track) for avoid in request.avoid], serving, tracks_of, resolved)
    return resolved


async def resolve(
    seeds: Sequence[SeedRef],
    avoid: Sequence[SeedRef],
    serving: ServedRelease,
    tracks_of: TrackLookup,
    resolved: ResolvedSeeds,
) -> None:
    """Adds the vectors of seeds and of avoided tracks to `resolved`."""
    ids = list(dict.fromkeys(seed.track for seed in (*seeds, *avoid) if seed.track))
    rows = dict(zip(ids, serving.release.rows(ids).tolist(), strict=True))
    elsewhere = await _outside_release([track for track, row in rows.items() if row < 0], tracks_of, resolved)
    current_rows = serving.release.rows(
        [track.id for track in elsewhere.values()]
    )  # catalog may know names the release lacks
    rows |= zip(elsewhere, current_rows.tolist(), strict=True)
    stored = _stored([row for row in rows.values() if 0 <= row < serving.release.embedded], serving)
    for into, named in ((resolved.seeds, seeds), (resolved.avoid, avoid)):
        for seed in named:
            _add(into, seed, _Found(serving, rows, stored, elsewhere), resolved)
        into[:] = _once(into[::-1])[::-1] if resolved.in_order else _once(into)


def _once(seeds: list[SeedVectors]) -> list[SeedVectors]:
    """The seeds without repetition, where first named: three texts for one track weigh as the heaviest of them."""
    found: dict[str | int, SeedVectors] = {}
    for seed in seeds:
        before = found.get(seed.key)
        if before is None or before.weight < seed.weight:
            found[seed.key] = replace(before, weight=seed.weight) if before else seed
    return list(found.values())


async def _named(
    request: RecommendationRequest, serving: ServedRelease, lookup: TextLookup, resolved: ResolvedSeeds
) -> list[SeedRef]:
    """The seeds with every text replaced by the track or the artist that it names."""
    texts = [seed.text for seed in request.seeds if seed.text]
    found = await lookup.find(texts) if texts else FoundTexts({}, None)
    usable = {text: match for text in texts if (match := found.matches.get(text)) and _usable(match, serving)}
    resolved.texts = [_text_seed(text, match) for text, match in usable.items()]
    resolved.unknown_texts = [text for text in dict.fromkeys(texts) if text not in usable]
    resolved.degraded = found.degraded
    named = []
    for seed in request.seeds:
        if seed.artist:
            named += _artist_seed(seed.artist, seed.weight, serving, resolved)
        elif not seed.text:
            named.append(SeedRef(seed.track, seed.features, seed.weight, genre=seed.genre))
        elif match := usable.get(seed.text):
            track = match.track.id if match.track else None
            named.append(SeedRef(track, weight=seed.weight, artist=None if track else match.artist))
    return named


def _artist_seed(artist: str, weight: float, serving: ServedRelease, resolved: ResolvedSeeds) -> list[SeedRef]:
    """The seed of an artist by id; none, and the id among the unknown ones, without a learned track."""
    if name := serving.tables.artists.name(artist):
        return [SeedRef(weight=weight, artist=Artist(id=artist, name=name))]
    if artist not in resolved.unknown_artists:
        resolved.unknown_artists.append(artist)
    return []


def _usable(match: TextMatch, serving: ServedRelease) -> bool:
    """A track is listed as unknown where it cannot be used; an artist must have a learned track."""
    return bool(match.track or (match.artist and len(serving.tables.artists.rows(match.artist.id))))


def _text_seed(text: str, match: TextMatch) -> TextSeed:
    track = match.track
    return TextSeed(
        text=text,
        track=track.id if track else None,
        title=track.title if track else None,
        artist=match.artist,
        confidence=match.confidence,
        by=match.by,
    )


async def _outside_release(missing: list[str], tracks_of: TrackLookup, resolved: ResolvedSeeds) -> dict[str, Track]:
    if not missing:
        return {}
    try:
        return await tracks_of(missing)
    except NeighbourUnavailable:
        resolved.degraded = "catalog_unavailable"
        return {}


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the tracks of one request are: rows by id, vectors by row, and what catalog knows of the rest."""

    serving: ServedRelease
    rows: Mapping[str, int]
    stored: Mapping[int, dict[str, Floats]]
    elsewhere: Mapping[str, Track]


def _add(into: list[SeedVectors], seed: SeedRef, found: _Found, resolved: ResolvedSeeds) -> None:
    if seed.artist:
        vectors = _by_artist(seed, seed.artist, found.serving)
    elif seed.genre:
        vectors = _by_genre(seed, seed.genre, found.serving)
    else:
        vectors = _by_track(seed, found) if seed.track else _from_features(seed, found.serving)
    if vectors:
        into.append(vectors)
    elif seed.track and seed.track not in resolved.unknown:
        resolved.unknown.append(seed.track)
    elif seed.genre and seed.genre not in resolved.unknown_genres:
        resolved.unknown_genres.append(seed.genre)


def _from_features(seed: SeedRef, serving: ServedRelease) -> SeedVectors | None:
    if seed.features is None:
        return None
    query = _placed(seed.features, serving)
    return SeedVectors(seed.weight, query, _array(seed.features), because=seed.because) if query else None


def _by_artist(seed: SeedRef, artist: Artist, serving: ServedRelease) -> SeedVectors | None:
    """One seed in the middle of the artist's learned tracks; it has no audio features."""
    if (means := serving.tables.artists.means(artist.id)) is None:
        return None
    return SeedVectors(seed.weight, {GRAPH: means[1]}, _array(Features()), title=artist.name, artist_id=artist.id)


def _by_genre(seed: SeedRef, genre: str, serving: ServedRelease) -> SeedVectors | None:
    """One seed in the middle of the genre's most popular learned tracks; it has no audio features."""
    if (mean := serving.tables.genre_vectors.mean(genre)) is None:
        return None
    return SeedVectors(seed.weight, {GRAPH: mean}, _array(Features()), title=genre, genre=genre)


def _by_track(seed: SeedRef, found: _Found) -> SeedVectors | None:
    """The vectors of the release, else those of the track's sound; that of the request where nothing is known."""
    assert seed.track is not None
    serving, row = found.serving, found.rows[seed.track]
    if row in found.stored:
        features, title = serving.tables.features[row], serving.tables.title(row)
        track_id = serving.release.track_id(row)  # the request may have named it by an older id or a code
        return SeedVectors(seed.weight, found.stored[row], features, row, track_id, title, seed.because)
    track = Track.model_validate_json(serving.release.card(row)) if row >= 0 else found.elsewhere.get(seed.track)
    if track is None:
        return _from_features(seed, serving)
    features = track.features or seed.features or Features()
    query = _placed(features, serving, track.artists[0].id if track.artists else None)
    if not query:
        return None
    return SeedVectors(seed.weight, query, _array(features), row, track.id, track.title, seed.because)


def _stored(rows: Iterable[int], serving: ServedRelease) -> dict[int, dict[str, Floats]]:
    """The query vectors of rows in each space where they have one; an all-zero row has none."""
    found: dict[int, dict[str, Floats]] = {row: {} for row in rows}
    for space in serving.poolings:
        vectors = serving.release.query_rows(space, list(found))
        there = np.any(vectors, axis=1)
        for place, row in enumerate(found):
            if there[place]:
                found[row][space] = vectors[place]
    return found


def _placed(features: Features, serving: ServedRelease, artist: str | None = None) -> dict[str, Floats]:
    """Query vectors of what is in no playlist, by its sound and its first artist's id: the network's, and the plain
    audio one."""
    cold = serving.cold_start
    if cold is None:
        return {}
    known = {name: value for name, value in dict(features).items() if value is not None}
    query: dict[str, Floats] = {}
    means = serving.tables.artists.means(artist) if artist else None
    if (placed := cold.graph(known, *(means or ()))) is not None:
        query[GRAPH] = placed[1]
    if (audio := cold.audio(known)) is not None and AUDIO in serving.poolings:
        query[AUDIO] = audio
    return query


def _array(features: Features) -> Floats:
    values = dict(features)
    return np.array([np.nan if values[name] is None else values[name] for name in FEATURES])

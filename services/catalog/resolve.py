"""Resolves a text to a track, an artist or nothing: applies the rules of text_match to the store."""

from collections.abc import Sequence

from kit import ids
from kit.wire.catalog import Artist, MatchedBy, TextMatch, Track
from services.catalog import find, text_match
from services.catalog.name_keys import key
from services.catalog.plain_titles import unlabelled
from services.catalog.readings import Reading, readings
from services.catalog.store import Store
from services.catalog.text_codes import Code, code_in
from services.catalog.text_match import Match

LOOKED_AT = 20
"""Number of first search results that are checked for misspellings."""


async def matches(store: Store, texts: Sequence[str]) -> list[TextMatch | None]:
    """Resolves each text, sequentially, so that a request uses one connection however many texts it has."""
    found = {text: await _match(store, text) for text in dict.fromkeys(texts)}
    tracks = await store.tracks.find([match.track for match in found.values() if match and match.track])
    return [_text_match(found[text], tracks) for text in texts]


def _text_match(match: Match | None, tracks: dict[str, Track]) -> TextMatch | None:
    if match is None:
        return None
    if match.artist:
        artist = Artist(id=match.artist.id, name=match.artist.name)
        return TextMatch(by=match.by, confidence=match.confidence, artist=artist)
    track = tracks.get(match.track or "")
    if track is None:
        return None
    first = track.artists[0] if track.artists else None
    return TextMatch(by=match.by, confidence=match.confidence, track=track, artist=first)


async def _match(store: Store, text: str) -> Match | None:
    if code := code_in(text):
        if track := await _coded(store, code):
            return Match(MatchedBy.ID, 1.0, track)
        if code.kind == "link":
            return None
    return await _named(store, text)


async def _coded(store: Store, code: Code) -> str | None:
    if code.kind == "id":
        return next(iter(await store.tracks.find([code.value])), None)
    if code.kind == "link":
        return None
    if found := await store.credits.coded(code.kind, code.value):
        return found
    if code.kind == "mbid":
        return next(iter(await store.tracks.find([ids.derive(mbid=code.value)])), None)
    return None


async def _named(store: Store, text: str) -> Match | None:
    """Matches title and artist exactly, then with misspellings, then a title alone, then an artist alone."""
    words, ways = key(text), readings(text)
    if not words:
        return None
    titles = {title for way in ways for title in way.titles}
    names = {artist for way in ways for artist in way.artists}
    if ways and (match := text_match.exact(ways, await store.credits.credited(titles, names))):
        return match
    if ways and (match := await _slipped(store, text, ways)):
        return match
    if match := text_match.title_only(words, await store.credits.titled({words, unlabelled(words)})):
        return match
    return await _artist(store, words, ways)


async def _artist(store: Store, words: str, ways: Sequence[Reading]) -> Match | None:
    known = await store.credits.artists({words, *(way.artist for way in ways)})
    if not known:
        return None
    beside = {title for way in ways for title in way.titles if any(way.artist == one.key for one in known)}
    titles: dict[str, float] = {}
    for row in await store.credits.titled({words, *beside}):
        for title in (row.title, row.plain_title):
            titles[title] = max(row.popularity, titles.get(title, 0.0))
    return text_match.artist_only(words, ways, known, titles)


async def _slipped(store: Store, text: str, ways: Sequence[Reading]) -> Match | None:
    ranked = await find.ranked(store, text)
    tracks = await store.tracks.find([ids.encode(one.candidate.id) for one in ranked[:LOOKED_AT]])
    return text_match.fuzzy(ways, tracks.values())

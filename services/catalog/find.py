"""Text search: fetches candidates from the store, ranks them and returns pages."""

from kit import ids
from kit.errors import Malformed, NotFound
from kit.wire.catalog import SearchPage, TrackPage
from services.catalog import cursor
from services.catalog.search import NEAR, PLENTY, By, Effort, Query, Ranked
from services.catalog.store import Store


async def page(store: Store, text: str, by: By, limit: int, after: str | None, offset: int = 0) -> SearchPage:
    """One page of tracks that match the text, best first; Malformed when the cursor is not of this search, or stands
    beside an offset."""
    if after is not None and offset:
        raise Malformed("cursor and offset both say where the page begins: send one of them")
    query = Query(text, by)
    start = cursor.read(after, query.key, by) if after is not None else offset
    ranked = await _ranked(store, query)
    shown = ranked[start : start + limit]
    tracks = await store.tracks.find([ids.encode(hit.candidate.id) for hit in shown])
    more = start + limit < len(ranked)
    next_cursor = cursor.write(start + limit, query.key, by) if more else None
    return SearchPage(items=list(tracks.values()), next_cursor=next_cursor, total=len(ranked))


async def artist_page(store: Store, artist_id: str, limit: int, after: str | None) -> TrackPage:
    """One page of an artist's tracks, the most popular first; NotFound for an unknown artist, Malformed when the cursor
    is not of this artist."""
    query = ("artist", artist_id)
    start = cursor.read(after, *query) if after is not None else 0
    if (artist := await store.tracks.artist(artist_id)) is None:
        raise NotFound(f"no artist has the id {artist_id!r}: take it from the artists of a track")
    tracks = await store.tracks.of_artist(artist_id, start, limit)
    more = start + limit < artist.track_count
    return TrackPage(items=tracks, next_cursor=cursor.write(start + limit, *query) if more else None)


async def ranked(store: Store, text: str) -> list[Ranked]:
    """All matches of the text, best first."""
    return await _ranked(store, Query(text))


async def _ranked(store: Store, query: Query) -> list[Ranked]:
    """Retrieves by name prefix, then by trigram similarity with growing effort; stops at a good enough match."""
    if not query.key:
        return []
    found = await store.names.beginning(query) + await store.names.holding(query)
    ranked = query.rank(found)
    if len(ranked) >= PLENTY and ranked[PLENTY - 1].relevance >= NEAR:
        return ranked
    for effort in Effort:
        similar = await store.names.resembling(query, effort)
        if effort > Effort.QUICK and not similar:
            break
        found += similar
        ranked = query.rank(found)
        titles, artists = query.second_looks(ranked)
        if titles or artists:
            found += await store.names.with_names(titles, artists)
            ranked = query.rank(found)
        if ranked and ranked[0].relevance >= NEAR:
            break
    return ranked

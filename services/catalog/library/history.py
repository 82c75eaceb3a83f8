"""Lists that a person was shown, in pages."""

from uuid import UUID

from kit.wire.library import RecommendationHistory, RecommendedList
from services.catalog import cursor
from services.catalog.library.likes import add_ratings
from services.catalog.store import Store


async def page(store: Store, person: UUID, limit: int, after: str | None) -> RecommendationHistory:
    """One page of lists, the latest first, each with what it came from; tracks that are no longer in the catalogue are
    left out."""
    query = ("history", person.hex)
    start = cursor.read(after, *query) if after is not None else 0
    lists = await store.impressions.lists(person, start, limit + 1)
    named = (track for one in lists[:limit] for track in (*one.tracks, *(one.seeds or ())))
    tracks = await store.tracks.find(list(dict.fromkeys(named)), person)
    await add_ratings(store, person, tracks.values())
    items = [
        RecommendedList(
            id=one.id,
            at=one.at,
            release=one.release,
            source=one.source,
            tracks=[tracks[track] for track in one.tracks if track in tracks],
            seeds=[tracks[track] for track in one.seeds or () if track in tracks],
            request=one.request or {},
        )
        for one in lists[:limit]
    ]
    more = cursor.write(start + limit, *query) if len(lists) > limit else None
    return RecommendationHistory(items=items, next_cursor=more)

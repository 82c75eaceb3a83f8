"""Lists that a person was shown, in pages."""

from uuid import UUID

from kit.wire.library import RecommendationHistory, RecommendedList
from services.catalog import cursor
from services.catalog.library.likes import add_ratings
from services.catalog.store import Store


async def page(store: Store, person: UUID, limit: int, after: str | None) -> RecommendationHistory:
    """One page of lists, the latest first; a track that is no longer in the catalogue is left out of its list."""
    query = ("history", person.hex)
    start = cursor.read(after, *query) if after is not None else 0
    lists = await store.shown.lists(person, start, limit + 1)
    tracks = await store.tracks.find(list(dict.fromkeys(track for one in lists[:limit] for track in one.tracks)))
    await add_ratings(store, person, tracks.values())
    items = [
        RecommendedList(
            id=one.id,
            at=one.at,
            release=one.release,
            source=one.source,
            tracks=[tracks[track] for track in one.tracks if track in tracks],
        )
        for one in lists[:limit]
    ]
    more = cursor.write(start + limit, *query) if len(lists) > limit else None
    return RecommendationHistory(items=items, next_cursor=more)

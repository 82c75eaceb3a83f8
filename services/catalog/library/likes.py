"""Likes of a user: marks them on any list of tracks, and lists them in pages."""

from collections.abc import Collection
from uuid import UUID

from kit import ids
from kit.wire.catalog import Track
from kit.wire.library import VALUE, LikeDate, LikeDates, LikedPage, LikedTrack, ListedOpinion
from services.catalog import cursor
from services.catalog.store import Store


async def add_ratings(store: Store, person: UUID | None, tracks: Collection[Track]) -> None:
    """Sets `like` of the tracks from the user's current opinions; a guest's tracks are unchanged."""
    if person is None or not tracks:
        return
    held = await store.opinions.current(person, {ids.decode(track.id) for track in tracks})
    for track in tracks:
        if rating := held.get(ids.decode(track.id)):
            track.like = VALUE[rating.opinion]  # type: ignore[assignment]


async def page(
    store: Store, person: UUID, limit: int, after: str | None, opinion: ListedOpinion = ListedOpinion.LIKE
) -> LikedPage:
    """One page of likes or dislikes, the latest first. Later pages are stable while new ones are added."""
    query = ("likes", person.hex, *([] if opinion is ListedOpinion.LIKE else [opinion.value]))
    before = cursor.read(after, *query) if after is not None else cursor.LARGEST
    read = store.opinions.likes if opinion is ListedOpinion.LIKE else store.opinions.dislikes
    likes, total = await read(person, before, limit + 1)
    shown = likes[:limit]
    tracks = await store.tracks.find([ids.encode(like.track) for like in shown], person)
    await add_ratings(store, person, tracks.values())
    items = [LikedTrack(track=tracks[ids.encode(like.track)], liked_at=like.at) for like in shown]
    more = cursor.write(shown[-1].number, *query) if len(likes) > limit else None
    return LikedPage(items=items, total=total, next_cursor=more)


async def dates(store: Store, person: UUID, before: int, limit: int) -> LikeDates:
    """Ids and dates of the likes that count for the taste, with a number below `before`, the latest first."""
    likes, total = await store.opinions.likes(person, before, limit + 1, counted=True)
    shown = likes[:limit]
    items = [LikeDate(track=ids.encode(like.track), liked_at=like.at) for like in shown]
    return LikeDates(items=items, total=total, next=shown[-1].number if len(likes) > limit else None)

"""What a person likes, on the tracks of any list, and as a list of its own."""

from collections.abc import Collection
from uuid import UUID

from kit import ids
from kit.wire.catalog import Track
from kit.wire.library import VALUE, LikedPage, LikedTrack
from services.catalog import cursor
from services.catalog.store import Store


async def mark(store: Store, person: UUID | None, tracks: Collection[Track]) -> None:
    """Fills `like` with what holds for the person; a guest's tracks stay as they are."""
    if person is None or not tracks:
        return
    held = await store.opinions.held(person, {ids.decode(track.id) for track in tracks})
    for track in tracks:
        if said := held.get(ids.decode(track.id)):
            track.like = VALUE[said.opinion]  # type: ignore[assignment]


async def page(store: Store, person: UUID, limit: int, after: str | None) -> LikedPage:
    """Likes from a cursor on, the latest first. What is liked meanwhile moves no later page."""
    asked = ("likes", person.hex)
    before = cursor.read(after, *asked) if after is not None else cursor.LARGEST
    likes, total = await store.opinions.likes(person, before, limit + 1)
    shown = likes[:limit]
    tracks = await store.tracks.find([ids.encode(like.track) for like in shown])
    await mark(store, person, tracks.values())
    items = [LikedTrack(track=tracks[ids.encode(like.track)], liked_at=like.at) for like in shown]
    more = cursor.write(shown[-1].number, *asked) if len(likes) > limit else None
    return LikedPage(items=items, total=total, next_cursor=more)

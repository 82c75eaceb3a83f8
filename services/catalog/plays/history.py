"""Play history of a user, in pages."""

from datetime import datetime
from uuid import UUID

from kit import ids
from kit.errors import Malformed
from kit.wire.plays import PlayedTrack, PlayOrder, PlayPage
from services.catalog import cursor
from services.catalog.library.likes import add_ratings
from services.catalog.store import Store
from services.catalog.store.plays import EVERY_PLAY, PlayPeriod


def period_of(since: datetime | None, until: datetime | None, order: PlayOrder) -> PlayPeriod:
    """The period of a request; what is left out does not bound it."""
    return PlayPeriod(since or EVERY_PLAY.since, until or EVERY_PLAY.until, order is PlayOrder.LATEST)


async def page(store: Store, person: UUID, limit: int, after: str | None, period: PlayPeriod = EVERY_PLAY) -> PlayPage:
    """One page of the plays of a period. Later pages are stable while plays are added; Malformed when the play at
    which a page ended was deleted."""
    query = ("plays", person.hex, *([] if period == EVERY_PLAY else [repr(period)]))
    start = cursor.read(after, *query) if after is not None else None
    plays = await store.plays.page(person, start, limit + 1, period)
    if plays is None:
        raise Malformed("the play at which that page ended is gone: begin again without a cursor")
    shown = plays[:limit]
    tracks = await store.tracks.find(list(dict.fromkeys(ids.encode(play.track) for play in shown)), person)
    await add_ratings(store, person, tracks.values())
    items = [
        PlayedTrack(
            id=play.id,
            track=tracks[ids.encode(play.track)],
            played_at=play.at,
            ms=play.ms,
            source=play.source,
            context=play.context,
            counts=not play.aside,
        )
        for play in shown
    ]
    return PlayPage(items=items, next_cursor=cursor.write(shown[-1].number, *query) if len(plays) > limit else None)

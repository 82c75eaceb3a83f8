"""Which tracks most people liked or played lately, over all people: the recent part of trending tracks.

A person counts once for a track, whatever they did with it and how often. A track that fewer than `least` people liked
or played is not counted at all: neither can one account bring a track up, nor does an answer tell what one person
does. What was undone or excluded, and tracks that the person disliked or took back since, do not count; deleted
accounts have no feedback. Moments are those of recording, which a client cannot choose.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kit import ids
from kit.sql import Database
from kit.wire.library import MAX_RECENT, RecentTrack, RecentTracks
from services.catalog.store.event_conditions import LIKED_OR_PLAYED, spoken, taken_back
from services.catalog.store.exclusions import set_aside
from services.catalog.store.older_ids import today
from services.catalog.store.schema import feedback

_log = feedback.c


def _recent() -> sa.Select[Any]:
    later = feedback.alias("later")
    regretted = sa.select(later.c.number).where(
        later.c.person == _log.person,
        later.c.track == _log.track,
        later.c.number > _log.number,
        spoken("later"),
        later.c.kind != "like",
        ~taken_back(later),
    )
    since = _log.recorded_at >= sa.bindparam("since")
    counted = sa.and_(LIKED_OR_PLAYED, since, ~taken_back(feedback), ~set_aside(feedback), ~regretted.exists())
    pairs = sa.select(today(_log.track).label("track"), _log.person).where(counted).distinct().cte("pairs")
    people = sa.func.count().label("people")
    tracks = sa.select(pairs.c.track, people).group_by(pairs.c.track).having(people >= sa.bindparam("least"))
    shown = tracks.order_by(people.desc(), pairs.c.track).limit(MAX_RECENT).cte("shown")
    everybody = sa.select(sa.func.count(pairs.c.person.distinct())).where(pairs.c.track.in_(sa.select(shown.c.track)))
    columns = (shown.c.track, shown.c.people, everybody.scalar_subquery().label("everybody"))
    return sa.select(*columns).order_by(shown.c.people.desc(), shown.c.track)


_statement = _recent()


class RecentView:
    """Counts recent likes and plays of all people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tracks(self, days: int, least: int) -> RecentTracks:
        """The tracks that at least `least` people liked or played in the last `days` days, most people first."""
        values = {"since": datetime.now(UTC) - timedelta(days=days), "least": least}
        async with self._database.read() as connection:
            rows = (await connection.execute(_statement, values)).all()
        items = [RecentTrack(track=ids.encode(row.track), people=row.people) for row in rows]
        return RecentTracks(items=items, people=rows[0].everybody if rows else 0, days=days)

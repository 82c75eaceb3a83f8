"""Play history of a user: plays that are not undone, by when they happened."""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from kit.sql import Database
from services.catalog.store.event_conditions import taken_back
from services.catalog.store.exclusions import set_aside
from services.catalog.store.older_ids import today
from services.catalog.store.schema import feedback

_log = feedback.c
PLAYS = sa.text("feedback.kind = 'play'")
"""As in the migration: SQLite uses a partial index only for the identical condition."""
_mine = _log.person == sa.bindparam("who", type_=sa.Uuid)
_columns = (
    *(_log.number, _log.id, today(_log.track).label("track"), _log.at, _log.ms, _log.source, _log.context),
    set_aside(feedback).label("aside"),
)
_at = sa.bindparam("at", type_=_log.at.type)
_number = sa.bindparam("number", type_=sa.BigInteger())
_within = (
    _log.at >= sa.bindparam("since", type_=_log.at.type),
    _log.at < sa.bindparam("until", type_=_log.at.type),
)
_count = sa.select(sa.func.count()).select_from(feedback).where(_mine, PLAYS, ~taken_back(feedback))


def _page(*, latest: bool, after: bool) -> sa.Select[Any]:
    """A page of plays in one order, the first or one that begins after a play."""
    found = sa.select(*_columns).where(_mine, PLAYS, *_within, ~taken_back(feedback)).limit(sa.bindparam("most"))
    if latest:
        beyond = sa.or_(_log.at < _at, sa.and_(_log.at == _at, _log.number < _number))
        found = found.order_by(_log.at.desc(), _log.number.desc())
    else:
        beyond = sa.or_(_log.at > _at, sa.and_(_log.at == _at, _log.number > _number))
        found = found.order_by(_log.at, _log.number)
    return found.where(beyond) if after else found


_pages = {(latest, after): _page(latest=latest, after=after) for latest in (True, False) for after in (True, False)}
_start = sa.select(_log.at).where(_mine, _log.number == sa.bindparam("number", type_=sa.BigInteger()))


class Play(NamedTuple):
    """A play; `aside`: an exclusion covers it."""

    number: int
    id: UUID
    track: UUID
    at: datetime
    ms: int | None
    source: str
    context: str | None
    aside: bool


class PlayPeriod(NamedTuple):
    """Plays from `since` on and before `until`, the latest first or the earliest."""

    since: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    until: datetime = datetime(9999, 1, 1, tzinfo=UTC)
    latest: bool = True


EVERY_PLAY = PlayPeriod()


class PlayView:
    """Reads the plays of one user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, person: UUID, after: int | None, most: int, period: PlayPeriod = EVERY_PLAY
    ) -> list[Play] | None:
        """Plays of a period after the one with number `after`; None when there is no such play any more."""
        bound = {"who": person, "most": most, "since": period.since, "until": period.until}
        statement = _pages[period.latest, after is not None]
        async with self._database.read() as connection:
            if after is not None:
                at = await connection.scalar(_start, {"who": person, "number": after})
                if at is None:
                    return None
                bound |= {"at": at, "number": after}
            return [Play(*row) for row in await connection.execute(statement, bound)]

    async def count(self, person: UUID) -> int:
        """The number of plays."""
        async with self._database.read() as connection:
            return await connection.scalar(_count, {"who": person}) or 0

"""Play history of a user: plays that are not undone, the latest first, by when they happened."""

from datetime import datetime
from typing import NamedTuple
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
_page = (
    sa.select(*_columns)
    .where(_mine, PLAYS, ~taken_back(feedback))
    .order_by(_log.at.desc(), _log.number.desc())
    .limit(sa.bindparam("most"))
)
_at = sa.bindparam("at", type_=_log.at.type)
_after = _page.where(
    sa.or_(_log.at < _at, sa.and_(_log.at == _at, _log.number < sa.bindparam("number", type_=sa.BigInteger())))
)
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


class PlayView:
    """Reads the plays of one user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, person: UUID, after: int | None, most: int) -> list[Play] | None:
        """Plays after the one with number `after`, the latest first; None when there is no such play any more."""
        bound = {"who": person, "most": most}
        async with self._database.read() as connection:
            if after is None:
                return [Play(*row) for row in await connection.execute(_page, bound)]
            at = await connection.scalar(_start, {"who": person, "number": after})
            if at is None:
                return None
            rows = await connection.execute(_after, bound | {"at": at, "number": after})
            return [Play(*row) for row in rows]

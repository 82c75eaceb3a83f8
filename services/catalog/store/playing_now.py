"""The `playing_now` table: one row for each person, overwritten by the next report and ignored once it has expired."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from kit.sql import Database
from services.catalog.store import people
from services.catalog.store.schema import playing_now

_c = playing_now.c


class StoredPlayingNow(NamedTuple):
    """What a person plays; `names` as in the unmatched rows of an import."""

    names: dict[str, Any]
    track: UUID | None
    source: str
    since: datetime
    until: datetime


_COLUMNS = tuple(_c[name] for name in StoredPlayingNow._fields)


class PlayingNowTable:
    """Reads and writes what people play."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, person: UUID, playing: StoredPlayingNow) -> None:
        """Replaces what the person plays."""
        row = {"person": person} | playing._asdict()
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            new = people.insert_for(connection, playing_now).values(**row)
            await connection.execute(new.on_conflict_do_update(index_elements=["person"], set_=playing._asdict()))

    async def of(self, person: UUID, now: datetime) -> StoredPlayingNow | None:
        """What the person plays; None when nothing does."""
        mine = sa.select(*_COLUMNS).where(_c.person == person, _c.until >= now)
        async with self._database.read() as connection:
            row = (await connection.execute(mine)).first()
        return StoredPlayingNow(*row) if row else None

    async def delete(self, person: UUID) -> None:
        """Forgets what the person plays."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(playing_now).where(_c.person == person))

"""The `weekly_lists` table: the lists of a person as recommend made them, and who makes those of this week.

A claim is taken under one lock for all claims, so that two workers of recommend never make the lists of one person
at once; it ends by itself when the worker died. Lists are stored once a week: the first ones stay.
"""

import time
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from kit.sql import Database
from services.catalog.store import people
from services.catalog.store.schema import people as people_table
from services.catalog.store.schema import weekly_lists

CLAIM_S = 300.0
CLAIM_LOCK = 0x5E61B  # any number, the same in every process of Segue
_c = weekly_lists.c


class StoredWeekly(NamedTuple):
    """A row with lists: {key: [{"track": ..., "reason": ...}]}."""

    week: date
    made_at: datetime
    release: str
    lists: dict[str, list[dict[str, Any]]]


_COLUMNS = tuple(_c[name] for name in StoredWeekly._fields)


class WeeklyTable:
    """Reads, stores and claims weekly lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: UUID) -> StoredWeekly | None:
        """The lists that were made last; None when there are none."""
        mine = sa.select(*_COLUMNS).where(_c.person == person, _c.week.is_not(None))
        async with self._database.read() as connection:
            row = (await connection.execute(mine)).first()
        return StoredWeekly(*row) if row else None

    async def put(self, person: UUID, week: date, release: str, lists: dict[str, Any]) -> bool:
        """Stores the lists of a week; False when those of this or a later week are there and not empty. Unauthorized
        when the account was deleted."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            held = (await connection.execute(sa.select(_c.week, _c.lists).where(_c.person == person))).first()
            if held and held.week and (held.week > week or (held.week == week and any((held.lists or {}).values()))):
                return False
            values = {"week": week, "made_at": datetime.now(UTC), "release": release, "lists": lists}
            new = people.insert_for(connection, weekly_lists).values(person=person, **values)
            await connection.execute(
                new.on_conflict_do_update(index_elements=["person"], set_=values | {"claimed_until": None})
            )
        return True

    async def claim(self, week: date, most: int) -> list[UUID]:
        """People with a taste whose lists of the week are not made, and that nobody else has claimed."""
        now = time.time()
        made = sa.select(_c.person).where(
            _c.person == people_table.c.person, sa.or_(_c.week >= week, _c.claimed_until > now)
        )
        due = sa.select(people_table.c.person).where(
            people_table.c.version > 0, people_table.c.deleted_at.is_(None), ~made.exists()
        )
        async with self._database.write() as connection:
            if not self._database.is_sqlite:  # of two claims at once, the second sees those of the first
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CLAIM_LOCK)))
            found = list(await connection.scalars(due.order_by(people_table.c.person).limit(most)))
            if found:
                rows = [{"person": person, "claimed_until": now + CLAIM_S} for person in found]
                new = people.insert_for(connection, weekly_lists)
                until = {"claimed_until": new.excluded.claimed_until}
                await connection.execute(new.on_conflict_do_update(index_elements=["person"], set_=until), rows)
        return found

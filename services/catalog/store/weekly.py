"""The weekly lists of a person as recommend made them, those of the weeks before, and who makes those of this week.

A claim is taken under one lock for all claims, so that two workers of recommend never make the lists of one person
at once; it ends by itself when the worker died. Lists are stored once a week: the first ones stay.
"""

import time
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.catalog.store import people
from services.catalog.store.schema import people as people_table
from services.catalog.store.weekly_schema import earlier_weeks, weekly_lists

CLAIM_S = 300.0
CLAIM_LOCK = 0x5E61B  # any number, the same in every process of Segue
_c, _earlier = weekly_lists.c, earlier_weeks.c
KEPT = 4
"""Weeks before the last one whose lists are kept."""


class StoredWeekly(NamedTuple):
    """A row with lists: {key: [{"track": ..., "reason": ...}]}."""

    week: date
    made_at: datetime
    release: str
    lists: dict[str, list[dict[str, Any]]]


_COLUMNS = tuple(_c[name] for name in StoredWeekly._fields)
_EARLIER = tuple(_earlier[name] for name in StoredWeekly._fields)


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

    async def earlier(self, person: UUID) -> list[tuple[date, datetime]]:
        """The weeks before whose lists are kept, and when they were made; the latest first."""
        mine = sa.select(_earlier.week, _earlier.made_at).where(_earlier.person == person)
        async with self._database.read() as connection:
            rows = await connection.execute(mine.order_by(_earlier.week.desc()).limit(KEPT))
            return [(row.week, row.made_at) for row in rows]

    async def of_week(self, person: UUID, week: date) -> StoredWeekly | None:
        """The lists of one of the weeks before; None when they are not kept."""
        mine = sa.select(*_EARLIER).where(_earlier.person == person, _earlier.week == week)
        async with self._database.read() as connection:
            row = (await connection.execute(mine)).first()
        return StoredWeekly(*row) if row else None

    async def put(self, person: UUID, week: date, release: str, lists: dict[str, Any]) -> bool:
        """Stores the lists of a week; False when those of this or a later week are there and not empty. Unauthorized
        when the account was deleted."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            held = (await connection.execute(sa.select(*_COLUMNS).where(_c.person == person))).first()
            if held and held.week and (held.week > week or (held.week == week and any((held.lists or {}).values()))):
                return False
            if held and held.week and held.week < week and any((held.lists or {}).values()):
                await _keep(connection, person, StoredWeekly(*held))
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


async def _keep(connection: AsyncConnection, person: UUID, last: StoredWeekly) -> None:
    """Keeps the lists of the week that ends, and of the weeks before it the latest."""
    new = people.insert_for(connection, earlier_weeks).values(person=person, **last._asdict())
    await connection.execute(new.on_conflict_do_nothing())
    mine = sa.select(_earlier.week).where(_earlier.person == person)
    old = list(await connection.scalars(mine.order_by(_earlier.week.desc()).offset(KEPT)))
    await connection.execute(sa.delete(earlier_weeks).where(_earlier.person == person, _earlier.week.in_(old)))

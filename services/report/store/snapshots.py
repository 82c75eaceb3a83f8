"""The `snapshots` table: the numbers of a person's report of a month, kept for comparisons over months."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kit.sql import Database
from services.report.store.people import hold, insert_for
from services.report.store.schema import snapshots


class SnapshotTable:
    """Stores and reads snapshots, one a person and month."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, person: UUID, period: str, numbers: dict[str, Any], now: datetime) -> None:
        """Stores a snapshot in place of an earlier one of the month; Unauthorized when the account was deleted."""
        async with self._database.write() as connection:
            await hold(connection, person)
            kept = {"taken_at": now, "numbers": numbers}
            new = insert_for(connection, snapshots).values(person=person, period=period, **kept)
            await connection.execute(new.on_conflict_do_update(index_elements=["person", "period"], set_=kept))

    async def of(self, person: UUID) -> dict[str, dict[str, Any]]:
        """A person's snapshots by month, the oldest first."""
        chosen = sa.select(snapshots.c.period, snapshots.c.numbers).where(snapshots.c.person == person)
        async with self._database.read() as connection:
            rows = await connection.execute(chosen.order_by(snapshots.c.period))
            return {row.period: row.numbers for row in rows}

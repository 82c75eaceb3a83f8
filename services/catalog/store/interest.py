"""Answers of interest tests, one per person and track; the opinions themselves are in the feedback log."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from kit.sql import Database
from services.catalog.store import people
from services.catalog.store.older_ids import today
from services.catalog.store.schema import interest_answers

MOST_KEPT = 200
"""Answers kept per person, the latest: a test has 12, but the route also accepts other ratings."""

_table = interest_answers.c
_mine = _table.person == sa.bindparam("who", type_=sa.Uuid)
_answers = sa.select(today(_table.track).label("track"), _table.value).where(_mine).order_by(_table.at)
_latest = sa.select(_table.track).where(_mine).order_by(_table.at.desc(), _table.track).limit(MOST_KEPT)
_surplus = sa.delete(interest_answers).where(_mine, _table.track.not_in(_latest))


class InterestTable:
    """Reads and writes the answers of one person's interest test."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answers(self, person: UUID) -> dict[UUID, int]:
        """The values (1, 0, -1) by track of the running test, the earliest first."""
        async with self._database.read() as connection:
            return {row.track: row.value for row in await connection.execute(_answers, {"who": person})}

    async def add(self, person: UUID, answers: Mapping[UUID, int]) -> None:
        """Stores answers; a later answer replaces an earlier one. Unauthorized when the account was deleted."""
        if not answers:
            return
        now = datetime.now(UTC)
        rows = [{"person": person, "track": track, "value": value, "at": now} for track, value in answers.items()]
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            new = people.insert_for(connection, interest_answers)
            replacing = {"value": new.excluded.value, "at": new.excluded.at}
            await connection.execute(
                new.on_conflict_do_update(index_elements=["person", "track"], set_=replacing), rows
            )
            await connection.execute(_surplus, {"who": person})

    async def clear(self, person: UUID) -> None:
        """Forgets the answers of the test; opinions stay."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(interest_answers).where(_table.person == person))

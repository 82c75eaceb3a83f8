"""Tries at passwords, counted in one place for all processes. throttle.py says how many are allowed.

Every transaction takes its rows in the order of the counters, and looks for old ones last, so that none of two waits
for the other.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.auth.store.schema import password_tries
from services.auth.throttle import WINDOW_S, Counter


class PasswordAttempts(NamedTuple):
    """How many tries since when (seconds since 1970), this one included."""

    tries: int
    since: float


class PasswordAttemptTable:
    """One row a count. A count whose window is over begins anew."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert

    async def count(self, counters: Sequence[Counter], now: float) -> Sequence[PasswordAttempts]:
        """Counts one more; of many at once each gets its own number. Behind a count beyond its limit none goes on."""
        counted: list[PasswordAttempts] = []
        async with self._database.write() as connection:
            for counter in counters:
                counted.append(await self._one_more(connection, counter, now))
                if counted[-1].tries > counter.allowed:
                    break
            if counted[0].tries == 1:
                await _purge(connection, now - WINDOW_S)
        return counted

    async def take_back(self, counters: Sequence[Counter]) -> None:
        """One try less: the password was not looked at."""
        async with self._database.write() as connection:
            for counter in counters:
                await _one_less(connection, counter)

    async def forgive(self, forgotten: Counter, taken_back: Counter) -> None:
        """The password was right: drops the one count and takes the try back from the other."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(password_tries).where(password_tries.c.key == forgotten.key))
            await _one_less(connection, taken_back)

    async def _one_more(self, connection: AsyncConnection, counter: Counter, now: float) -> PasswordAttempts:
        table = password_tries.c
        over = table.since <= now - WINDOW_S
        insert = self._insert(password_tries).values(key=counter.key, account=counter.account, tries=1, since=now)
        renewed = {
            "tries": sa.case((over, 1), else_=table.tries + 1),
            "since": sa.case((over, now), else_=table.since),
        }
        counted = insert.on_conflict_do_update(index_elements=["key"], set_=renewed)
        row = (await connection.execute(counted.returning(table.tries, table.since))).one()
        return PasswordAttempts(row.tries, row.since)


async def _one_less(connection: AsyncConnection, counter: Counter) -> None:
    table = password_tries.c
    less = sa.update(password_tries).where(table.key == counter.key, table.tries > 0).values(tries=table.tries - 1)
    await connection.execute(less)


async def _purge(connection: AsyncConnection, until: float) -> None:
    """Deletes counts whose window is over; those that another transaction holds are its or a later one's business."""
    over = sa.select(password_tries.c.key).where(password_tries.c.since <= until).with_for_update(skip_locked=True)
    await connection.execute(sa.delete(password_tries).where(password_tries.c.key.in_(over)))

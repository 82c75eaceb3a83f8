"""The `password_tries` table: counts of password attempts, shared by all processes. throttle.py has the limits.

Every transaction locks its rows in the order of the counters and purges old ones last, which avoids deadlocks.
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
    """Number of attempts in the window that started at `since` (seconds since 1970), this one included."""

    tries: int
    since: float


class PasswordAttemptTable:
    """One row per counter. A counter restarts when its window is over."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert

    async def count(self, counters: Sequence[Counter], now: float) -> Sequence[PasswordAttempts]:
        """Increments the counters in order, atomically, and stops after the first one above its limit."""
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
        """Decrements the counters, for an attempt whose password was not verified."""
        async with self._database.write() as connection:
            for counter in counters:
                await _one_less(connection, counter)

    async def forgive(self, forgotten: Counter, taken_back: Counter) -> None:
        """After a right password: deletes the first counter and decrements the second."""
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
    """Deletes counters whose window is over, except for rows locked by another transaction."""
    over = sa.select(password_tries.c.key).where(password_tries.c.since <= until).with_for_update(skip_locked=True)
    await connection.execute(sa.delete(password_tries).where(password_tries.c.key.in_(over)))

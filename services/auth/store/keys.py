"""The `signing_keys` table. Changes are made under a lock, one process at a time."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.auth.key_schedule import SigningKey
from services.auth.store.schema import signing_keys

LOCK = 0x5E610  # any number, the same in every process of auth


class KeyChange(NamedTuple):
    """Keys to add, and the ids of those to remove."""

    added: Sequence[SigningKey]
    removed: Sequence[str]


class KeyTable:
    """All signing keys: current, previous with unexpired tokens, and next."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[SigningKey]:
        """All keys, by start time."""
        async with self._database.read() as connection:
            return await _all(connection)

    async def change(self, decide: Callable[[Sequence[SigningKey]], KeyChange]) -> Sequence[SigningKey]:
        """Applies the change that `decide` computes from the present keys, under the lock; returns all keys."""
        async with self._database.write() as connection:
            if not self._database.is_sqlite:
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            change = decide(await _all(connection))
            await connection.execute(sa.delete(signing_keys).where(signing_keys.c.id.in_(change.removed)))
            if change.added:
                await connection.execute(sa.insert(signing_keys), [asdict(key) for key in change.added])
            return await _all(connection)


async def _all(connection: AsyncConnection) -> Sequence[SigningKey]:
    rows = await connection.execute(sa.select(signing_keys).order_by(signing_keys.c.signs_from))
    return [SigningKey(**row._mapping) for row in rows]

"""Signing keys. Several processes look at them; one at a time changes them."""

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
    """Every key that signs, signed a moment ago or will sign."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[SigningKey]:
        """Every key, the first to sign first."""
        async with self._database.read() as connection:
            return await _all(connection)

    async def change(self, decide: Callable[[Sequence[SigningKey]], KeyChange]) -> Sequence[SigningKey]:
        """Asks, while no other process changes anything, what to change, and does it; every key afterwards."""
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

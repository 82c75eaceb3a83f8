"""The `api_keys` table. Keys are looked up by digest and never stored in plain text."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from kit.sql import Database
from services.auth.store.schema import api_keys, people

SHOWN = tuple(column for column in api_keys.c if column.name != "digest")


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A stored key, without its digest; `scopes` separated by spaces, times in seconds since 1970."""

    id: UUID
    person_id: UUID
    name: str
    scopes: str
    prefix: str
    created_at: float
    last_used_at: float | None = None


class ApiKeyTable:
    """Reads and writes API keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKeyRow, digest: bytes, most: int) -> bool:
        """Adds a key; False when the user has `most` already, or was deleted."""
        person = sa.select(people.c.id).where(people.c.id == key.person_id).with_for_update()
        count = sa.select(sa.func.count()).select_from(api_keys).where(api_keys.c.person_id == key.person_id)
        values = {column.name: getattr(key, column.name) for column in SHOWN}
        async with self._database.write() as connection:
            if (await connection.execute(person)).first() is None or (await connection.scalar(count) or 0) >= most:
                return False
            await connection.execute(sa.insert(api_keys).values(digest=digest, **values))
        return True

    async def of(self, person: UUID) -> Sequence[ApiKeyRow]:
        """A user's keys, newest first."""
        order = (api_keys.c.created_at.desc(), api_keys.c.id.desc())
        statement = sa.select(*SHOWN).where(api_keys.c.person_id == person).order_by(*order)
        async with self._database.read() as connection:
            return [ApiKeyRow(**row._mapping) for row in await connection.execute(statement)]

    async def remove(self, person: UUID, key: UUID) -> bool:
        """Deletes a key; False when the user has none with this id."""
        mine = sa.and_(api_keys.c.id == key, api_keys.c.person_id == person)
        async with self._database.write() as connection:
            return (await connection.execute(sa.delete(api_keys).where(mine))).rowcount > 0

    async def by_digest(self, digest: bytes) -> ApiKeyRow | None:
        """The key with this digest."""
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(*SHOWN).where(api_keys.c.digest == digest))).first()
        return ApiKeyRow(**row._mapping) if row else None

    async def by_id(self, key: UUID) -> ApiKeyRow | None:
        """The key with this id."""
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(*SHOWN).where(api_keys.c.id == key))).first()
        return ApiKeyRow(**row._mapping) if row else None

    async def used(self, key: UUID, now: float) -> None:
        """Stores the time of last use of a key."""
        async with self._database.write() as connection:
            await connection.execute(sa.update(api_keys).where(api_keys.c.id == key).values(last_used_at=now))

"""The `people` table: locks the rows of a person and keeps deleted accounts from coming back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import jobs
from kit.errors import Unauthorized
from kit.sql import Database
from kit.wire.events import Event, EventType
from services.report.store.schema import OF_A_PERSON, offsets, people

AUTH = "auth"
GRAVE = timedelta(days=1)
"""How long the row of a deleted account is kept: the last access token expires after 15 minutes."""


class PeopleTable:
    """The consumer of auth's account deletions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offset(self) -> int:
        """The offset in auth's outbox: the number of the last applied event."""
        async with self._database.read() as connection:
            return await connection.scalar(sa.select(offsets.c.after).where(offsets.c.feed == AUTH)) or 0

    async def check(self, person: UUID) -> None:
        """Unauthorized when the account was deleted."""
        async with self._database.read() as connection:
            if await connection.scalar(sa.select(people.c.deleted_at).where(people.c.person == person)) is not None:
                raise _gone()

    async def apply(self, events: Sequence[Event], after: int) -> None:
        """Applies a page of auth's events and stores the offset, in one transaction; idempotent."""
        async with self._database.write() as connection:
            done = await _hold_cursor(connection)
            gone = {event.subject for event in events if event.kind is EventType.PERSON_DELETED and event.number > done}
            if gone:
                await _delete_people(connection, sorted(gone))
            await connection.execute(sa.update(offsets).where(offsets.c.feed == AUTH).values(after=max(done, after)))
        if gone:
            await self._database.forget()


async def hold(connection: AsyncConnection, person: UUID) -> None:
    """Locks the person's row until the transaction ends; Unauthorized when the account was deleted."""
    new = insert_for(connection, people)
    taken = new.on_conflict_do_update(index_elements=["person"], set_={"deleted_at": people.c.deleted_at})
    row = await connection.execute(taken.values(person=person).returning(people.c.deleted_at))
    if row.scalar_one() is not None:
        raise _gone()


def insert_for(connection: AsyncConnection, table: sa.Table) -> Any:
    """An INSERT with ON CONFLICT support, in the connection's SQL dialect."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


async def _hold_cursor(connection: AsyncConnection) -> int:
    """Locks the offset in auth's outbox, so that consumer processes do not interleave, and returns it."""
    new = insert_for(connection, offsets).values(feed=AUTH, after=0)
    taken = new.on_conflict_do_update(index_elements=["feed"], set_={"after": offsets.c.after})
    return int((await connection.execute(taken.returning(offsets.c.after))).scalar_one())


async def _delete_people(connection: AsyncConnection, gone: Sequence[UUID]) -> None:
    """Deletes all data of these people; an empty row stays for GRAVE, so that late writes do not recreate them."""
    now = datetime.now(UTC)
    await connection.execute(sa.delete(people).where(people.c.deleted_at < now - GRAVE))
    dead = insert_for(connection, people)
    marked = dead.on_conflict_do_update(index_elements=["person"], set_={"deleted_at": now})
    await connection.execute(marked, [{"person": person, "deleted_at": now} for person in gone])
    for table in OF_A_PERSON:
        await connection.execute(sa.delete(table).where(table.c.person.in_(gone)))
    await jobs.delete_of(connection, gone)


def _gone() -> Unauthorized:
    return Unauthorized("this account was deleted: sign up at /v1/auth/signup for a new one")

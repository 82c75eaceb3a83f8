"""Tests of what saves round trips to PostgreSQL: reads without a transaction, one statement for an outbox event."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import sqlalchemy as sa

from kit import outbox
from kit.sql import Database
from kit.wire.events import EventType

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    made = Database(postgres_url)
    async with made.write() as connection:
        await connection.run_sync(outbox.events.create)
    yield made
    await made.close()


async def test_a_read_holds_no_transaction_and_sees_the_latest_commit(database: Database) -> None:
    state = sa.text("SELECT state FROM pg_stat_activity WHERE pid = :pid")
    async with database.read() as reader:
        pid = await reader.scalar(sa.text("SELECT pg_backend_pid()"))
        async with database.read() as other:
            assert await other.scalar(state, {"pid": pid}) == "idle"
        assert (await reader.scalar(sa.select(sa.func.count()).select_from(outbox.events))) == 0
        async with database.write() as writer:
            await outbox.append(writer, EventType.TASTE_CHANGED, [uuid4()])
        assert (await reader.scalar(sa.select(sa.func.count()).select_from(outbox.events))) == 1


async def test_a_write_is_still_one_transaction(database: Database) -> None:
    async def failing() -> None:
        async with database.write() as writer:
            await outbox.append(writer, EventType.TASTE_CHANGED, [uuid4()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert (await outbox.read(database, 0)).items == []


async def test_the_number_of_an_event_is_drawn_under_the_lock(database: Database) -> None:
    """A second writer waits: its number is above all of the first one's, so no reader passes one by."""
    first, waiting, third = uuid4(), uuid4(), uuid4()

    async def second() -> None:
        async with database.write() as connection:
            await outbox.append(connection, EventType.TASTE_CHANGED, [waiting])

    async with database.write() as connection:
        await outbox.append(connection, EventType.TASTE_CHANGED, [first])
        task = asyncio.create_task(second())
        await asyncio.sleep(0.3)
        assert not task.done()
        await outbox.append(connection, EventType.TASTE_CHANGED, [third])
    await task
    assert [event.subject for event in (await outbox.read(database, 0)).items] == [first, third, waiting]

"""Writers on one SQLite database take turns in the order in which they came."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from kit.errors import StorageUnavailable
from kit.sql import Database
from kit.sql_turn import WriteTurn

pytestmark = pytest.mark.anyio


async def test_who_has_waited_longest_is_next(tmp_path: Path) -> None:
    """SQLite's own wait looks every 100 ms after a third of a second, and every few ms at its beginning."""
    database, served = Database(f"sqlite:///{tmp_path}/turns.db"), list[str]()

    async def write(name: str) -> None:
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE IF NOT EXISTS turns (name TEXT)"))
            served.append(name)

    async with database.write() as connection:
        await connection.execute(text("SELECT 1"))
        early = asyncio.create_task(write("early"))
        await asyncio.sleep(0.35)
        late = asyncio.create_task(write("late"))
        await asyncio.sleep(0.01)
    await asyncio.gather(early, late)
    await database.close()
    assert served == ["early", "late"]


async def test_a_failed_write_ends_its_turn(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/turns.db")
    with pytest.raises(ZeroDivisionError):
        async with database.write():
            raise ZeroDivisionError
    async with asyncio.timeout(5), database.write() as connection:
        await connection.execute(text("CREATE TABLE turns (number INTEGER)"))
    await database.close()


async def test_who_waits_too_long_is_told_that_the_storage_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/turns.db")
    database._turn = WriteTurn(0.05)
    async with database.write():
        with pytest.raises(StorageUnavailable):
            async with database.write():
                pass
    await database.close()

"""Tests of Database.peek: synchronous reads that see the latest commit and cannot write."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kit.errors import StorageUnavailable
from kit.sql import Database

pytestmark = pytest.mark.anyio
QUERY = "SELECT value FROM things WHERE id = ?"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/odd ?#%20 name.db")
    async with opened.write() as connection:
        await connection.execute(sa.text("CREATE TABLE things (id INTEGER PRIMARY KEY, value TEXT)"))
    yield opened
    await opened.close()


async def put(database: Database, value: str) -> None:
    async with database.write() as connection:
        await connection.execute(sa.text("INSERT OR REPLACE INTO things VALUES (1, :value)"), {"value": value})


def delete(database: Database) -> None:
    Path(str(database.url.database)).unlink()


async def test_a_peek_sees_the_last_commit_of_any_process(database: Database) -> None:
    other = Database(database.url.render_as_string())
    assert database.peek(QUERY, 1) is None
    for value in ("a", "b", "c"):
        await put(other, value)
        assert database.peek(QUERY, 1) == (value,)
    await other.close()
    assert database.peek(QUERY, 2) is None


async def test_a_peek_neither_waits_for_writers_nor_sees_uncommitted_data(database: Database) -> None:
    await put(database, "before")
    async with database.write() as connection:
        await connection.execute(sa.text("UPDATE things SET value = 'after'"))
        assert database.peek(QUERY, 1) == ("before",)
    assert database.peek(QUERY, 1) == ("after",)


async def test_a_peek_blocks_no_writer_and_no_checkpoint(database: Database) -> None:
    await put(database, "a")
    database.peek(QUERY, 1)
    await put(database, "b")
    async with database.read() as connection:
        busy = (await connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()[0]
    assert busy == 0


async def test_a_peek_cannot_write(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.peek("DELETE FROM things")


async def test_background_work_looks_before_it_reads(database: Database) -> None:
    assert not database.may_hold(QUERY, 1)
    await put(database, "a")
    assert database.may_hold(QUERY, 1)
    assert database.may_hold("SELECT 1 FROM nothing_of_the_kind"), "the read that follows says what is wrong"
    assert Database("postgresql://nobody@127.0.0.1:1/none").may_hold(QUERY, 1)
    delete(database)
    with pytest.raises(StorageUnavailable):
        database.may_hold(QUERY, 1)


async def test_a_closed_database_reopens_on_the_next_read(database: Database) -> None:
    await put(database, "a")
    assert database.peek(QUERY, 1) == ("a",)
    await database.close()
    assert database.peek(QUERY, 1) == ("a",)

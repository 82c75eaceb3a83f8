"""Tests of the time limit for one statement: a query that runs away ends, and the connection goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kit.errors import StorageUnavailable
from kit.sql import Database

pytestmark = pytest.mark.anyio
ENDLESS = sa.text("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
LONG = sa.text("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT count(*) FROM n")
LIMIT_S = 0.1


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'some.db'}"
    server: str = request.getfixturevalue("postgres_url")
    return server


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url, pool_size=1, limit_s=LIMIT_S)
    yield opened
    await opened.close()


async def test_a_query_that_runs_away_is_ended_and_the_next_one_answered(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(StorageUnavailable, match="took too long"):
            async with database.read() as connection:
                await connection.scalar(ENDLESS)
        async with database.read() as connection:
            assert await connection.scalar(sa.text("SELECT 7")) == 7


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_write_of_sqlite_may_take_longer(database: Database) -> None:
    async with database.write() as connection:
        assert await connection.scalar(LONG) == 1_000_000

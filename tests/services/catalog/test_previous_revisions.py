"""Catalog's newest migrations on a database that the revision before them filled, on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from kit.ids import encode
from kit.sql import Database
from services.catalog import migrations
from services.catalog.store import Store

pytestmark = pytest.mark.anyio
SCRIPTS = Path(migrations.__file__).parent
TRACK, ANN, IMPORT = uuid4(), uuid4(), uuid4()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/catalog.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    yield opened
    await opened.close()


async def moved(database: Database, revision: str, *, down: bool = False) -> None:
    def move(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)

    async with database.write() as connection:
        await connection.run_sync(move)


def of(value: UUID) -> sa.BindParameter[UUID]:
    """An id as every revision stores it; SQLite's reflection knows no UUID."""
    return sa.literal(value, sa.Uuid())


def rows_of_0016(connection: Connection) -> None:
    """A track that an import added, the import, and weekly lists, in the columns of that revision."""
    found = sa.MetaData()
    found.reflect(connection, only=["tracks", "imports", "weekly_lists"])
    track: dict[str, Any] = {"id": of(TRACK), "title": "Halo", "artists": [], "genres": [], "external_ids": {}}
    track |= {"in_release": "unknown", "provenance": "import", "title_key": "halo", "artist_key": "", "plain_key": ""}
    moment = sa.func.current_timestamp()
    bring = {"id": of(IMPORT), "person": of(ANN), "name": "h.json", "size": 1, "received": 1, "complete": True}
    lists = {"person": of(ANN), "lists": {}, "made_at": moment, "release": "r1"}
    for table, values in (("tracks", track), ("imports", bring | {"created_at": moment}), ("weekly_lists", lists)):
        connection.execute(sa.insert(found.tables[table]).values(values))


async def values(database: Database, *statements: str) -> list[Any]:
    async with database.read() as connection:
        return [await connection.scalar(sa.text(statement)) for statement in statements]


async def test_what_0016_held_is_kept_and_shared(database: Database, url: str) -> None:
    await moved(database, "0016")
    async with database.write() as connection:
        await connection.run_sync(rows_of_0016)
    await moved(database, "head")
    counts = ("tracks WHERE owner IS NULL", "added_tracks", "imports WHERE NOT add_unknown", "earlier_weeks")
    assert await values(database, *(f"SELECT count(*) FROM {which}" for which in counts)) == [1, 0, 1, 0]
    store = Store(url)
    await store.migrate()
    assert set(await store.tracks.find([encode(TRACK)])) == {encode(TRACK)}, "nobody's own: everybody reads it"
    assert await store.weekly.earlier(ANN) == []
    await store.close()


async def test_going_back_takes_own_tracks_with_it_and_forward_again_works(database: Database) -> None:
    await moved(database, "0016")
    async with database.write() as connection:
        await connection.run_sync(rows_of_0016)
    await moved(database, "head")
    async with database.write() as connection:
        await connection.execute(sa.text("UPDATE tracks SET owner = id"))
    await moved(database, "0016", down=True)
    assert await values(database, "SELECT count(*) FROM tracks", "SELECT count(*) FROM imports") == [0, 1]
    await moved(database, "head")
    assert await values(database, "SELECT version_num FROM alembic_version") == [
        max(file.name.partition("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*.py"))
    ]

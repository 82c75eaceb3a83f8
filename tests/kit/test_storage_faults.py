"""Tests of storage failures (full, read-only or missing disk): 503, readiness, deleted data."""

import resource
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx2
import pytest
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request

from kit.app import Check, create_service
from kit.errors import StorageUnavailable
from kit.sql import Database

pytestmark = pytest.mark.anyio
NAME = "ada.lovelace@example.org"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'some.db'}", pool_size=1)
    async with opened.write() as connection:
        await connection.execute(sa.text("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)"))
    yield opened
    await opened.close()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue("postgres_url")
    return url


async def add(database: Database, name: str) -> None:
    async with database.write() as connection:
        await connection.execute(sa.text("INSERT INTO people (name) VALUES (:name)"), {"name": name})


async def fill(database: Database) -> None:
    """SQLite itself refuses to grow the file further, in the way it does on a full disk."""
    async with database.read() as connection:
        pages = int(await connection.scalar(sa.text("PRAGMA page_count")) or 0)
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


async def test_a_full_disk_is_storage_unavailable_and_reads_go_on(database: Database) -> None:
    await add(database, "Ada")
    await fill(database)
    with pytest.raises(StorageUnavailable) as raised:
        await add(database, "x" * 100_000)
    assert raised.value.extra["retry_after_s"] > 0
    async with database.read() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM people")) == 1


async def test_a_full_disk_is_503_and_keeps_the_connection_open(database: Database) -> None:
    router = APIRouter()

    @router.post("/people")
    async def post(request: Request) -> None:
        await add(database, (await request.body()).decode())

    async with client_of(router) as client:
        await fill(database)
        answer = await client.post("/people", content="x" * 100_000)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert int(answer.headers["retry-after"]) > 0


async def test_other_sql_errors_are_not_storage_unavailable(database: Database) -> None:
    with pytest.raises(sa.exc.OperationalError, match="no such table"):
        async with database.read() as connection:
            await connection.execute(sa.text("SELECT 1 FROM nowhere"))


async def test_readiness_writes_to_the_database_file(database: Database, tmp_path: Path) -> None:
    assert await database.ping() == "ok"
    (tmp_path / "some.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(StorageUnavailable, match="is gone"):
        await database.ping()


@pytest.mark.parametrize("what", ["removed", "replaced"])
async def test_nothing_is_written_to_a_deleted_or_replaced_database_file(
    database: Database, tmp_path: Path, what: str
) -> None:
    """The connection would go on writing to it, and everything said 200 to would be gone at the next start."""
    await add(database, "Ada")
    (tmp_path / "some.db").unlink()
    if what == "replaced":
        (tmp_path / "some.db").touch()
    with pytest.raises(StorageUnavailable, match="put it back"):
        await add(database, "Ben")
    with pytest.raises(StorageUnavailable, match="put it back"):
        await database.ping()
    assert (what == "removed") is not (tmp_path / "some.db").exists()


async def test_a_file_on_a_full_disk_is_storage_unavailable(database: Database, tmp_path: Path) -> None:
    """The limit of a file's size stands for the disk: the system itself refuses the write."""
    await add(database, "Ada")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    written = (tmp_path / "some.db-wal").stat().st_size
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (written, hard))
        with pytest.raises(StorageUnavailable):
            await add(database, "x" * 100_000)
        with pytest.raises(StorageUnavailable):
            await database.ping()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await add(database, "Ben")
    assert await database.ping() == "ok"


async def test_a_postgresql_that_takes_no_writes_is_not_ready_and_answers_503(server: str) -> None:
    opened = Database(server)
    async with opened.write() as connection:
        await connection.execute(sa.text("CREATE TABLE people (id SERIAL PRIMARY KEY, name TEXT)"))
        name = await connection.scalar(sa.text("SELECT current_database()"))
        await connection.execute(sa.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    await opened.close()
    with pytest.raises(StorageUnavailable, match="takes no writes"):
        await opened.ping()
    with pytest.raises(StorageUnavailable):
        await add(opened, "Ada")
    await opened.close()


async def test_an_unreachable_database_server_is_storage_unavailable() -> None:
    away = Database("postgresql://nobody@host.invalid/nothing")
    with pytest.raises(StorageUnavailable):
        await away.ping()
    await away.close()


async def test_a_hanging_check_fails_readiness_after_its_timeout() -> None:
    async def never() -> str:
        await anyio.sleep(600)
        return "ok"

    async with client_of(APIRouter(), {"database": never}) as client:
        answer = await client.get("/health/ready", timeout=30)
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"].startswith("failed: no answer within")


async def test_readiness_fails_for_a_read_only_database_file(database: Database) -> None:
    async with database.read() as connection:
        await connection.exec_driver_sql("PRAGMA query_only = ON")  # one connection in the pool: ping gets this one
    with pytest.raises(StorageUnavailable):
        await database.ping()


async def test_a_concurrent_writer_does_not_fail_readiness(database: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'some.db'}")
    async with other.write() as connection:
        await connection.execute(sa.text("INSERT INTO people (name) VALUES ('Ada')"))
        assert await database.ping() == "ok"
    await other.close()


async def test_deleted_data_is_removed_from_the_database_files(database: Database, tmp_path: Path) -> None:
    await add(database, NAME)
    await database.forget()
    assert NAME.encode() in (tmp_path / "some.db").read_bytes()
    async with database.write() as connection:
        await connection.execute(sa.text("DELETE FROM people"))
    await database.forget()
    for file in ("some.db", "some.db-wal", "some.db-shm"):
        assert NAME.encode() not in (tmp_path / file).read_bytes(), file


async def test_an_unexpected_exception_is_500_and_does_not_leave_the_app() -> None:
    """An exception that leaves the app makes the server close a connection that other callers share."""
    router = APIRouter()

    @router.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a fault of ours")

    async with client_of(router) as client:  # its transport raises what leaves the app
        answer = await client.get("/broken", headers={"x-request-id": "abc"})
        assert (answer.status_code, answer.json()["code"], answer.headers["x-request-id"]) == (500, "internal", "abc")
        assert (await client.get("/health/live")).status_code == 200


@asynccontextmanager
async def client_of(router: APIRouter, checks: Mapping[str, Check] | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield

    app = create_service("test", routers=[router], lifespan=lifespan, checks=checks)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield client

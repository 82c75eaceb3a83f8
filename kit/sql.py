"""SQL database access: SQLite in a file (embedded) or PostgreSQL, chosen by URL. Opens, migrates, reads, writes.

SQLite has one writer at a time and any number of concurrent readers (write-ahead log). Every write transaction starts
with BEGIN IMMEDIATE: one that starts as a read and then writes cannot wait for the lock, it fails. Reads run without
a transaction on both; each statement sees the latest commit. On PostgreSQL that saves each read the round trips of
BEGIN and ROLLBACK, half of what it costs (bench/library.py --postgres).
"""

import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, DateTime, TypeDecorator, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kit import log, migrations
from kit.errors import StorageUnavailable
from kit.sql_limit import NO_SETTINGS, STATEMENT_LIMIT_S, TOO_LONG, Settings, limit_statements, was_ended
from kit.sql_peek import Peeks
from kit.sql_turn import WriteTurn

BUSY_TIMEOUT_MS = 10_000
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # safe with WAL: a power cut may lose the last commits, never the file
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten with zeros, not left in free pages
    "PRAGMA cache_size = -16384",  # KiB for each connection; with 65536 an import of a person took 180 MB more
)
SQLITE_MESSAGES = (
    "database or disk is full",
    "disk i/o error",
    "readonly database",
    "unable to open database file",
    "database is locked",
    "database disk image is malformed",
)
SQLSTATES = ("08", "53", "57P", "58", "25006")  # connection, resources (53100 disk full), shutdown, system, read-only
TO_DO = "the database cannot be read or written: look at the disk it is on (full, read-only?) and at the server's log"
RETRY_AFTER_S = 5
POOL_TIMEOUT_S = 5.0  # callers give up after 2 to 10 s: a longer wait takes connections from those who still wait
MIGRATION_LOCK = 0x5E60E  # any number, the same in every process of Segue
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Database:
    """Connections to one database. Nothing is opened before the first read, write or migrate. `settings` are those of
    each connection to PostgreSQL; SQLite has none."""

    def __init__(
        self, url: str, *, pool_size: int = 5, limit_s: float = STATEMENT_LIMIT_S, settings: Settings = NO_SETTINGS
    ) -> None:
        self.url = _with_driver(url)
        self.engine: AsyncEngine = create_async_engine(
            self.url, json_serializer=_json, json_deserializer=orjson.loads, hide_parameters=True,
            pool_size=pool_size, pool_timeout=POOL_TIMEOUT_S,
        )  # fmt: skip
        self._reading = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        limit_statements(self.engine, limit_s, settings)
        waits = WriteTurn(BUSY_TIMEOUT_MS / 1000)
        self._turn: AbstractAsyncContextManager[None] = waits if self.is_sqlite else nullcontext()
        self._peeks = Peeks(self.url.database or "")
        self._file: tuple[int, int] | None = None  # device and inode of what we opened

    @property
    def is_sqlite(self) -> bool:
        """True for SQLite (the embedded mode)."""
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for SELECT statements; StorageUnavailable when the database cannot be reached."""
        self._check_file()
        with explained():
            async with self._reading.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed at the end of the block, rolled back when it raises; StorageUnavailable."""
        self._check_file()
        with explained():
            async with self._turn, self.engine.connect() as connection:
                await connection.execution_options(segue_write=True)
                async with connection.begin():
                    yield connection

    def peek(self, statement: str, *values: Any) -> Any:
        """SQLite only: the first row of a lookup by primary key, synchronously, or None (kit/sql_peek.py)."""
        return self._peeks.first(statement, values)

    def may_hold(self, statement: str, *values: Any) -> bool:
        """Whether a lookup by `peek` finds a row; True on PostgreSQL, and where a read that follows will say what is
        wrong. For background work that looks every second and mostly finds nothing. StorageUnavailable as `read`."""
        if not self.is_sqlite:
            return True
        self._check_file()
        try:
            return self.peek(statement, *values) is not None
        except sqlite3.Error:
            return True

    async def migrate(self, scripts: Path) -> None:
        """Upgrades the schema to the newest revision in the Alembic folder `scripts`, under a lock."""
        if self.is_sqlite and self.url.database:
            _make_file(Path(self.url.database))
        async with self.write() as connection:
            if not self.is_sqlite:
                await connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.run_sync(migrations.upgrade, scripts)

    async def ping(self) -> str:
        """Readiness check: "ok" when the database responds and, for SQLite, its file exists and is writable."""
        if not self.is_sqlite:
            async with self.read() as connection:
                if await connection.scalar(text("SHOW transaction_read_only")) == "on":
                    raise StorageUnavailable("the database takes no writes: is its server a standby, or set read-only?")
            return "ok"
        await self._touch()
        return "ok"

    def _check_file(self) -> None:
        """StorageUnavailable when the SQLite file in use was deleted or replaced.

        Connections would go on writing to the unlinked file, and the data would be lost at the next start. 2 us.
        """
        if not self.is_sqlite or self.url.database in (None, "", ":memory:"):
            return
        found = _identity(str(self.url.database))
        if self._file is None:
            self._file = found
        elif found != self._file:
            log.get("sql").error("database file is gone or replaced", file=self.url.database)
            detail = "the database file is gone, or was replaced while in use: put it back, then start Segue again"
            raise StorageUnavailable(detail, retry_after_s=RETRY_AFTER_S)

    async def _touch(self) -> None:
        """Writes the file's header as a test; a lock held by another writer also proves that the file is writable."""
        async with self.read() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                version = await connection.scalar(text("PRAGMA user_version"))
                await connection.exec_driver_sql(f"PRAGMA user_version = {int(version or 0)}")
            except OperationalError as error:
                if "locked" not in str(error.orig):
                    raise
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")

    async def forget(self) -> None:
        """Truncates SQLite's write-ahead log, so that deleted data is gone; has no effect while others read."""
        if self.is_sqlite:
            async with self.read() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """Closes every connection."""
        self._peeks.close()
        await self.engine.dispose()


@contextmanager
def explained() -> Iterator[None]:
    """Converts errors of a full disk, a missing or read-only file or an unreachable server to StorageUnavailable."""
    try:
        yield
    except DBAPIError as error:  # also for asyncpg's own errors, such as a full disk
        ended = was_ended(str(error.orig))
        if not ended and not _is_storage(error):
            raise
        log.get("sql").error("storage unavailable", reason=str(error.orig))
        raise StorageUnavailable(TOO_LONG if ended else TO_DO, retry_after_s=RETRY_AFTER_S) from error
    except (OSError, PoolTimeout) as error:
        log.get("sql").error("storage unavailable", reason=str(error))
        raise StorageUnavailable(TO_DO, retry_after_s=RETRY_AFTER_S) from error


def _is_storage(error: DBAPIError) -> bool:
    message = str(error.orig).lower()
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None) or ""
    known = any(text in message for text in SQLITE_MESSAGES)
    return error.connection_invalidated or str(code).startswith(SQLSTATES) or known


def _identity(path: str) -> tuple[int, int] | None:
    with suppress(OSError):
        found = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, and every request waits for it
        return found.st_dev, found.st_ino
    return None


def _make_file(path: Path) -> None:
    """Creates the file with mode 0600, because it may hold e-mail addresses; SQLite copies it to -wal and -shm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _with_driver(url: str) -> URL:
    parsed = make_url(url)
    return parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _prepare_sqlite(dbapi: Any, _record: Any) -> None:
    dbapi.isolation_level = None  # the driver begins nothing by itself; see _begin_sqlite
    cursor = dbapi.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("segue_write"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Moment(TypeDecorator[datetime]):
    """UTC timestamp column type; converts to and from UTC, because SQLite stores no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Converts to UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Adds UTC to values that SQLite returns without a time zone."""
        return value.replace(tzinfo=UTC) if value and not value.tzinfo else value

"""A time limit for one statement: a query that ran away is ended, and its caller gets an error that says so.

Callers give up after seconds, but SQLite's thread and PostgreSQL's process go on; every retry then adds another one,
until nothing else is served. Write transactions of SQLite and migrations have no limit.
"""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

STATEMENT_LIMIT_S = 30.0
STEPS = 100_000
"""Instructions of SQLite's virtual machine between two looks at the clock: about a millisecond."""
TOO_LONG = "the database ended a query that took too long: try again later, and tell the operator if it stays so"
Settings = Mapping[str, str]
NO_SETTINGS: Settings = MappingProxyType({})
ENDED = ("interrupted", "statement timeout")


class _Deadline:
    """When the statement that runs on one connection has to end; infinite while there is none."""

    def __init__(self) -> None:
        self.at = float("inf")

    def passed(self) -> bool:
        """True once the statement's time is over; SQLite then interrupts it."""
        return time.monotonic() > self.at


def limit_statements(engine: AsyncEngine, limit_s: float, settings: Settings = NO_SETTINGS) -> None:
    """Ends each statement on an engine's connections after `limit_s` seconds; costs SQLite about 1 us a statement.

    `settings` are further ones of each connection to PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _watch)
        event.listen(engine.sync_engine, "before_cursor_execute", _clock(limit_s))
    else:
        limit = {"statement_timeout": f"{limit_s * 1000:.0f}"}
        event.listen(engine.sync_engine, "connect", _server_settings(limit | dict(settings)))


def was_ended(message: str) -> bool:
    """Whether a driver's message says that a statement took too long."""
    return any(part in message for part in ENDED)


def _watch(dbapi: Any, record: Any) -> None:
    deadline = record.info["deadline"] = _Deadline()
    dbapi.run_async(lambda connection: connection.set_progress_handler(deadline.passed, STEPS))


def _clock(limit_s: float) -> Any:
    def started(connection: Any, *_: Any) -> None:
        writes = connection.get_execution_options().get("segue_write")
        connection.info["deadline"].at = float("inf") if writes else time.monotonic() + limit_s

    return started


def _server_settings(settings: Settings) -> Any:
    def connected(dbapi: Any, _record: Any) -> None:
        cursor = dbapi.cursor()
        for name, value in settings.items():
            cursor.execute(f"SET {name} = {value}")
        cursor.close()
        dbapi.commit()  # a rollback would take the settings back

    return connected

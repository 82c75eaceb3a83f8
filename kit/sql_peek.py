"""Synchronous lookups in an SQLite database.

5 us, where a read through aiosqlite's thread takes 330. A lookup blocks the event loop for that long and no longer:
with write-ahead logging a reader waits for no writer, and every lookup sees the last commit of any process.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

TIMEOUT_S = 1.0


class Peeks:
    """One connection that only reads, opened by the first lookup."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None

    def first(self, statement: str, values: Sequence[Any]) -> Any:
        """The first row, or None."""
        if self._connection is None:
            self._connection = sqlite3.connect(self._file, timeout=TIMEOUT_S, isolation_level=None)
            self._connection.execute("PRAGMA query_only = ON")
        rows = self._connection.execute(statement, values).fetchall()  # all: an open statement would hold a snapshot
        return rows[0] if rows else None

    def close(self) -> None:
        """Closes it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

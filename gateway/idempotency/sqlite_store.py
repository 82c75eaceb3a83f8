"""ResponseStore in an SQLite file, shared by the gateway's processes on one machine and there after a restart.

Each call takes 0.1 to 0.3 ms in a thread. Where the folder cannot be written, answers are kept in memory.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeVar

from gateway.idempotency.stored_response import (
    BODIES_SHARE,
    ENTRY_BYTES,
    KEPT_S,
    MOST_BYTES,
    MOST_KEYS,
    Claim,
    Entry,
    Full,
    Packed,
)
from kit import log
from kit.event_consumer import FROM_NOW_ON

T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
  owner TEXT NOT NULL, name TEXT NOT NULL, holder TEXT NOT NULL, fingerprint TEXT NOT NULL, answer BLOB,
  at REAL NOT NULL, ends REAL NOT NULL,
  PRIMARY KEY (owner, name)
);
CREATE INDEX IF NOT EXISTS answers_ends ON answers (ends);
CREATE TABLE IF NOT EXISTS held (bytes INTEGER NOT NULL);
INSERT INTO held SELECT
  (SELECT coalesce(sum(length(answer) + ENTRY_BYTES), 0) FROM answers WHERE answer IS NOT NULL)
  WHERE NOT EXISTS (SELECT 1 FROM held);
CREATE TRIGGER IF NOT EXISTS answer_stored AFTER UPDATE OF answer ON answers WHEN new.answer IS NOT NULL
  BEGIN UPDATE held SET bytes = bytes + length(new.answer) + ENTRY_BYTES; END;
CREATE TRIGGER IF NOT EXISTS answer_gone AFTER DELETE ON answers WHEN old.answer IS NOT NULL
  BEGIN UPDATE held SET bytes = bytes - length(old.answer) - ENTRY_BYTES; END;
CREATE TABLE IF NOT EXISTS followed (number INTEGER NOT NULL);
""".replace("ENTRY_BYTES", str(ENTRY_BYTES))
PRAGMAS = (
    "PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;"
)
# The last three parameters are a claim.
RENEW = "UPDATE answers SET ends = ? WHERE owner = ? AND name = ? AND holder = ? AND answer IS NULL"
FINISH = "UPDATE answers SET answer = ?, ends = ? WHERE owner = ? AND name = ? AND holder = ? AND answer IS NULL"
RELEASE = "DELETE FROM answers WHERE owner = ? AND name = ? AND holder = ? AND answer IS NULL"
BEYOND = """
DELETE FROM answers WHERE owner = :owner AND name IN (
  SELECT name FROM (
    SELECT name, row_number() OVER latest AS number, sum(coalesce(length(answer), 0)) OVER latest AS bytes
    FROM answers WHERE owner = :owner WINDOW latest AS (ORDER BY at DESC, name)
  ) WHERE number > :keys OR (bytes > :bytes AND number > 1)
)
"""


class SqliteResponseStore:
    """See ResponseStore. Nothing is opened before the first call."""

    def __init__(self, file: Path, most_bytes: int, clock: Callable[[], float] = time.time) -> None:
        self._file, self._most_bytes = file, most_bytes
        self._clock = clock
        self._lock = Lock()
        self._opened: sqlite3.Connection | None = None

    async def claim(self, claim: Claim, fingerprint: str, lease_s: float) -> Entry | None:
        """See ResponseStore."""
        return await self._run(lambda to: self._claim(to, claim, fingerprint, lease_s))

    def _claim(self, to: sqlite3.Connection, claim: Claim, fingerprint: str, lease_s: float) -> Entry | None:
        now = self._clock()
        to.execute("DELETE FROM answers WHERE ends <= ?", (now,))
        held = to.execute("SELECT fingerprint, answer FROM answers WHERE owner = ? AND name = ?", claim[:2])
        if row := held.fetchone():
            return Entry(*row)
        if _held(to) >= self._most_bytes:
            raise Full("all people together have as many stored answers as SEGUE_GATEWAY_ANSWERS_MOST_MB allows")
        to.execute("INSERT INTO answers VALUES (?, ?, ?, ?, NULL, ?, ?)", (*claim, fingerprint, now, now + lease_s))
        return None

    async def renew(self, claim: Claim, lease_s: float) -> None:
        """See ResponseStore."""
        await self._run(lambda to: to.execute(RENEW, (self._clock() + lease_s, *claim)))

    async def finish(self, claim: Claim, response: Packed) -> bool:
        """See ResponseStore."""
        return await self._run(lambda to: self._finish(to, claim, response))

    def _finish(self, to: sqlite3.Connection, claim: Claim, response: Packed) -> bool:
        fits = _held(to) + len(response.whole) + ENTRY_BYTES <= BODIES_SHARE * self._most_bytes
        to.execute(FINISH, (response.whole if fits else response.short, self._clock() + KEPT_S, *claim))
        to.execute(BEYOND, {"owner": claim.owner, "keys": MOST_KEYS, "bytes": MOST_BYTES})
        return fits

    async def release(self, claim: Claim) -> None:
        """See ResponseStore."""
        await self._run(lambda to: to.execute(RELEASE, claim))

    async def forget(self, owner: str) -> None:
        """See ResponseStore. What was deleted leaves the write-ahead log too."""
        await self._run(lambda to: to.execute("DELETE FROM answers WHERE owner = ?", (owner,)))
        await asyncio.to_thread(self._truncate)

    async def offset(self) -> int:
        """See ResponseStore; from now on where nothing was ever stored, so that a look opens no file."""
        if self._opened is None and not self._file.exists():
            return FROM_NOW_ON
        number: int = await self._run(
            lambda to: to.execute("SELECT coalesce(max(number), 0) FROM followed").fetchone()[0]
        )
        return number

    async def store_offset(self, number: int) -> None:
        """See ResponseStore."""

        def stored(to: sqlite3.Connection) -> None:
            to.execute("DELETE FROM followed")
            to.execute("INSERT INTO followed VALUES (?)", (number,))

        await self._run(stored)

    def _truncate(self) -> None:
        with self._lock:
            self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def aclose(self) -> None:
        """See ResponseStore."""
        if self._opened:
            self._opened.close()
            self._opened = None

    async def _run(self, do: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(self._in_transaction, do)

    def _in_transaction(self, do: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock, _transaction(self._connection()) as to:
            return do(to)

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._opened = _open(str(self._file))
                self._file.chmod(0o600)
            except (OSError, sqlite3.Error) as error:
                log.get("idempotency").warning("answers are kept in memory", file=str(self._file), reason=str(error))
                self._opened = _open(":memory:")
        return self._opened


def _held(connection: sqlite3.Connection) -> int:
    """Bytes of all answers."""
    size: int = connection.execute("SELECT bytes FROM held").fetchone()[0]
    return size


def _open(file: str) -> sqlite3.Connection:
    opened = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    opened.executescript(PRAGMAS + SCHEMA)
    return opened


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")

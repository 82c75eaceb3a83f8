"""Copies of SQLite databases in use, by SQLite's online backup API."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from kit.durable_files import sync_directory
from pipelines.backup.archive import BackupError, copy_private
from pipelines.folders import sync_file


def copy(database: Path, target: Path) -> None:
    """Writes a copy of one moment; services go on reading and writing. BackupError when its check fails."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(database, timeout=30)) as held, closing(sqlite3.connect(target)) as made:
        held.backup(made)  # all pages in one step: one read transaction, so no writer restarts it
        made.execute("PRAGMA journal_mode = DELETE")
        [result] = made.execute("PRAGMA integrity_check").fetchone()
    if result != "ok":
        raise BackupError(f"the copy of {database} is damaged: {result[:200]}")
    sync_file(target)


def in_use(database: Path) -> bool:
    """Whether a process has the database open: only a connection that is alone can leave the write-ahead log."""
    if not database.exists():
        return False
    try:
        with closing(sqlite3.connect(database, timeout=0.2)) as held:
            held.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:  # damaged, and about to be replaced
        return False
    return False


def put_back(copied: Path, database: Path) -> None:
    """Replaces the database by the copy in one step; what its old write-ahead log held is gone."""
    fresh = database.with_name(f".{database.name}.restored")
    copy_private(copied, fresh)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    fresh.replace(database)
    sync_directory(database.parent)

"""New SQLite databases of one service in one process share their migrated schema.

Migrating one from empty takes catalog 0.2 s of CPU, a service does it once, its tests make more than a thousand. The
first of a process is migrated by Alembic, and what it made is the file that the others begin with; then their migration
runs as ever and finds nothing to do. tests/stores/test_shared_schemas.py compares both.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kit.sql import Database

migrate = Database.migrate
_schemas: dict[Path, bytes] = {}
"""The file of an empty database by the folder of its migrations."""


def share() -> None:
    """From now on new SQLite databases start with the schema that the first one was given."""
    Database.migrate = _shared  # type: ignore[method-assign]


@contextmanager
def none_yet() -> Iterator[None]:
    """Inside, migrations run as in a new process: the first one of a service starts from nothing."""
    known = dict(_schemas)
    _schemas.clear()
    yield
    _schemas.update(known)


async def _shared(database: Database, scripts: Path) -> None:
    file = Path(database.url.database or "")
    fresh = database.is_sqlite and _is_new(file)
    if fresh and scripts in _schemas:
        _write(file, _schemas[scripts])
    await migrate(database, scripts)
    if fresh and scripts not in _schemas:
        with closing(sqlite3.connect(file)) as made:
            _schemas[scripts] = made.serialize()


def _is_new(file: Path) -> bool:
    return not (file.exists() and file.stat().st_size)


def _write(file: Path, schema: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(schema)

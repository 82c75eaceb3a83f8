"""Catalogs that have imported a release: each release is imported once in a process, and its database copied."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from fastapi import FastAPI

from kit.release_current import current_version
from services.catalog.app import create_app
from services.catalog.settings import Settings

POLL_S = 0.2
_databases: dict[str, bytes] = {}
"""The file of a catalog that imported the release of this version; versions name the content."""


async def write_database(data: Path, file: Path) -> None:
    """Makes the database of a catalog that has imported the current release of `data`; one that exists is kept.

    Importing the small world takes 0.5 s of CPU, copying what came of it 5 ms.
    """
    version = current_version(data / "releases")
    assert version is not None
    if version not in _databases:
        _databases[version] = await _imported(data)
    _put(file, _databases[version])


def _put(file: Path, database: bytes) -> None:
    if not file.exists():
        file.write_bytes(database)


async def _imported(data: Path) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "catalog.db"
        catalog = catalog_over(data, file)
        async with catalog.router.lifespan_context(catalog):
            await imported(catalog)
        with closing(sqlite3.connect(file)) as made:
            return made.serialize()


def catalog_over(data: Path, database: Path) -> FastAPI:
    """The catalog of a data folder with its database in this file."""
    return create_app(Settings(data=data, database_url=f"sqlite+aiosqlite:///{database}", poll_s=POLL_S))


async def imported(catalog: FastAPI) -> None:
    """Returns once catalog has read the release: its check says so. The other checks write to the database's file."""
    with anyio.fail_after(20):
        while await catalog.state.checks["release"]() != "ok":  # noqa: ASYNC110
            await anyio.sleep(0.02)

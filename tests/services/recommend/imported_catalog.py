"""Catalogs that have imported a release: each release is imported once in a process, and its database copied."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import httpx2
from fastapi import FastAPI

from kit.release_current import current_version
from services.catalog.app import create_app
from services.catalog.settings import Settings

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
            await imported(httpx2.ASGITransport(catalog))
        with closing(sqlite3.connect(file)) as made:
            return made.serialize()


def catalog_over(data: Path, database: Path) -> FastAPI:
    """The catalog of a data folder with its database in this file."""
    return create_app(Settings(data=data, database_url=f"sqlite+aiosqlite:///{database}", poll_s=0.05))


async def imported(catalog: httpx2.ASGITransport) -> None:
    """Returns once catalog has read the release; its readiness says so."""
    async with httpx2.AsyncClient(transport=catalog, base_url="http://catalog") as client:
        for _ in range(1000):
            if (await client.get("/health/ready")).json()["checks"]["release"] == "ok":
                return
            await anyio.sleep(0.02)
    raise AssertionError("catalog did not import the release within 20 s")

"""The real service on a small published release, with the real catalogue as its neighbour."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import httpx2
import pytest
from fastapi import FastAPI

from services.catalog.app import create_app as create_catalog
from services.catalog.settings import Settings as CatalogSettings
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests.wires import TransportWire


@pytest.fixture(scope="session")
def catalog_database(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a catalog that has imported the release; copied, never changed."""
    file = tmp_path_factory.mktemp("catalog") / "catalog.db"

    async def fill() -> None:
        catalog = catalog_over(published, file)
        async with catalog.router.lifespan_context(catalog):
            await imported(httpx2.ASGITransport(catalog))

    anyio.run(fill)
    return file


def catalog_over(data: Path, database: Path) -> FastAPI:
    settings = CatalogSettings(data=data, database_url=f"sqlite+aiosqlite:///{database}", poll_s=0.05)
    return create_catalog(settings)


@pytest.fixture
async def client(published: Path, catalog_database: Path, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """Asks recommend; catalog answers from its own app, having imported the release."""
    async with AsyncExitStack() as opened:
        catalog = catalog_over(published, Path(shutil.copy(catalog_database, tmp_path)))
        await opened.enter_async_context(catalog.router.lifespan_context(catalog))
        neighbour = httpx2.ASGITransport(catalog)
        await imported(neighbour)
        app = create_app(Settings(data=published), TransportWire(neighbour))
        await opened.enter_async_context(app.router.lifespan_context(app))
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        yield await opened.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://recommend"))


async def imported(catalog: httpx2.ASGITransport) -> None:
    """Returns once catalog has read the release; its readiness says so."""
    async with httpx2.AsyncClient(transport=catalog, base_url="http://catalog") as client:
        for _ in range(1000):
            if (await client.get("/health/ready")).json()["checks"]["release"] == "ok":
                return
            await anyio.sleep(0.02)
    raise AssertionError("catalog did not import the release within 20 s")

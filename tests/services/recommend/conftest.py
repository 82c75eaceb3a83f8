"""The real service on a small published release, with the real catalogue as its neighbour."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests.services.recommend.imported_catalog import catalog_over, imported, write_database
from tests.wires import TransportWire


@pytest.fixture(scope="module")
async def client(published: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx2.AsyncClient]:
    """Asks recommend, one for a module, which keeps nothing of what it is asked; catalog answers from its own app,
    having imported the release."""
    database = tmp_path_factory.mktemp("catalog") / "catalog.db"
    async with AsyncExitStack() as opened:
        await write_database(published, database)
        catalog = catalog_over(published, database)
        await opened.enter_async_context(catalog.router.lifespan_context(catalog))
        await imported(catalog)
        app = create_app(Settings(data=published), TransportWire(httpx2.ASGITransport(catalog)))
        await opened.enter_async_context(app.router.lifespan_context(app))
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        yield await opened.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://recommend"))

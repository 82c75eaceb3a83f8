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


@pytest.fixture
async def client(published: Path, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """Asks recommend; catalog answers from its own app, having imported the release."""
    async with AsyncExitStack() as opened:
        await write_database(published, tmp_path / "catalog.db")
        catalog = catalog_over(published, tmp_path / "catalog.db")
        await opened.enter_async_context(catalog.router.lifespan_context(catalog))
        await imported(catalog)
        app = create_app(Settings(data=published), TransportWire(httpx2.ASGITransport(catalog)))
        await opened.enter_async_context(app.router.lifespan_context(app))
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        yield await opened.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://recommend"))

"""The whole of what a caller meets: catalog, recommend and the gateway before them, on real sockets of this process."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from services.catalog.app import create_app as create_catalog
from services.catalog.settings import Settings as CatalogSettings
from services.recommend.app import create_app as create_recommend
from services.recommend.settings import Settings as RecommendSettings
from tests.gateway.servers import door, serve


@pytest.fixture(scope="session")
def public(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gateway's URL. The servers run in a thread, because schemathesis asks from this one and waits."""
    database = tmp_path_factory.mktemp("contract") / "catalog.db"
    ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(published, database, ready)))
    thread.start()
    try:
        url, loop, done = ready.result(60)
        yield url
        loop.call_soon_threadsafe(done.set)
    finally:
        thread.join()


async def _serve(
    data: Path, database: Path, ready: "Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]]"
) -> None:
    try:
        async with AsyncExitStack() as opened:
            url = await _fleet(opened, data, database)
            done = asyncio.Event()
            ready.set_result((url, asyncio.get_running_loop(), done))
            await done.wait()
    except BaseException as error:
        if ready.done():
            raise
        ready.set_exception(error)


async def _fleet(opened: AsyncExitStack, data: Path, database: Path) -> str:
    """Everything is up once the gateway is ready and catalog has read the release."""
    sqlite = f"sqlite+aiosqlite:///{database}"
    catalog_app = create_catalog(CatalogSettings(data=data, database_url=sqlite, poll_s=0.05))
    catalog = await opened.enter_async_context(serve(catalog_app, lifespan="on"))
    recommend_app = create_recommend(RecommendSettings(data=data, catalog_url=catalog))
    recommend = await opened.enter_async_context(serve(recommend_app, lifespan="on"))
    gateway = await opened.enter_async_context(door(catalog, recommend_url=recommend))
    async with httpx2.AsyncClient() as asking:
        for _ in range(500):
            imported = (await asking.get(f"{catalog}/health/ready")).json()["checks"]["release"] == "ok"
            if imported and (await asking.get(f"{gateway}/health/ready")).status_code == 200:
                return gateway
            await asyncio.sleep(0.02)
    raise TimeoutError("the servers were not ready within 10 s")

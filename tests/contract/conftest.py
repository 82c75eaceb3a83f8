"""The whole of what a caller meets: the four services and the gateway, on real sockets of this process."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from services.auth.app import create_app as create_auth
from services.auth.settings import Settings as AuthSettings
from services.catalog.app import create_app as create_catalog
from services.catalog.settings import Settings as CatalogSettings
from services.recommend.app import create_app as create_recommend
from services.recommend.settings import Settings as RecommendSettings
from services.report.app import create_app as create_report
from services.report.settings import Settings as ReportSettings
from tests.gateway.servers import SERVICE_KEY, door, serve

TOKEN_USED_S = 600.0  # a token is valid for 15 minutes


class SignedIn:
    """Signs people up, one after another, each for TOKEN_USED_S."""

    def __init__(self, public: str) -> None:
        self._public, self._people, self._until, self._token = public, 0, 0.0, ""

    def header(self) -> dict[str, str]:
        """The header of the person of now."""
        if time.monotonic() > self._until:
            self._people += 1
            body = {"name": "Ada", "email": f"ada{self._people}@example.com", "password": "correct horse battery"}
            answer = httpx2.post(f"{self._public}/v1/auth/signup", json=body)
            assert answer.status_code == 201, answer.text
            self._token, self._until = answer.json()["access_token"], time.monotonic() + TOKEN_USED_S
        return {"authorization": f"Bearer {self._token}"}


@pytest.fixture(scope="package")
def public(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gateway's URL. Its servers end with the tests of this folder: threads of this process that look for work
    would take CPU beside every later test."""
    with serving(published, tmp_path_factory.mktemp("contract")) as url:
        yield url


@contextmanager
def serving(data: Path, databases: Path) -> Iterator[str]:
    """The gateway's URL of a fleet that serves a data folder. It runs in a thread, because schemathesis calls from
    this one and waits."""
    ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(data, databases, ready)))
    thread.start()
    try:
        url, loop, done = ready.result(60)
        yield url
        loop.call_soon_threadsafe(done.set)
    finally:
        thread.join()


async def _serve(
    data: Path, databases: Path, ready: "Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]]"
) -> None:
    try:
        async with AsyncExitStack() as opened:
            url = await _fleet(opened, data, databases)
            done = asyncio.Event()
            ready.set_result((url, asyncio.get_running_loop(), done))
            await done.wait()
    except BaseException as error:
        if ready.done():
            raise
        ready.set_exception(error)


async def _fleet(opened: AsyncExitStack, data: Path, databases: Path) -> str:
    """Everything is up once the gateway is ready and catalog has read the release."""
    auth_app = create_auth(AuthSettings(data=databases, service_key=SERVICE_KEY))
    auth = await opened.enter_async_context(serve(auth_app, lifespan="on"))
    common = {"data": data, "service_key": SERVICE_KEY, "auth_url": auth}
    sqlite = f"sqlite+aiosqlite:///{databases / 'catalog.db'}"
    catalog_app = create_catalog(CatalogSettings(**common, database_url=sqlite, poll_s=0.05))
    catalog = await opened.enter_async_context(serve(catalog_app, lifespan="on"))
    recommend_app = create_recommend(RecommendSettings(**common, catalog_url=catalog))
    recommend = await opened.enter_async_context(serve(recommend_app, lifespan="on"))
    report_app = create_report(
        ReportSettings(
            **common, catalog_url=catalog, database_url=f"sqlite+aiosqlite:///{databases / 'report.db'}", poll_s=0.05
        )
    )
    report = await opened.enter_async_context(serve(report_app, lifespan="on"))
    urls = {"auth_url": auth, "recommend_url": recommend, "report_url": report}
    gateway = await opened.enter_async_context(door(catalog, data=databases, **urls))
    async with httpx2.AsyncClient() as client:
        for _ in range(500):
            imported = (await client.get(f"{catalog}/health/ready")).json()["checks"]["release"] == "ok"
            if imported and (await client.get(f"{gateway}/health/ready")).status_code == 200:
                return gateway
            await asyncio.sleep(0.02)
    raise TimeoutError("the servers were not ready within 10 s")


@pytest.fixture
def person(signed_in: SignedIn) -> dict[str, str]:
    """The header of somebody who is signed in; of somebody else before a token of a long run expires."""
    return signed_in.header()


@pytest.fixture(scope="package")
def signed_in(public: str) -> SignedIn:
    """Who `person` is."""
    return SignedIn(public)

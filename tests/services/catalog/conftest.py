"""Fixtures: catalog on a small demo release with some well-known names added for search."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import polars as pl
import pytest
from httpx2 import ASGITransport, AsyncBaseTransport, AsyncClient, MockTransport, Response

from kit.release import Release
from pipelines.release.write import write_release
from services.catalog.app import create_app
from services.catalog.settings import Settings
from tests import worlds
from tests.services.catalog.listener import Listener
from tests.stores.plans import each_statement_finds_its_rows_by_index
from tests.tokens import Issuer
from tests.wires import TransportWire

__all__ = ["each_statement_finds_its_rows_by_index"]

NAMES = {
    3: ("Hey Ya!", "Outkast"),
    5: ("Crazy In Love", "Beyoncé"),
    6: ("Halo", "Beyoncé"),
    7: ("Nothing Else Matters", "Metallica"),
    8: ("Smells Like Teen Spirit", "Nirvana"),
}
POLL_S = 0.1
"""How often the background tasks look. At 0.02 their looking was a good part of what a test cost."""
SERVICE_KEY = "a-service-key-of-forty-characters-or-more"
FROM_SERVICE = {"authorization": f"Segue-Service {SERVICE_KEY}"}
AWAY = MockTransport(lambda _: Response(503))


def write(releases: Path, seed: int = 7, names: dict[int, tuple[str, str]] = NAMES) -> Release:
    """Writes a release, some of its tracks renamed, and makes it the current one."""
    content = worlds.content(seed)
    known = {worlds.track_id(i): {"title": title, "artists": [artist]} for i, (title, artist) in names.items()}
    rows = [row | known.get(row["track_id"], {}) for row in content.tracks.iter_rows(named=True)]
    release = write_release(releases, replace(content, tracks=pl.DataFrame(rows, schema=content.tracks.schema)))
    worlds.set_current(releases, release)
    return release


def settings(folder: Path) -> Settings:
    return Settings(data=folder, poll_s=POLL_S, service_key=SERVICE_KEY)


@asynccontextmanager
async def running(folder: Path, auth: AsyncBaseTransport = AWAY) -> AsyncIterator[AsyncClient]:
    """The service with its data in `folder`, asked over ASGI; auth is away unless one is given."""
    app = create_app(settings(folder), TransportWire(auth))
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), AsyncClient(transport=transport, base_url="http://catalog") as client:
        yield client


async def eventually(holds: Callable[[], Awaitable[object]]) -> None:
    """Asks until the answer is true; what happens in another task or process raises no event here."""
    with anyio.fail_after(20):
        while not await holds():  # noqa: ASYNC110
            await anyio.sleep(POLL_S / 10)


async def until(client: AsyncClient, word: str) -> None:
    """Waits until readiness says the word of the release."""

    async def ready() -> bool:
        return bool((await client.get("/health/ready")).json()["checks"]["release"] == word)

    await eventually(ready)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a current release; copied, never changed."""
    folder = tmp_path_factory.mktemp("catalog")
    write(folder / "releases")
    return folder


@pytest.fixture
def data(written: Path, tmp_path: Path) -> Path:
    """A data folder with a current release."""
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture(scope="session")
def imported(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after the service has read the release; copied, never changed."""
    folder = tmp_path_factory.mktemp("imported")
    shutil.copytree(written, folder, dirs_exist_ok=True)

    async def read() -> None:
        async with running(folder) as client:
            await until(client, "ok")

    anyio.run(read)
    return folder


@pytest.fixture
def issuer() -> Issuer:
    """Who signs the tokens that the service believes."""
    return Issuer()


@pytest.fixture
async def client(imported: Path, issuer: Issuer, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    """The service after the import."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    async with running(tmp_path, issuer.transport) as client:
        await until(client, "ok")
        yield client


@pytest.fixture(scope="module")
async def reader(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncClient]:
    """The service after the import, one for the tests of a module that only read."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(imported, folder, dirs_exist_ok=True)
    async with running(folder) as client:
        await until(client, "ok")
        yield client


@pytest.fixture
def ann(client: AsyncClient, issuer: Issuer) -> Listener:
    """Somebody signed in."""
    return Listener(client, issuer)


@pytest.fixture
def ben(client: AsyncClient, issuer: Issuer) -> Listener:
    """Somebody else."""
    return Listener(client, issuer)

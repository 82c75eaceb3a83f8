"""Fixtures: report on the demo release, with a stand-in for catalog and a signer of tokens for auth."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx2
import orjson
import pytest
from httpx2 import ASGITransport, AsyncBaseTransport, AsyncClient

from kit.release_current import CURRENT
from services.report.app import create_app
from services.report.settings import Settings
from tests.services.report.listeners import ROOT, LikesOfCatalog
from tests.stores.plans import each_statement_finds_its_rows_by_index
from tests.tokens import Issuer
from tests.wires import TransportWire

__all__ = ["each_statement_finds_its_rows_by_index"]

SERVICE_KEY = "a-service-key-of-forty-characters-or-more"
NAME = "Ada Лавлейс 山田"


@asynccontextmanager
async def running(
    data: Path, catalog: AsyncBaseTransport, auth: AsyncBaseTransport, **more: object
) -> AsyncIterator[AsyncClient]:
    """The service with its data in `data`, asked over ASGI."""
    settings = Settings(data=data, service_key=SERVICE_KEY, poll_s=0.02, **more)
    app = create_app(settings, TransportWire(catalog), TransportWire(auth))
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), AsyncClient(transport=transport, base_url="http://report") as client:
        yield client


class Accounts:
    """Stands in for auth: its keys, the account of whoever asks, its outbox, and its internal routes for the job."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self.events: list[dict[str, object]] = []
        self.verified = True
        self.people: dict[str, dict[str, object]] = {}  # by id
        self.delegated: list[str] = []
        self.away = False

    def add(self, person: UUID, email: str, name: str = NAME, verified: bool = True) -> None:
        """Adds an account that the internal routes know."""
        self.people[str(person)] = {"id": str(person), "name": name, "email": email, "email_verified": verified}

    def _internal(self, request: httpx2.Request) -> httpx2.Response:
        if request.headers.get("authorization") != f"Segue-Service {SERVICE_KEY}":
            return httpx2.Response(401, json={"detail": "no service key"})
        if self.away:
            return httpx2.Response(500, json={"detail": "broken"})
        body = orjson.loads(request.content)
        if request.url.path == "/internal/people:batch":
            return httpx2.Response(200, json={"items": [self.people[one] for one in body["ids"] if one in self.people]})
        self.delegated.append(body["person"])
        token = self._issuer.token(UUID(body["person"]), ["recommend:read", "report:read"], sid=None)
        return httpx2.Response(200, json={"access_token": token, "expires_in": 120})

    @property
    def transport(self) -> httpx2.MockTransport:
        me = {"id": "0" * 32, "name": NAME, "email": "ada@example.com", "created_at": "2026-01-01T00:00:00Z"}

        def answer(request: httpx2.Request) -> httpx2.Response:
            if request.url.path == "/v1/me":
                return httpx2.Response(200, json=me | {"email_verified": self.verified})
            if request.url.path in ("/internal/people:batch", "/internal/tokens:delegate"):
                return self._internal(request)
            if request.url.path == "/internal/events":
                new = [one for one in self.events if one["number"] > int(request.url.params["after"])]
                after = max([int(request.url.params["after"]), *(one["number"] for one in new)])
                return httpx2.Response(200, json={"items": new, "after": after})
            if request.url.path == "/.well-known/jwks.json":
                return httpx2.Response(200, json=self._issuer.jwks)
            return httpx2.Response(404)

        return httpx2.MockTransport(answer)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that serves the demo release."""
    [folder] = [path for path in (ROOT / "releases").iterdir() if path.name.startswith("demo-")]
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / folder.name).symlink_to(folder)
    (tmp_path / "releases" / CURRENT).write_text(folder.name)
    return tmp_path


@pytest.fixture
def issuer() -> Issuer:
    """Who signs the tokens that the service believes."""
    return Issuer()


@pytest.fixture
def accounts(issuer: Issuer) -> Accounts:
    """The stand-in for auth."""
    return Accounts(issuer)


@pytest.fixture
def library() -> LikesOfCatalog:
    """The stand-in for catalog."""
    return LikesOfCatalog()


@pytest.fixture
async def client(data: Path, library: LikesOfCatalog, accounts: Accounts) -> AsyncIterator[AsyncClient]:
    """The service."""
    async with running(data, library.transport, accounts.transport) as opened:
        yield opened
    shutil.rmtree(data / "releases", ignore_errors=True)

"""Fixtures: auth on SQLite and PostgreSQL, with an adjustable clock, a fast counting hasher and a fake Spotify."""

import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import text

from services.auth.app import create_app
from services.auth.settings import Settings
from tests.fake_spotify.people import CLIENT_ID, fake_spotify
from tests.fake_spotify.server import FakeSpotify, serving
from tests.stores.plans import each_statement_finds_its_rows_by_index

__all__ = ["each_statement_finds_its_rows_by_index"]

PASSWORD = "correct horse battery"
SECRET = "a secret of forty characters for the tests"
SERVICE_KEY = "a-service-key-of-forty-characters-or-more"
REDIRECT = "http://127.0.0.1:8000/connect/spotify"
SPOTIFY_KEY = "a key of forty characters for Spotify tokens"


class Clock:
    """The time, ten minutes ago to begin with: tokens are checked by the real one, which refuses the future's."""

    def __init__(self) -> None:
        self.now = time.time() - 600

    def __call__(self) -> float:
        return self.now


class Hasher(PasswordHasher):
    """The cheapest argon2id; how many passwords it hashed and compared."""

    def __init__(self, memory_cost: int = 8) -> None:
        super().__init__(time_cost=1, memory_cost=memory_cost, parallelism=1)
        self.hashed, self.verified = 0, 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.hashed += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.verified += 1
        return super().verify(hash, password)


@dataclass
class Somebody:
    """A person who is signed in: what the service answered, and how they ask."""

    service: "Service"
    session: dict[str, Any]

    @property
    def id(self) -> UUID:
        return UUID(self.session["user"]["id"])

    @property
    def refresh_token(self) -> str:
        return str(self.session["refresh_token"])

    async def request(self, method: str, path: str, json: Any = None) -> Response:
        headers = {"authorization": f"Bearer {self.session['access_token']}"}
        return await self.service.client.request(method, path, json=json, headers=headers)

    async def refresh(self) -> Response:
        return await self.service.client.post("/v1/auth/refresh", json={"refresh_token": self.refresh_token})


@dataclass
class Service:
    """A running service."""

    app: FastAPI
    client: AsyncClient
    settings: Settings
    clock: Clock
    hasher: Hasher

    async def sign_up(self, email: str = "ann@example.org", name: str = "Ann") -> Somebody:
        wish = {"name": name, "email": email, "password": PASSWORD}
        answer = await self.client.post("/v1/auth/signup", json=wish)
        assert answer.status_code == 201, answer.text
        return Somebody(self, answer.json())

    async def log_in(
        self, password: str = PASSWORD, email: str = "ann@example.org", address: str = "203.0.113.7"
    ) -> Response:
        given = {"email": email, "password": password}
        return await self.client.post("/v1/auth/login", json=given, headers={"x-forwarded-for": address})

    async def signed_in(self, email: str = "ann@example.org") -> Somebody:
        answer = await self.log_in(email=email)
        assert answer.status_code == 200, answer.text
        return Somebody(self, answer.json())

    async def forgot(self, email: str = "ann@example.org", address: str = "203.0.113.7") -> Response:
        headers = {"x-forwarded-for": address}
        return await self.client.post("/v1/auth/forgot", json={"email": email}, headers=headers)

    async def reset(self, token: str, password: str) -> Response:
        return await self.client.post("/v1/auth/reset", json={"token": token, "new_password": password})

    async def verify(self, token: str, password: str | None = None) -> Response:
        return await self.client.post("/v1/auth/verify", json={"token": token, "password": password})

    async def queue_empty(self) -> None:
        """Returns once every queued mail was sent or given up."""
        with anyio.fail_after(30):
            while await self.waiting():  # noqa: ASYNC110 - the queue is a table
                await anyio.sleep(0.01)

    async def waiting(self) -> int:
        """Mails in the queue."""
        async with self.app.state.store._database.read() as connection:
            return int(await connection.scalar(text("SELECT count(*) FROM mails")) or 0)

    async def mails(self, kind: str = "") -> list[EmailMessage]:
        """The mails of this kind, oldest first, once all that are queued were written."""
        await self.queue_empty()
        folder = self.settings.eml_folder
        files = sorted(folder.glob(f"[!.]*-{kind}*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [read(path.read_bytes()) for path in files]

    async def token(self, kind: str) -> str:
        """The token of the newest mail of this kind."""
        return token_of((await self.mails(kind))[-1])

    async def internal(self, method: str, path: str, json: Any = None) -> Response:
        headers = {"authorization": f"Segue-Service {SERVICE_KEY}"}
        return await self.client.request(method, path, json=json, headers=headers)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def token_of(message: EmailMessage) -> str:
    """The token of the link in a mail's text, the same as in its HTML."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    found = [re.findall(r"[?]token=([\w-]+)", part.get_content()) for part in (plain, html)]
    assert found[0] == found[1]
    assert len(found[0]) == 1
    return str(found[0][0])


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, hasher: Hasher | None = None
) -> AsyncIterator[Service]:
    """The service of these settings, asked over ASGI."""
    clock, hasher = clock or Clock(), hasher or Hasher()
    app = create_app(settings, hasher=hasher, clock=clock)
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), AsyncClient(transport=transport, base_url="http://auth") as client:
        yield Service(app, client, settings, clock, hasher)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = request.getfixturevalue("auth_postgres") if request.param == "postgresql" else None
    return Settings(data=tmp_path, database_url=url, secret=SECRET, service_key=SERVICE_KEY)


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    async with running(settings) as service:
        yield service


@pytest.fixture
async def two(settings: Settings) -> AsyncIterator[tuple[Service, Service]]:
    """Two processes over one database, at the same time of day."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        yield (
            await stack.enter_async_context(running(settings, clock)),
            await stack.enter_async_context(running(settings, clock)),
        )


@pytest.fixture
def fake() -> Iterator[FakeSpotify]:
    with serving(fake_spotify(REDIRECT)) as fake:
        yield fake


def linked_to(fake: FakeSpotify, settings: Settings, **more: Any) -> Settings:
    """Settings that lead to the fake."""
    known: dict[str, Any] = {"spotify_client_id": CLIENT_ID, "spotify_redirect_uri": REDIRECT}
    known |= {"spotify_accounts_url": fake.url, "spotify_api_url": fake.url}
    known |= {"spotify_keys": SPOTIFY_KEY, "spotify_timeout_s": 0.5}
    return Settings(**settings.model_dump() | known | more)


@pytest.fixture
async def linked(settings: Settings, fake: FakeSpotify) -> AsyncIterator[Service]:
    """The service, set up for the fake Spotify, on each database."""
    async with running(linked_to(fake, settings)) as service:
        yield service


@pytest.fixture
async def two_linked(settings: Settings, fake: FakeSpotify) -> AsyncIterator[tuple[Service, Service]]:
    """Two processes over one database, set up for the fake Spotify."""
    clock, known = Clock(), linked_to(fake, settings)
    async with running(known, clock) as one, running(known, clock) as other:
        yield one, other

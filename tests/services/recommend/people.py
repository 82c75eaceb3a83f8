"""A house with people in it: the real catalog, recommends, signed tokens, and a stand-in for auth."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import httpx2
from fastapi import FastAPI
from uuid_utils.compat import uuid7

from services.catalog.app import create_app as create_catalog
from services.catalog.settings import Settings as CatalogSettings
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests import worlds
from tests.services.recommend.imported_catalog import imported, write_database
from tests.tokens import ALL, Issuer
from tests.wires import TransportWire

ME = "/v1/me/recommendations"
KEY = "a-service-key-of-forty-characters-or-more"
POLL_S = 0.1
"""How often the background tasks look. At 0.02 their looking was a good part of what a test cost."""
PATIENT_S = 10.0
"""How long recommend waits for a taste here: a busy machine must not turn a test's list into a degraded one."""


class Auth:
    """Keys to check tokens with, and a feed of deleted people."""

    def __init__(self) -> None:
        self.issuer = Issuer()
        self.deleted: list[UUID] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/.well-known/jwks.json":
            return httpx2.Response(200, json=self.issuer.jwks)
        after = int(request.url.params["after"])
        now = datetime.now(UTC).isoformat()
        events = [
            {"number": number, "kind": "person_deleted", "subject": str(person), "at": now}
            for number, person in enumerate(self.deleted, 1)
            if number > after
        ]
        return httpx2.Response(200, json={"items": events, "after": max(after, len(self.deleted))})


class Wire(httpx2.AsyncBaseTransport):
    """The way to catalog: counts what goes over it by path, can be cut, and can be slow."""

    def __init__(self, app: FastAPI) -> None:
        self._to = httpx2.ASGITransport(app)
        self.cut, self.late_s = False, 0.0
        self.late_for = b""  # only requests whose path or body holds this are late
        self.seen: Callable[[str], object] = lambda path: None  # called with the path of each request
        self.statuses: list[tuple[str, int]] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.seen(request.url.path)
        if self.cut:
            raise httpx2.ConnectError("refused", request=request)
        if self.late_for in request.url.path.encode() + await request.aread():
            await anyio.sleep(self.late_s)
        answer = await self._to.handle_async_request(request)
        self.statuses.append((request.url.path, answer.status_code))
        return answer


@dataclass
class House:
    """Clients of one catalog and of every recommend on it."""

    auth: Auth
    wire: Wire
    catalog: httpx2.AsyncClient
    apps: list[FastAPI]
    recommends: list[httpx2.AsyncClient]

    def person(self, scopes: Iterable[str] = ALL) -> "Person":
        """Somebody new."""
        number = uuid7()
        return Person(self, number, self.auth.issuer.bearer(number, scopes))


@dataclass
class Person:
    """Somebody with a token."""

    house: House
    id: UUID
    bearer: dict[str, str]

    async def record(self, kind: str, *tracks: int, times: int = 1) -> list[str]:
        """Feedback on tracks of the world; the ids of the events."""
        moments = [datetime(2026, 1, 1, 0, minute, tzinfo=UTC).isoformat() for minute in range(times)]
        at: list[dict[str, str]] = [{"at": moment} for moment in moments] if kind in ("play", "skip") else [{}]
        events = [{"track": worlds.track_id(track), "kind": kind, **when} for track in tracks for when in at]
        answer = await self.house.catalog.post("/v1/me/feedback", json={"events": events}, headers=self.bearer)
        assert answer.status_code == 200, answer.text
        assert {row["status"] for row in answer.json()["results"]} == {"stored"}
        return [row["id"] for row in answer.json()["results"]]

    async def takes_back(self, event: str) -> None:
        """Undoes one event."""
        answer = await self.house.catalog.post(f"/v1/me/feedback/{event}/undo", headers=self.bearer)
        assert answer.status_code == 200, answer.text

    async def gets(self, worker: int = 0, **wishes: Any) -> dict[str, Any]:
        """The person's recommendations."""
        answer = await self.house.recommends[worker].get(ME, params=wishes, headers=self.bearer)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def posts(self, **body: Any) -> dict[str, Any]:
        """Recommendations for seeds, asked with the person's token."""
        answer = await self.house.recommends[0].post("/v1/recommendations", json=body, headers=self.bearer)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@asynccontextmanager
async def house(
    data: Path, folder: Path, workers: int = 1, taste_wait_s: float = PATIENT_S, texts_wait_s: float = PATIENT_S
) -> AsyncIterator[House]:
    """Everything running, catalog with the release imported."""
    auth = Auth()
    async with AsyncExitStack() as opened:

        async def client(app: FastAPI) -> httpx2.AsyncClient:
            await opened.enter_async_context(app.router.lifespan_context(app))
            transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
            return await opened.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://app"))

        issuer = partial(TransportWire, httpx2.MockTransport(auth))
        await write_database(data, folder / "catalog.db")
        database = f"sqlite+aiosqlite:///{folder / 'catalog.db'}"
        common: dict[str, Any] = {"data": data, "poll_s": POLL_S, "service_key": KEY}
        catalog = create_catalog(CatalogSettings(database_url=database, **common), issuer())
        library, wire = await client(catalog), Wire(catalog)
        await imported(catalog)
        waits = {"taste_wait_s": taste_wait_s, "texts_wait_s": texts_wait_s}
        apps = [create_app(Settings(**waits, **common), TransportWire(wire), issuer()) for _ in range(workers)]
        yield House(auth, wire, library, apps, [await client(app) for app in apps])


async def eventually(holds: Any) -> None:
    """Returns once it holds; looks for ten seconds."""
    with anyio.fail_after(10):
        while not await holds():  # noqa: ASYNC110
            await anyio.sleep(0.02)


def tracks(found: dict[str, Any]) -> list[str]:
    """The ids of a list, in its order."""
    return [track["track"]["id"] for track in found["tracks"]]


def scenes(found: dict[str, Any]) -> dict[str, int]:
    """How many tracks of a list each scene has."""
    names = [track["track"]["title"].split()[0] for track in found["tracks"]]
    return {name: names.count(name) for name in dict.fromkeys(names)}

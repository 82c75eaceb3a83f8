"""Tests of account deletion in catalog as a consumer of auth's outbox."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, FastAPI, Request
from httpx2 import ASGITransport

from kit import outbox
from kit.app import create_service
from kit.errors import Unavailable
from kit.identity import FromService
from kit.sql import Database
from kit.wire.events import EventPage, EventType
from tests.services.catalog.conftest import FROM_SERVICE, SERVICE_KEY, eventually, running, until
from tests.services.catalog.listener import CRAZY, HALO, Listener, impressions, shown_list
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
router = APIRouter()


@router.get("/.well-known/jwks.json")
async def jwks(request: Request) -> dict[str, Any]:
    keys: dict[str, Any] = request.app.state.issuer.jwks
    return keys


@router.get("/internal/events", dependencies=[FromService])
async def events(after: int, request: Request) -> EventPage:
    if request.app.state.away:
        raise Unavailable("a moment, please")
    page: EventPage = await outbox.read(request.app.state.database, after)
    return page


@pytest.fixture
async def auth(tmp_path: Path, issuer: Issuer) -> AsyncIterator[FastAPI]:
    """As much of auth as catalog asks: the real feed and real keys, without accounts."""
    database = Database(f"sqlite:///{tmp_path}/auth.db")
    async with database.write() as connection:
        await connection.run_sync(outbox.events.metadata.create_all)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service_key, app.state.issuer = SERVICE_KEY, issuer
        app.state.database, app.state.away = database, False
        yield
        await database.close()

    app = create_service("auth", routers=[router], lifespan=lifespan)
    async with app.router.lifespan_context(app):
        yield app


def catalog(data: Path, auth: FastAPI) -> Any:
    return running(data, ASGITransport(auth, raise_app_exceptions=False))


async def delete(auth: FastAPI, *people: UUID) -> None:
    async with auth.state.database.write() as connection:
        await outbox.append(connection, EventType.PERSON_DELETED, people)


async def gone(listener: Listener) -> None:
    """Waits until the person's reads are refused."""

    async def refused() -> bool:
        return (await listener.request("GET", "/v1/me/likes")).status_code == 401

    await eventually(refused)


async def test_a_deleted_user_is_refused_with_an_unexpired_token(data: Path, auth: FastAPI, issuer: Issuer) -> None:
    async with catalog(data, auth) as client:
        await until(client, "ok")
        ann = Listener(client, issuer)
        reported = await ann.like(HALO)
        await delete(auth, ann.id)
        await gone(ann)
        batch = {"json": {"events": [{"track": HALO, "kind": "like"}]}}
        for method, path, more in (
            ("PUT", f"/v1/me/likes/{HALO}", {}),
            ("DELETE", f"/v1/me/likes/{HALO}", {}),
            ("POST", "/v1/me/feedback", batch),
            ("POST", f"/v1/me/feedback/{reported['id']}/undo", {}),
            ("GET", "/internal/taste", {}),
            ("GET", "/internal/taste", {"headers": {"if-none-match": '"1"'}}),
            ("GET", "/internal/shown", {}),
            ("GET", f"/v1/tracks/{HALO}", {}),
            ("GET", "/v1/search?q=halo", {}),
        ):
            answer = await ann.request(method, path, **more)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), path
            assert "this account was deleted" in answer.json()["detail"]
        wanted = {"people": [str(ann.id)]}
        answer = await client.post("/internal/taste:versions", json=wanted, headers=FROM_SERVICE)
        assert answer.json() == {"versions": [None]}


async def test_a_deleted_users_library_is_removed_from_the_file(data: Path, auth: FastAPI, issuer: Issuer) -> None:
    async with catalog(data, auth) as client:
        await until(client, "ok")
        ann, ben = Listener(client, issuer), Listener(client, issuer)
        for listener in (ann, ben):
            await listener.record({"track": HALO, "kind": "like"}, {"track": CRAZY, "kind": "play"}, key="k")
            await impressions(client, FROM_SERVICE, shown_list(listener.id, datetime.now(UTC), HALO))
        await delete(auth, ann.id)
        await gone(ann)
        await impressions(client, FROM_SERVICE, shown_list(ann.id, datetime.now(UTC), HALO))
        assert (await ben.liked(), (await ben.user_feedback())["version"]) == ([HALO], 1)
    assert rows_of(data, ben.id) == {"feedback": 2, "feedback_keys": 2, "shown": 1, "people": 1}
    assert rows_of(data, ann.id) == {"feedback": 0, "feedback_keys": 0, "shown": 0, "people": 1}


async def test_catalog_publishes_the_deletion_in_its_own_outbox(data: Path, auth: FastAPI, issuer: Issuer) -> None:
    async with catalog(data, auth) as client:
        await until(client, "ok")
        ann, outsider = Listener(client, issuer), uuid4()
        await ann.like(HALO)
        await delete(auth, ann.id, outsider)
        await gone(ann)
        page = (await client.get("/internal/events?after=0", headers=FROM_SERVICE)).json()
    stated = [(item["kind"], UUID(item["subject"])) for item in page["items"]]
    assert stated[0] == ("taste_changed", ann.id)
    assert set(stated[1:]) == {("person_deleted", ann.id), ("person_deleted", outsider)}


async def test_deletions_while_catalog_was_down_are_applied_once(data: Path, auth: FastAPI, issuer: Issuer) -> None:
    async with catalog(data, auth) as client:
        await until(client, "ok")
        ann = Listener(client, issuer)
        await ann.like(HALO)
    await delete(auth, ann.id)
    for _ in range(2):
        async with catalog(data, auth) as one, catalog(data, auth) as other:
            for client in (one, other):
                await gone(Listener(client, issuer, person=ann.id))
            page = (await one.get("/internal/events?after=0", headers=FROM_SERVICE)).json()
            assert [item["kind"] for item in page["items"]].count("person_deleted") == 1


async def test_while_auth_is_away_catalog_serves_and_catches_up(data: Path, auth: FastAPI, issuer: Issuer) -> None:
    async with catalog(data, auth) as client:
        await until(client, "ok")
        ann, ben = Listener(client, issuer), Listener(client, issuer)
        await ann.like(HALO)
        auth.state.away = True
        await delete(auth, ann.id)
        await ben.like(HALO)
        assert await ann.liked() == [HALO]
        auth.state.away = False
        await gone(ann)
        assert await ben.liked() == [HALO]


def rows_of(data: Path, person: UUID) -> dict[str, int]:
    """How many rows of each table speak of a person, as the file has it."""
    with closing(sqlite3.connect(data / "catalog.db")) as file:
        tables = ("feedback", "feedback_keys", "shown", "people")
        count = "SELECT count(*) FROM {} WHERE person = ?"
        return {table: file.execute(count.format(table), [person.hex]).fetchone()[0] for table in tables}

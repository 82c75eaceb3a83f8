"""Tests of consuming auth's events: stored answers of a deleted account go, however it was deleted."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from gateway.idempotency.deletions import deletion_consumer
from gateway.idempotency.redis_store import RedisResponseStore
from gateway.idempotency.sqlite_store import SqliteResponseStore
from gateway.idempotency.stored_response import Claim, Packed, ResponseStore
from kit.http import ServiceClient
from tests.gateway.servers import SERVICE_KEY, reply
from tests.redis import RedisServer
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio


class Outbox:
    """The events of auth."""

    def __init__(self) -> None:
        self.deleted: list[UUID] = []
        self.requested: list[int] = []

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        after = int(scope["query_string"].removeprefix(b"after="))
        self.requested.append(after)
        events = [self._event(number) for number in range(max(after, 0) + 1, len(self.deleted) + 1)]
        page = {"items": events if after >= 0 else [], "after": len(self.deleted)}
        await reply(send, 200, [], json.dumps(page).encode())

    def _event(self, number: int) -> dict[str, Any]:
        at = datetime.now(UTC).isoformat()
        return {"number": number, "kind": "person_deleted", "subject": str(self.deleted[number - 1]), "at": at}


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def auth(outbox: Outbox) -> ServiceClient:
    return ServiceClient("auth", "http://auth", TransportWire(httpx2.ASGITransport(outbox)))


@pytest.fixture(params=["sqlite", "redis"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ResponseStore]:
    server = RedisServer(tmp_path) if request.param == "redis" else None
    file = tmp_path / "gateway.db"
    made: ResponseStore = RedisResponseStore(server.url, 1 << 20) if server else SqliteResponseStore(file, 1 << 20)
    yield made
    await made.aclose()
    if server:
        server.end()


async def answered(store: ResponseStore, person: UUID) -> bool:
    """Whether this is the person's first request with the key."""
    claim = Claim(str(person), "n", "1")
    first = await store.claim(claim, "f", 60) is None
    await store.finish(claim, Packed(b"answer", b""))
    return first


async def test_answers_of_deleted_people_go_and_those_of_others_stay(
    auth: ServiceClient, outbox: Outbox, store: ResponseStore
) -> None:
    ada, bob = uuid4(), uuid4()
    assert (await answered(store, ada), await answered(store, bob)) == (True, True)
    outbox.deleted.append(ada)
    await (await deletion_consumer(auth, store, SERVICE_KEY)).step()
    assert (await answered(store, ada), await answered(store, bob)) == (True, False)


async def test_a_restarted_gateway_goes_on_where_the_last_one_was(
    auth: ServiceClient, outbox: Outbox, store: ResponseStore
) -> None:
    ada = uuid4()
    await answered(store, ada)
    outbox.deleted = [uuid4(), uuid4()]
    await (await deletion_consumer(auth, store, SERVICE_KEY)).step()
    outbox.deleted.append(ada)
    await (await deletion_consumer(auth, store, SERVICE_KEY)).step()
    assert outbox.requested == [0, 2]
    assert await answered(store, ada)


async def test_a_file_in_which_nothing_was_ever_stored_is_not_made(
    auth: ServiceClient, outbox: Outbox, tmp_path: Path
) -> None:
    outbox.deleted.append(uuid4())
    await (await deletion_consumer(auth, SqliteResponseStore(tmp_path / "gateway.db", 1 << 20), SERVICE_KEY)).step()
    assert (outbox.requested, (tmp_path / "gateway.db").exists()) == ([-1], False)

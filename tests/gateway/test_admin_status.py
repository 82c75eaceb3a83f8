"""Tests of GET /v1/admin/status: who may see it, and what it says of each service."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from gateway.routing import route_of
from kit.tokens import ACCOUNT, ADMIN, SCOPES
from tests.gateway.auths import Auth
from tests.gateway.servers import AWAY, door, reply, serve

pytestmark = pytest.mark.anyio
STATUS = "/v1/admin/status"
RELEASE = {
    "version": "demo-1",
    "current": True,
    "created_at": "2026-01-01T00:00:00Z",
    "counts": {"tracks": 600},
    "metrics": {"recall": 0.5},
}


async def recommend(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"] == "/v1/releases/current":
        await reply(send, 200, [], json.dumps(RELEASE).encode())
    else:
        await reply(
            send, 503, [], b'{"status": "unready", "checks": {"release": "failed: broken", "background": "ok"}}'
        )


@pytest.fixture
async def client(catalog: str, auth_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A gateway with a catalog that answers, a recommend that is not ready, and a report that is away."""
    async with (
        serve(recommend) as releases,
        door(catalog, auth_url=auth_url, recommend_url=releases, report_url=AWAY) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        yield client


async def test_an_administrator_sees_every_service_and_the_release(client: httpx2.AsyncClient, auth: Auth) -> None:
    answer = await client.get(STATUS, headers=auth.issuer.bearer(uuid4(), (*SCOPES, ACCOUNT, ADMIN)))
    assert answer.status_code == 200
    states = {state["name"]: state for state in answer.json()["services"]}
    assert {name: state["status"] for name, state in states.items()} == {
        "auth": "ready",
        "catalog": "ready",
        "recommend": "unready",
        "report": "unreachable",
    }
    assert states["recommend"]["checks"] == {"release": "failed: broken", "background": "ok"}
    assert states["catalog"]["response_ms"] > 0
    assert states["report"]["response_ms"] is None
    assert answer.json()["release"] == RELEASE


async def test_guests_people_and_keys_may_not(client: httpx2.AsyncClient, auth: Auth) -> None:
    given = [{}, auth.issuer.bearer(uuid4()), {"x-api-key": "segue_key_of_ada"}, {"authorization": "Bearer nonsense"}]
    answers = [await client.get(STATUS, headers=headers) for headers in given]
    assert [answer.status_code for answer in answers] == [401, 403, 403, 401]
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in answers)
    assert "SEGUE_AUTH_ADMINS" in answers[1].json()["detail"]


async def test_without_a_release_there_is_none(catalog: str, auth_url: str, auth: Auth) -> None:
    async with door(catalog, auth_url=auth_url) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.get(STATUS, headers=auth.issuer.bearer(uuid4(), (ADMIN,)))
    assert answer.json()["release"] is None


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/admin/releases/demo-1/publish", "recommend"),
        ("/v1/admin/rollback", "recommend"),
        ("/v1/admin/status", None),
        ("/v1/admin", None),
    ],
)
async def test_switching_is_recommends_and_the_status_the_gateways(path: str, service: str | None) -> None:
    route = route_of(path)
    assert (route.service if route else None) == service

"""Tests of what a route brings of its own: body limit, deadline of the body, and pool of request slots."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from gateway.routing import Route
from gateway.services import Services
from gateway.settings import Settings
from gateway.upstream import Proxy
from kit.topology import GATEWAY, called_by
from tests.gateway.servers import SERVICE_KEY, serve

pytestmark = pytest.mark.anyio
PLAIN = Route("/v1/search", "catalog")
UPLOAD = Route("/v1/search", "catalog", body_limit=5_000, body_s=0.3, pool="uploads")


class TwoRoutes:
    """A gateway without a front door: /v1/search/echo?upload takes the route of uploads, all else the plain one."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = UPLOAD if scope["query_string"] == b"upload" else PLAIN
        scope["request_id"] = "r"
        given = dict(scope["headers"])
        await self._proxy.forward(route, scope, receive, send, given, {}, [], "guest/a", self._charge)

    async def _charge(self, amount: int) -> None:
        raise AssertionError(f"no route here weighs a body, and {amount} was charged")


@asynccontextmanager
async def two_routes(catalog: str) -> AsyncIterator[httpx2.AsyncClient]:
    urls = {f"{name}_url": catalog for name in called_by(GATEWAY)}
    settings = Settings(**urls, service_key=SERVICE_KEY, max_in_flight=1, body_limit_bytes=100)
    async with (
        Services(settings) as services,
        serve(TwoRoutes(Proxy(services, settings))) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        yield client


async def test_a_route_has_a_body_limit_of_its_own(catalog: str) -> None:
    async with two_routes(catalog) as client:
        for query, size, status in (("", 100, 200), ("", 101, 413), ("upload", 5_000, 200), ("upload", 5_001, 413)):
            answer = await client.post(f"/v1/search/echo?{query}", content=b"x" * size)
            assert answer.status_code == status, (query, size)


async def test_a_route_has_a_body_deadline_of_its_own(catalog: str) -> None:
    async with two_routes(catalog) as client:
        host, port = client.base_url.host, client.base_url.port
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"POST /v1/search/echo?upload HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345")
        assert (await asyncio.wait_for(reader.read(100), 5)).startswith(b"HTTP/1.1 408 ")  # the settings say 10 s
        writer.close()


async def test_a_route_with_a_pool_of_its_own_takes_no_slot_of_its_service(catalog: str) -> None:
    async with two_routes(catalog) as client, client.stream("GET", "/v1/search/events?upload") as held:
        assert held.status_code == 200
        refused = await client.get("/v1/search/echo?upload")
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert (await client.get("/v1/search/echo")).status_code == 200

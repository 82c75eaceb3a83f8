"""Tests of the HTTP client between services: retry, NeighbourUnavailable and circuit breaker."""

import asyncio

import anyio
import httpx2
import pytest

from kit.errors import NeighbourUnavailable, Unauthorized
from kit.http import BREAKS, PAUSE_S, ServiceClient
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio


def neighbour(answers: list[int | Exception], seen: list[httpx2.Request]) -> ServiceClient:
    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return httpx2.Response(found, json={"ok": True})

    return ServiceClient("catalog", "http://catalog", TransportWire(httpx2.MockTransport(answer)))


async def test_a_transient_failure_is_retried_once() -> None:
    seen: list[httpx2.Request] = []
    async with neighbour([503, 200], seen) as catalog:
        assert await catalog.post("/x", {"a": 1}) == {"ok": True}
    assert len(seen) == 2


@pytest.mark.parametrize("fault", [503, 502, httpx2.ConnectError("refused"), httpx2.ReadTimeout("slow")])
async def test_a_persistent_failure_is_neighbour_unavailable(fault: int | Exception) -> None:
    async with neighbour([fault, fault, fault], []) as catalog:
        with pytest.raises(NeighbourUnavailable, match="catalog did not answer"):
            await catalog.post("/x", {})


async def test_a_refusal_is_not_retried() -> None:
    seen: list[httpx2.Request] = []
    async with neighbour([422], seen) as catalog:
        with pytest.raises(NeighbourUnavailable, match="answered 422"):
            await catalog.post("/x", {})
    assert len(seen) == 1


async def test_a_matching_etag_gives_304_without_a_body() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        known = request.headers.get("if-none-match") == '"7"'
        return httpx2.Response(304 if known else 200, headers={"etag": '"7"'}, content=b"" if known else b'{"a": 1}')

    async with ServiceClient("catalog", "http://catalog", TransportWire(httpx2.MockTransport(answer))) as catalog:
        first = await catalog.get("/taste", "Bearer abc")
        again = await catalog.get("/taste", "Bearer abc", first.etag)
    assert (first.body, first.etag) == (b'{"a": 1}', '"7"')
    assert again.body is None
    assert [request.headers["authorization"] for request in seen] == ["Bearer abc"] * 2


async def test_a_refused_token_is_unauthorized_not_unavailable() -> None:
    async with neighbour([401], []) as catalog:
        with pytest.raises(Unauthorized):
            await catalog.get("/taste", "Bearer abc")


async def test_the_circuit_breaker_opens_and_closes_again() -> None:
    seen: list[httpx2.Request] = []
    async with neighbour([503] * 2 * BREAKS + [200], seen) as catalog:
        for _ in range(BREAKS):
            with pytest.raises(NeighbourUnavailable, match="did not answer: status 503"):
                await catalog.post("/x", {})
        queried = len(seen)
        with pytest.raises(NeighbourUnavailable, match="left alone"):
            await catalog.post("/x", {})
        assert len(seen) == queried
        await anyio.sleep(PAUSE_S)
        assert await catalog.post("/x", {}) == {"ok": True}


async def test_real_sockets_give_the_same_responses_and_failures() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        body = head.splitlines()[0].encode()
        writer.write(b'HTTP/1.1 200 OK\r\netag: "1"\r\ncontent-length: %d\r\n\r\n%s' % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with ServiceClient("catalog", url) as catalog:
        answer = await catalog.get("/a%2Fb?after=-1")
        assert answer == (b"GET /a%2Fb?after=-1 HTTP/1.1", '"1"')
        server.close()
        await server.wait_closed()
        with pytest.raises(NeighbourUnavailable, match="ClientConnectorError"):
            await catalog.get("/x")

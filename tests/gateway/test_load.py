"""Tests of request slots under load, and of writes whose caller disconnects."""

import asyncio

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from gateway.request_body import WATCH_AFTER_S
from tests.gateway.servers import Upstream, chunks, door, reply, serve

pytestmark = pytest.mark.anyio


async def test_above_its_request_slots_a_service_is_overloaded(catalog: str, upstream: Upstream) -> None:
    async with (
        door(catalog, recommend_url=catalog, max_in_flight=1) as url,
        httpx2.AsyncClient(base_url=url) as client,
        client.stream("GET", "/v1/search/events"),
    ):
        refused = await client.get("/v1/search/echo")
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert refused.headers["retry-after"] == "1"
        assert "catalog" in refused.json()["detail"]
        others = [(await client.get(path)).status_code for path in ("/health/live", "/health/ready", "/v1/releases")]
        assert others == [200, 200, 200]


async def test_a_request_slot_is_released_however_the_request_ends(catalog: str, upstream: Upstream) -> None:
    async with door(catalog, max_in_flight=1, read_s=0.2) as url, httpx2.AsyncClient(base_url=url) as client:
        assert (await client.get("/v1/search/silent")).status_code == 504
        await asyncio.wait_for(upstream.gone.wait(), 5)
        upstream.gone.clear()
        async with client.stream("GET", "/v1/search/events"):
            pass
        await asyncio.wait_for(upstream.gone.wait(), 5)
        with pytest.raises(httpx2.RemoteProtocolError):
            await client.get("/v1/search/short")
        assert (await client.post("/v1/search/sink", content=b"x" * 20_000_000)).status_code == 413
        assert (await client.get("/v1/search/echo")).status_code == 200


class Slow:
    """A service that answers when it is told to, and remembers what it finished and who left."""

    def __init__(self) -> None:
        self.reached, self.go_on, self.gone = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.written: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = b"".join([chunk async for chunk in chunks(receive)])
        except ConnectionResetError:
            self.gone.set()
            return
        self.reached.set()
        leaving, going_on = asyncio.create_task(self._left(receive)), asyncio.create_task(self.go_on.wait())
        await asyncio.wait([leaving, going_on], return_when=asyncio.FIRST_COMPLETED)
        if not self.gone.is_set():
            self.written.append(body)
            await reply(send, 200, [], b"x" * 100_000)
        going_on.cancel()
        leaving.cancel()

    async def _left(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone.set()


async def hang_up(url: str, method: str, path: str, slow: Slow, body: bytes = b"{}", sent: int = 2) -> None:
    """Sends a request, and leaves once the service has it."""
    host, port = url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"{method} {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    writer.write(head + body[:sent])
    await writer.drain()
    if sent >= len(body):
        await asyncio.wait_for(slow.reached.wait(), 5)
    else:
        await asyncio.sleep(WATCH_AFTER_S * 2)
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/me/likes/0000000000000000000001"),
        ("POST", "/v1/me/feedback"),
        ("DELETE", "/v1/me"),
        ("POST", "/v1/auth/signup"),
        ("PATCH", "/v1/me"),
    ],
)
async def test_a_write_is_completed_when_its_caller_disconnects(method: str, path: str) -> None:
    slow = Slow()
    async with serve(slow) as service, door(service) as url:
        await hang_up(url, method, path, slow)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slow.gone.wait(), WATCH_AFTER_S * 10)
        slow.go_on.set()
        async with httpx2.AsyncClient(base_url=url) as client:
            await client.get("/v1/search")
    assert b"{}" in slow.written


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/me/likes"), ("POST", "/v1/tracks:batch")])
async def test_a_read_is_cancelled_when_its_caller_disconnects(method: str, path: str) -> None:
    slow = Slow()
    async with serve(slow) as service, door(service) as url:
        await hang_up(url, method, path, slow)
        await asyncio.wait_for(slow.gone.wait(), 5)
    assert slow.written == []


async def test_a_write_with_a_truncated_body_is_not_completed() -> None:
    slow = Slow()
    async with serve(slow) as service, door(service) as url:
        await hang_up(url, "POST", "/v1/me/feedback", slow, body=b"x" * 3_000_000, sent=1_500_000)
        await asyncio.wait_for(slow.gone.wait(), 5)
    assert slow.written == []


@pytest.mark.parametrize("leaves", ["before the answer", "during the answer"])
async def test_an_unread_response_to_a_write_is_not_fetched_completely(leaves: str) -> None:
    reached, go_on, gone = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def endless(_scope: Scope, receive: Receive, send: Send) -> None:
        reached.set()
        await go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()

    async with serve(endless) as service, door(service) as url:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"PUT /v1/me/likes/0000000000000000000001 HTTP/1.1\r\nHost: h\r\n\r\n")
        await asyncio.wait_for(reached.wait(), 5)
        if leaves == "during the answer":
            go_on.set()
            await reader.readuntil(b"first")
        await asyncio.sleep(WATCH_AFTER_S * 2)
        writer.close()
        if leaves == "before the answer":
            await asyncio.sleep(WATCH_AFTER_S * 2)
            assert not gone.is_set()
            go_on.set()
        await asyncio.wait_for(gone.wait(), 5)

"""Tests of upstream failures: problem documents, or a closed connection after the response started."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

import httpx2
import pytest

from tests.gateway.servers import MEGABYTE, Upstream, door, raw

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def rude(answer: bytes) -> AsyncIterator[str]:
    """A server that reads a request, writes these bytes and closes."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def problem(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, document["code"]


async def test_an_unreachable_service_is_502_with_retry_after(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/releases")
    assert problem(answer) == (502, "bad_gateway")
    assert answer.headers["retry-after"] == "1"
    assert "recommend" in answer.json()["detail"]


async def test_a_service_that_does_not_respond_is_504(catalog: str, upstream: Upstream) -> None:
    async with door(catalog, read_s=0.2) as gateway, httpx2.AsyncClient(base_url=gateway) as client:
        assert problem(await client.get("/v1/search/silent")) == (504, "gateway_timeout")
        await asyncio.wait_for(upstream.gone.wait(), 5)


@contextmanager
def deaf() -> Iterator[str]:
    """A host whose queue of connections is full and stays full."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def test_a_host_that_takes_no_connection_is_504() -> None:
    with deaf() as host:
        async with door(host, connect_s=0.3) as url, httpx2.AsyncClient(base_url=url) as client:
            assert problem(await client.get("/v1/search")) == (504, "gateway_timeout")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200", b"not http at all\r\n\r\n"])
async def test_a_service_that_breaks_off_before_answering_is_502(answer: bytes) -> None:
    async with rude(answer) as service, door(service) as url, httpx2.AsyncClient(base_url=url) as client:
        assert problem(await client.get("/v1/search")) == (502, "bad_gateway")


async def test_a_truncated_response_is_truncated_for_the_caller_too(client: httpx2.AsyncClient) -> None:
    with pytest.raises(httpx2.RemoteProtocolError):
        await client.get("/v1/search/short")


async def test_a_truncated_chunked_response_is_not_passed_as_complete() -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    async with rude(answer) as service, door(service) as url, httpx2.AsyncClient(base_url=url) as client:
        with pytest.raises(httpx2.RemoteProtocolError):
            await client.get("/v1/search")


async def test_a_too_large_content_length_is_413_and_is_not_forwarded(catalog: str, upstream: Upstream) -> None:
    async with door(catalog, body_limit_bytes=1000) as gateway, httpx2.AsyncClient(base_url=gateway) as client:
        assert problem(await client.post("/v1/search/sink", content=b"x" * 1001)) == (413, "payload_too_large")
        assert not upstream.reached.is_set()
        assert (await client.post("/v1/search/sink", content=b"x" * 1000)).text == "1000"


async def test_a_stream_that_grows_too_large_is_413(catalog: str, upstream: Upstream) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    async with door(catalog, body_limit_bytes=MEGABYTE) as gateway, httpx2.AsyncClient(base_url=gateway) as client:
        answer = await client.post("/v1/search/sink", content=endless())
        assert problem(answer) == (413, "payload_too_large")
        assert answer.json()["limit_bytes"] == MEGABYTE


async def test_the_gateway_keeps_working_after_every_type_of_failure(client: httpx2.AsyncClient) -> None:
    await client.get("/v1/releases")
    with pytest.raises(httpx2.RemoteProtocolError):
        await client.get("/v1/search/short")
    assert (await client.get("/v1/search/echo")).status_code == 200


@pytest.mark.parametrize("path", [b"/v1/search/\xc3\xa9", b"/v1/search/\xff"])
async def test_bytes_that_no_url_may_hold_never_become_a_server_error(gateway: str, path: bytes) -> None:
    answer = await raw(gateway, b"GET " + path + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert not answer.startswith(b"HTTP/1.1 5")

"""Tests of streaming through the gateway: latency, memory, disconnects and backpressure."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.gateway.servers import MEGABYTE, Upstream, door, raw, serve

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


async def test_an_event_is_streamed_before_the_response_ends(client: httpx2.AsyncClient) -> None:
    async with client.stream("GET", "/v1/search/events") as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"data: first\n\n"


async def test_a_disconnect_during_the_response_cancels_the_upstream_request(
    client: httpx2.AsyncClient, upstream: Upstream
) -> None:
    async with client.stream("GET", "/v1/search/events") as answer:
        pieces = answer.aiter_raw()
        await anext(pieces)
        assert not upstream.gone.is_set()
    await asyncio.wait_for(upstream.gone.wait(), 5)


async def test_a_disconnect_before_the_response_cancels_the_upstream_request(gateway: str, upstream: Upstream) -> None:
    host, port = gateway.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/search/silent HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")
    await asyncio.wait_for(upstream.reached.wait(), 5)
    writer.close()
    await asyncio.wait_for(upstream.gone.wait(), 5)


async def test_a_disconnect_during_an_upload_cancels_the_upstream_request(catalog: str, upstream: Upstream) -> None:
    async with door(catalog) as gateway:
        host, port = gateway.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v1/search/sink HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 1_500_000)
        await asyncio.wait_for(upstream.reached.wait(), 5)
        writer.close()
        await asyncio.wait_for(upstream.gone.wait(), 5)
    assert upstream.bodies == []


async def test_an_idle_event_stream_is_not_ended_by_the_read_timeout(catalog: str, upstream: Upstream) -> None:
    async with (
        door(catalog, read_s=0.2) as gateway,
        httpx2.AsyncClient(base_url=gateway) as client,
        client.stream("GET", "/v1/search/events", headers={"accept": "text/event-stream"}) as answer,
    ):
        pieces = answer.aiter_raw()
        await anext(pieces)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(upstream.gone.wait(), 0.8)


@contextmanager
def gateway_process(catalog: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "SEGUE_GATEWAY_CATALOG_URL": catalog,
        "SEGUE_GATEWAY_BODY_LIMIT_BYTES": str(60 * MEGABYTE),
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "gateway.app:create_app", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def peak_megabytes(process: subprocess.Popen[bytes]) -> float:
    """The most memory it ever held (VmHWM)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


async def until_live(client: httpx2.AsyncClient) -> None:
    for _ in range(600):
        try:
            if (await client.get("/health/live")).status_code == 200:
                return
        except httpx2.TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError("the gateway does not come up")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc/<pid>/status")
async def test_streaming_50_mb_each_way_uses_constant_memory(catalog: str, upstream: Upstream, free_port: int) -> None:
    async def upload() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * MEGABYTE

    with gateway_process(catalog, free_port) as process:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{free_port}", timeout=30) as client:
            await until_live(client)
            await client.post("/v1/search/sink", content=b"x" * 2 * MEGABYTE)
            before = peak_megabytes(process)
            assert (await client.post("/v1/search/sink", content=upload())).text == str(50 * MEGABYTE)
            size = 0
            async with client.stream("GET", "/v1/search/flood") as answer:
                async for chunk in answer.aiter_raw():
                    size += len(chunk)
                    await asyncio.sleep(0)
            assert size == 50 * MEGABYTE
            assert peak_megabytes(process) - before < 10


async def test_a_slow_reader_causes_backpressure_on_the_service(upstream: Upstream) -> None:
    sent = 0

    async def endless(scope: object, receive: object, send: object) -> None:
        nonlocal sent
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        for _ in range(200):
            await send({"type": "http.response.body", "body": b"x" * MEGABYTE, "more_body": True})  # type: ignore[operator]
            sent += 1

    async with serve(endless) as service, door(service) as gateway:  # type: ignore[arg-type]
        host, port = gateway.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(b"GET /v1/search HTTP/1.1\r\nHost: h\r\n\r\n")
        await reader.readline()
        await asyncio.sleep(0.5)
        assert 0 < sent < 100
        writer.close()


async def test_two_requests_share_one_connection_to_the_service(upstream: Upstream) -> None:
    peers = set()

    async def remember(scope: dict[str, object], receive: object, send: object) -> None:
        peers.add(scope["client"])
        await upstream(scope, receive, send)  # type: ignore[arg-type]

    async with serve(remember) as service, door(service) as gateway:  # type: ignore[arg-type]
        for _ in range(3):
            await raw(gateway, b"GET /v1/search HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert len(peers) == 1

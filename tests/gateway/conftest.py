"""An upstream and a gateway before it, both on real sockets, and a client of the gateway."""

import socket
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.gateway.servers import Upstream, door, serve


@pytest.fixture
async def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def catalog(upstream: Upstream) -> AsyncIterator[str]:
    async with serve(upstream) as url:
        yield url


@pytest.fixture
async def gateway(catalog: str) -> AsyncIterator[str]:
    async with door(catalog) as url:
        yield url


@pytest.fixture
async def client(gateway: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=gateway) as client:
        yield client


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port

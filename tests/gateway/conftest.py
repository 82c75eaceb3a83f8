"""Fixtures: an upstream server and a gateway in front of it on real sockets, and a client."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests import ports
from tests.gateway.auths import Auth, Clock
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
    return ports.free_port()


@pytest.fixture
async def auth() -> Auth:
    return Auth()


@pytest.fixture
async def auth_url(auth: Auth) -> AsyncIterator[str]:
    async with serve(auth) as url:
        yield url


@pytest.fixture
async def signed(catalog: str, auth_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a gateway that knows people."""
    async with door(catalog, auth_url=auth_url) as url, httpx2.AsyncClient(base_url=url) as client:
        yield client


@pytest.fixture
def clock() -> Clock:
    return Clock()

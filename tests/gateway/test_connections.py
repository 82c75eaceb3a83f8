"""Tests of the limit on open connections of one address."""

import asyncio

import httpx2
import pytest

from gateway.connections import Connections
from gateway.http_protocol import BoundedHttp
from gateway.settings import Settings
from tests.gateway.servers import door
from tests.gateway.test_bounds import connect

pytestmark = pytest.mark.anyio
GET = b"GET /v1/search/%s HTTP/1.1\r\nHost: h\r\n\r\n"


async def test_above_the_limit_the_oldest_idle_connection_ends(catalog: str) -> None:
    async with door(catalog, http=BoundedHttp, connections_per_address=3) as url:
        opened = [await connect(url) for _ in range(3)]
        reader, busy = opened[0]
        busy.write(GET % b"events")
        await reader.readuntil(b"first")
        late_reader, late = await connect(url)
        assert await asyncio.wait_for(opened[1][0].read(), 5) == b""
        late.write(GET % b"echo")
        assert (await asyncio.wait_for(late_reader.read(15), 5)).endswith(b"200 OK")
        assert not reader.at_eof()
        for _, writer in (*opened, (late_reader, late)):
            writer.close()


async def test_where_none_is_idle_the_new_connection_is_refused_until_one_ends(catalog: str) -> None:
    async with door(catalog, http=BoundedHttp, connections_per_address=1) as url:
        reader, busy = await connect(url)
        busy.write(GET % b"events")
        await reader.readuntil(b"first")
        refused, writer = await connect(url)
        answer = await asyncio.wait_for(refused.read(), 5)
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"close some" in answer
        writer.close()
        busy.close()
        async with asyncio.timeout(10), httpx2.AsyncClient() as client:
            while (await client.get(url + "/v1/search/echo")).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


class Some:
    """A connection of which only the ending is watched."""

    idle = True
    ended = False

    def end(self) -> None:
        self.ended = True


def test_addresses_are_counted_apart_and_trusted_proxies_not_at_all() -> None:
    trusted = Settings(trusted_proxies="10.0.0.0/8").trusted_proxies  # type: ignore[arg-type]
    connections, opened = Connections(1, trusted), [Some() for _ in range(7)]
    addresses = ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "10.0.0.1", "10.0.0.1", "")
    for one, address in zip(opened, addresses, strict=True):
        assert connections.admit(one, address)
    assert [one.ended for one in opened] == [False, False, True, False, False, False, False]  # one network of /64
    for one, address in zip(opened, addresses, strict=True):
        connections.remove(one, address)
    assert connections._open == {}


def test_without_a_limit_any_number_is_open() -> None:
    connections = Connections(0)
    assert all(connections.admit(Some(), "192.0.2.1") for _ in range(5_000))

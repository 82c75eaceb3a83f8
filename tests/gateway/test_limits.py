"""Tests of client addresses and rate limit counters."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import aclosing
from ipaddress import ip_network
from pathlib import Path

import pytest
from redis.asyncio import Redis

from gateway.addresses import client_address
from gateway.limits import Limits
from gateway.settings import Settings
from kit.metrics import REGISTRY
from tests.redis import REDIS_URL, redis_program

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", [b"1.1.1.1"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [b"203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", [b"6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", [b"6.6.6.6", b"203.0.113.9, 10.2.2.2"], "203.0.113.9"),
        ("10.0.0.1", [b"10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        ("10.0.0.1", [b"not an address"], "10.0.0.1"),
        ("10.0.0.1", [b"203.0.113.9, \xff"], "10.0.0.1"),
        ("::1", [b"2001:db8::7"], "2001:db8::7"),
        (None, [b"203.0.113.9"], "unknown"),
    ],
)
def test_forwarded_addresses_of_trusted_proxies_only_are_used(
    peer: str | None, forwarded: list[bytes], address: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


def test_without_trusted_proxies_forwarded_addresses_are_ignored() -> None:
    assert client_address("127.0.0.1", [b"203.0.113.9"], ()) == "127.0.0.1"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if given := os.environ.get(REDIS_URL):
        yield given
        return
    program = redis_program()
    path = tmp_path_factory.mktemp("redis") / "socket"
    command = [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=path.parent)
    try:
        while not path.exists():
            assert server.poll() is None, f"{program} ended"
            time.sleep(0.01)
        yield f"redis+unix://{path}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(params=["memory", "redis"])
def storage(request: pytest.FixtureRequest) -> str:
    return "memory://" if request.param == "memory" else request.getfixturevalue("redis_url")


def limits(storage: str, per_minute: int) -> Limits:
    return Limits(Settings(limits_storage=storage, guest_per_minute=per_minute, person_per_minute=per_minute))


@pytest.mark.anyio
async def test_each_address_has_its_own_count(storage: str) -> None:
    async with aclosing(limits(storage, 2)) as counting:
        reached = ("203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.1")
        seen = [await counting.hit((counting.guest, address)) for address in reached]
    assert [(a.allowed, a.remaining) for a in seen if a] == [(True, 1), (True, 0), (True, 1), (False, 0)]
    assert all(0 < a.reset_s <= 60 for a in seen if a)


@pytest.mark.anyio
async def test_limits_are_counted_separately(storage: str) -> None:
    async with aclosing(limits(storage, 1)) as counting:
        seen = [await counting.hit((limit, "the same name")) for limit in (counting.guest, counting.person)]
    assert [a.allowed for a in seen if a] == [True, True]


@pytest.mark.anyio
async def test_gateways_that_share_a_storage_share_the_count(redis_url: str) -> None:
    async with aclosing(limits(redis_url, 1)) as one, aclosing(limits(redis_url, 1)) as other:
        first, second = await one.hit((one.guest, "203.0.113.77")), await other.hit((other.guest, "203.0.113.77"))
    assert first
    assert second
    assert (first.allowed, second.allowed) == (True, False)


@pytest.mark.anyio
async def test_no_limit_counts_nothing() -> None:
    counting = limits("memory://", 0)
    assert await counting.hit((counting.guest, "203.0.113.1")) is None


@pytest.mark.anyio
async def test_limits_are_counted_in_order_until_one_refuses(storage: str) -> None:
    limited = Settings(limits_storage=storage, guest_per_minute=3, sign_in_per_minute=1)
    async with aclosing(Limits(limited)) as counting:
        guest, sign_in = (counting.guest, "203.0.113.8"), (counting.sign_in, "203.0.113.8")
        seen = [await counting.hit(guest, sign_in) for _ in range(2)]
        seen += [await counting.hit(guest) for _ in range(2)]
        seen.append(await counting.hit(guest, sign_in, amount=5))
    assert [(a.limit.name, a.allowed, a.remaining) for a in seen if a] == [
        ("sign-in", True, 0),
        ("sign-in", False, 0),
        ("guest", True, 0),
        ("guest", False, 0),
        ("guest", False, 0),
    ]


@pytest.mark.anyio
async def test_refusals_are_counted_by_limit_and_requests_that_nothing_counted() -> None:
    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(f"segue_gateway_{name}_total", labels) or 0

    refusals, uncounted = counted("limit_refusals", limit="guest"), counted("uncounted_requests")
    async with aclosing(limits("memory://", 1)) as counting:
        for _ in range(3):
            await counting.hit((counting.guest, "203.0.113.9"))
    async with aclosing(limits("unix:///no/such/socket", 1)) as counting:
        for _ in range(3):
            await counting.hit((counting.guest, "203.0.113.9"))
    assert counted("limit_refusals", limit="guest") == refusals + 2
    assert counted("uncounted_requests") == uncounted + 3


@pytest.mark.anyio
async def test_one_round_trip_counts_all_that_a_request_needs(redis_url: str) -> None:
    server = Redis.from_url(redis_url.removeprefix("redis+"))
    async with aclosing(Limits(Settings(limits_storage=redis_url))) as counting, aclosing(server):
        both = (counting.guest, "203.0.113.9"), (counting.sign_in, "203.0.113.9")
        await counting.hit(*both)  # connects, and leaves the script with the server
        before = (await server.info("commandstats"))["cmdstat_evalsha"]["calls"]
        reached = (await server.info("stats"))["total_reads_processed"]
        await counting.hit(*both)
        stats = await server.info("stats")
        after = (await server.info("commandstats"))["cmdstat_evalsha"]["calls"]
    assert after - before == 1
    assert stats["total_reads_processed"] - reached == 2  # ours, and the question for the statistics


@pytest.mark.anyio
async def test_a_shared_counter_always_gets_an_expiry(redis_url: str) -> None:
    server = Redis.from_url(redis_url.removeprefix("redis+"))
    async with aclosing(limits(redis_url, 5)) as counting, aclosing(server):
        await server.set("segue/guest/203.0.113.10", 2)
        allowance = await counting.hit((counting.guest, "203.0.113.10"))
        ends_ms = await server.pttl("segue/guest/203.0.113.10")
    assert allowance
    assert (allowance.remaining, allowance.reset_s) == (2, 60)
    assert 0 < ends_ms <= 60_000


@pytest.mark.anyio
async def test_an_unreachable_redis_delays_one_request_a_second(
    tmp_path: Path,
) -> None:
    async with aclosing(limits(f"unix://{tmp_path / 'nobody'}", 1)) as counting:
        assert [await counting.hit((counting.guest, "203.0.113.1")) for _ in range(3)] == [None] * 3

"""Which address a request comes from, and what each caller has left."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import aclosing
from ipaddress import ip_network

import pytest

from gateway.addresses import client_address
from gateway.limits import Limits
from gateway.settings import Settings
from tests.real import missing

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
def test_only_trusted_proxies_are_believed(peer: str | None, forwarded: list[bytes], address: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert client_address("127.0.0.1", [b"203.0.113.9"], ()) == "127.0.0.1"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        missing("redis", "neither valkey-server nor redis-server is installed")
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
        asked = ("203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.1")
        seen = [await counting.hit(counting.guest, address) for address in asked]
    assert [(a.allowed, a.remaining) for a in seen if a] == [(True, 1), (True, 0), (True, 1), (False, 0)]
    assert all(0 < a.reset_s <= 60 for a in seen if a)


@pytest.mark.anyio
async def test_what_is_counted_as_one_kind_leaves_the_others_alone(storage: str) -> None:
    async with aclosing(limits(storage, 1)) as counting:
        seen = [await counting.hit(limit, "the same name") for limit in (counting.guest, counting.person)]
    assert [a.allowed for a in seen if a] == [True, True]


@pytest.mark.anyio
async def test_gateways_that_share_a_storage_share_the_count(redis_url: str) -> None:
    async with aclosing(limits(redis_url, 1)) as one, aclosing(limits(redis_url, 1)) as other:
        first, second = await one.hit(one.guest, "203.0.113.77"), await other.hit(other.guest, "203.0.113.77")
    assert first
    assert second
    assert (first.allowed, second.allowed) == (True, False)


@pytest.mark.anyio
async def test_no_limit_counts_nothing() -> None:
    counting = limits("memory://", 0)
    assert await counting.hit(counting.guest, "203.0.113.1") is None

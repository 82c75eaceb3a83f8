"""Tests of the bound over all people: two stores on one file or one Redis stand for two replicas of the gateway."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.idempotency.redis_store import RedisResponseStore
from gateway.idempotency.sqlite_store import SqliteResponseStore
from gateway.idempotency.stored_response import BODIES_SHARE, ENTRY_BYTES, Claim, Entry, Full, Packed, ResponseStore
from tests.gateway.auths import Clock
from tests.redis import RedisServer

pytestmark = pytest.mark.anyio
SHORT = b"s" * 50
WHOLE = b"w" * 20_000
ROOM = 100_000
BODIES = int(BODIES_SHARE * ROOM) // (len(WHOLE) + ENTRY_BYTES)
"""Whole answers for which there is room."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.end()


@pytest.fixture(params=["sqlite", "redis"])
async def replicas(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[ResponseStore]]:
    made: list[ResponseStore]
    if request.param == "sqlite":
        made = [SqliteResponseStore(tmp_path / "gateway.db", ROOM) for _ in range(2)]
    else:
        url = request.getfixturevalue("server").url
        made = [RedisResponseStore(url, ROOM) for _ in range(2)]
    yield made
    for one in made:
        await one.aclose()


async def answered(store: ResponseStore, owner: str, name: str = "n") -> bool:
    """One request of a person; whether its answer was stored whole."""
    claim = Claim(owner, name, "1")
    assert await store.claim(claim, "f", 60) is None
    return await store.finish(claim, Packed(WHOLE, SHORT))


async def has_room(store: ResponseStore) -> bool:
    """Whether a new key is taken; it is given back."""
    probe = Claim("somebody", "n", "1")
    try:
        await store.claim(probe, "f", 60)
    except Full:
        return False
    await store.release(probe)
    return True


async def test_near_the_bound_answers_lose_their_bodies_at_both_replicas(replicas: list[ResponseStore]) -> None:
    whole = [await answered(replicas[number % 2], f"p{number}") for number in range(BODIES + 2)]
    assert whole == [True] * BODIES + [False] * 2
    for store in replicas:
        assert await store.claim(Claim("p0", "n", "2"), "f", 60) == Entry("f", WHOLE)
        assert await store.claim(Claim(f"p{BODIES}", "n", "2"), "f", 60) == Entry("f", SHORT)


async def test_a_full_store_refuses_new_keys_and_answers_those_it_has(replicas: list[ResponseStore]) -> None:
    taken = 0
    while await has_room(replicas[taken % 2]):
        await answered(replicas[taken % 2], f"p{taken}")
        taken += 1
    assert BODIES < taken < ROOM // (len(SHORT) + ENTRY_BYTES)
    assert await replicas[0].claim(Claim("p0", "n", "2"), "f", 60) == Entry("f", WHOLE)
    with pytest.raises(Full):
        await replicas[1].claim(Claim("another", "n", "2"), "f", 60)
    await replicas[0].forget("p0")
    assert await answered(replicas[1], "another") is False


async def test_what_is_forgotten_or_goes_for_later_answers_gives_its_room_back(replicas: list[ResponseStore]) -> None:
    for _ in range(3):
        for number in range(BODIES):
            assert await answered(replicas[number % 2], f"p{number}")
        for number in range(BODIES):
            await replicas[(number + 1) % 2].forget(f"p{number}")


async def test_running_requests_and_released_keys_take_no_room(replicas: list[ResponseStore]) -> None:
    for number in range(BODIES * 3):
        claim = Claim(f"p{number}", "n", "1")
        assert await replicas[0].claim(claim, "f", 60) is None
        await replicas[1].release(claim) if number % 2 else await replicas[1].forget(claim.owner)
    assert [await answered(replicas[0], f"q{number}") for number in range(BODIES)] == [True] * BODIES


async def test_the_room_of_expired_answers_is_free_in_redis(server: RedisServer) -> None:
    clock = Clock()
    store = RedisResponseStore(server.url, ROOM, clock)
    for number in range(BODIES):
        assert await answered(store, f"p{number}")
    began = clock.now
    for hours, whole in ((23, False), (25, True)):
        clock.now = began + hours * 3600
        assert await answered(store, f"after {hours}") is whole
    await store.aclose()


async def test_answers_of_a_file_without_a_count_are_counted(tmp_path: Path) -> None:
    """As the version before this bound left it."""
    file = tmp_path / "gateway.db"
    store = SqliteResponseStore(file, ROOM)
    for number in range(BODIES):
        await answered(store, f"p{number}")
    await store.aclose()
    with sqlite3.connect(file) as before:
        before.executescript("DROP TABLE held; DROP TRIGGER answer_stored; DROP TRIGGER answer_gone;")
    store = SqliteResponseStore(file, ROOM)
    assert await answered(store, "another") is False
    await store.aclose()

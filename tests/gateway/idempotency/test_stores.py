"""Tests of the stores of answers: one suite for the file and for Redis or Valkey."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from anyio import sleep

from gateway.idempotency import stored_response
from gateway.idempotency.redis_store import RedisResponseStore
from gateway.idempotency.sqlite_store import SqliteResponseStore
from gateway.idempotency.stored_response import Claim, Entry, Packed, ResponseStore
from tests.gateway.auths import Clock
from tests.redis import RedisServer

pytestmark = pytest.mark.anyio
ADA, BOB, NAME = "ada", "bob", "n"
ROOM = 64 << 20


def of(owner: str, name: str = NAME, holder: str = "1") -> Claim:
    return Claim(owner, name, holder)


def packed(whole: bytes) -> Packed:
    return Packed(whole, b"short")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.end()


@pytest.fixture(params=["sqlite", "redis"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ResponseStore]:
    if request.param == "sqlite":
        made: ResponseStore = SqliteResponseStore(tmp_path / "gateway.db", ROOM)
    else:
        made = RedisResponseStore(request.getfixturevalue("server").url, ROOM)
        await made.forget(ADA)
        await made.forget(BOB)
    yield made
    await made.aclose()


async def test_one_claim_holds_and_its_answer_is_found_again(store: ResponseStore) -> None:
    assert await store.claim(of(ADA), "f", 60) is None
    assert await store.claim(of(ADA), "f", 60) == Entry("f", None)
    await store.finish(of(ADA), packed(b"answer\n\0"))
    assert await store.claim(of(ADA), "other", 60) == Entry("f", b"answer\n\0")
    assert await store.claim(of(BOB), "f", 60) is None


async def test_a_released_key_is_free_and_a_finished_one_is_not(store: ResponseStore) -> None:
    await store.claim(of(ADA), "f", 60)
    await store.release(of(ADA))
    assert await store.claim(of(ADA), "other", 60) is None


async def test_what_is_forgotten_is_gone_and_an_answer_under_way_is_not_stored(store: ResponseStore) -> None:
    for name in ("done", "running"):
        await store.claim(of(ADA, name), "f", 60)
    await store.claim(of(BOB), "f", 60)
    await store.finish(of(ADA, "done"), packed(b"a"))
    await store.forget(ADA)
    await store.finish(of(ADA, "running"), packed(b"a"))
    assert [await store.claim(of(ADA, name), "f", 60) for name in ("done", "running")] == [None, None]
    assert await store.claim(of(BOB), "f", 60) == Entry("f", None)


async def test_who_lost_a_key_changes_nothing_of_its_new_holder(store: ResponseStore) -> None:
    late, current = of(ADA, holder="1"), of(ADA, holder="2")
    assert await store.claim(late, "f", 0.005) is None
    await sleep(0.02)
    assert await store.claim(current, "f", 60) is None
    await store.release(late)
    await store.finish(late, packed(b"late"))
    await store.renew(late, 0.005)
    await sleep(0.02)
    assert await store.claim(of(ADA, holder="3"), "f", 60) == Entry("f", None)
    await store.finish(current, packed(b"current"))
    await store.release(current)
    assert await store.claim(of(ADA, holder="3"), "f", 60) == Entry("f", b"current")


async def test_a_renewed_lease_holds(store: ResponseStore) -> None:
    assert await store.claim(of(ADA), "f", 0.2) is None
    await store.renew(of(ADA), 60)
    await sleep(0.3)
    assert await store.claim(of(ADA, holder="2"), "f", 60) == Entry("f", None)


async def test_a_person_has_so_many_answers_and_the_oldest_go(store: ResponseStore) -> None:
    big = bytes(stored_response.MOST_BYTES // 2 - 1_000)
    for number in range(4):
        await store.claim(of(ADA, f"n{number}"), "f", 60)
        await store.finish(of(ADA, f"n{number}"), packed(big))
    held = [await store.claim(of(ADA, f"n{number}"), "f", 60) for number in range(4)]
    assert [entry is not None for entry in held] == [False, False, True, True]


async def test_a_lease_ends(store: ResponseStore) -> None:
    assert await store.claim(of(ADA), "f", 0.005) is None
    await sleep(0.02)
    assert await store.claim(of(ADA), "f", 60) is None


async def test_the_file_keeps_answers_for_a_day_over_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    for _ in range(2):
        store = SqliteResponseStore(tmp_path / "gateway.db", ROOM, clock)
        found = await store.claim(of(ADA), "f", 60)
        await store.finish(of(ADA), packed(b"a"))
        await store.aclose()
    assert found == Entry("f", b"a")
    clock.now += stored_response.KEPT_S + 1
    assert await SqliteResponseStore(tmp_path / "gateway.db", ROOM, clock).claim(of(ADA), "f", 60) is None


async def test_a_folder_that_cannot_be_written_means_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = SqliteResponseStore(tmp_path / "file" / "gateway.db", ROOM)
    assert await store.claim(of(ADA), "f", 60) is None
    assert await store.claim(of(ADA), "f", 60) == Entry("f", None)
    await store.aclose()


def test_an_answer_is_packed_with_the_headers_that_describe_it() -> None:
    headers = [(b"content-type", b"text/plain"), (b"set-cookie", b"a=b"), (b"etag", b'"1"')]
    found = stored_response.unpack(stored_response.pack(201, headers, b"body").whole)
    assert (found.status, found.headers, found.body) == (201, [headers[0], headers[2]], b"body")


def test_a_large_answer_leaves_only_its_status() -> None:
    import random

    noise = random.Random(7).randbytes(2 * stored_response.ANSWER_BYTES)
    assert stored_response.unpack(stored_response.pack(200, [], noise).whole) == stored_response.StoredResponse(
        200, [], None
    )

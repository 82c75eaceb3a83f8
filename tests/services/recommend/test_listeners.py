"""The memory of people: asked about in every request, bounded, and dropped when a person is deleted."""

import time
from typing import Any
from uuid import UUID

import httpx2
import pytest

from kit.errors import Unauthorized
from kit.http import Neighbour
from kit.tokens import Caller
from services.recommend.catalog import Catalog
from services.recommend.listeners import Listeners
from tests import worlds
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio


class Tastes:
    """A catalog that holds tastes by bearer token."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, Any]] = {}
        self.status: int | None = None
        self.asked_with: list[str | None] = []

    def says(self, person: int, version: int, likes: int = 1) -> None:
        tracks = [worlds.track_id(number) for number in range(likes)]
        self.of[f"Bearer {person}"] = {"person": str(UUID(int=person)), "version": version, "likes": tracks}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked_with.append(request.headers.get("if-none-match"))
        if self.status:
            return httpx2.Response(self.status, json={"detail": "this account was deleted"})
        taste = self.of[request.headers["authorization"]]
        etag = {"etag": f'"{taste["version"]}"'}
        if self.asked_with[-1] == etag["etag"]:
            return httpx2.Response(304, headers=etag)
        return httpx2.Response(200, json=taste, headers=etag)


@pytest.fixture
def tastes() -> Tastes:
    return Tastes()


def memory(tastes: Tastes, most_songs: int = 100) -> Listeners:
    neighbour = Neighbour("catalog", "http://catalog", TransportWire(httpx2.MockTransport(tastes)))
    return Listeners(Catalog(neighbour, "key", taste_wait_s=5), most_songs)


def caller(person: int) -> Caller:
    return Caller(UUID(int=person), frozenset(), time.time() + 60, str(person))


async def test_a_taste_is_kept_until_its_version_changes(tastes: Tastes) -> None:
    listeners = memory(tastes)
    tastes.says(1, version=7)
    first, again = [(await listeners.of(caller(1))).listener for _ in range(2)]
    tastes.says(1, version=8, likes=2)
    changed = (await listeners.of(caller(1))).listener
    assert tastes.asked_with == [None, '"7"', '"7"']
    assert first is again
    assert changed is not None
    assert len(changed.taste.likes) == 2


async def test_those_heard_of_longest_ago_leave_first_and_the_memory_stays_within_its_songs(tastes: Tastes) -> None:
    listeners = memory(tastes, most_songs=40)
    for person in (1, 2, 3):
        tastes.says(person, version=1, likes=10)
    for person in (1, 2, 3, 1):
        await listeners.of(caller(person))
    tastes.says(4, version=1, likes=15)
    await listeners.of(caller(4))
    assert [UUID(int=person) in listeners for person in (1, 2, 3, 4)] == [True, False, True, True]


async def test_a_taste_larger_than_the_memory_is_kept_alone(tastes: Tastes) -> None:
    listeners = memory(tastes, most_songs=10)
    for person in (1, 2):
        tastes.says(person, version=1, likes=50)
        assert (await listeners.of(caller(person))).listener
    assert [UUID(int=person) in listeners for person in (1, 2)] == [False, True]


async def test_of_two_answers_that_cross_the_newer_taste_stays(tastes: Tastes) -> None:
    listeners = memory(tastes)
    tastes.says(1, version=5, likes=5)
    await listeners.of(caller(1))
    tastes.says(1, version=4, likes=4)  # asked before the change, answered after it
    crossed = (await listeners.of(caller(1))).listener
    assert crossed is not None
    assert crossed.taste.version == 4
    tastes.says(1, version=5, likes=5)
    await listeners.of(caller(1))
    assert tastes.asked_with[-1] == '"5"'


@pytest.mark.parametrize("status", [500, 503, 404])
async def test_while_catalog_fails_what_was_known_still_is(tastes: Tastes, status: int) -> None:
    listeners = memory(tastes)
    tastes.says(1, version=1)
    known = (await listeners.of(caller(1))).listener
    tastes.status = status
    assert await listeners.of(caller(1)) == (known, "taste_stale")
    assert await listeners.of(caller(2)) == (None, "taste_unavailable")


async def test_an_answer_that_is_no_taste_is_none(tastes: Tastes) -> None:
    listeners = memory(tastes)
    tastes.of["Bearer 1"] = {"version": 1, "likes": "all"}
    assert await listeners.of(caller(1)) == (None, "taste_unavailable")


async def test_a_deleted_person_is_forgotten_and_not_remembered_again(tastes: Tastes) -> None:
    listeners = memory(tastes)
    tastes.says(1, version=1)
    await listeners.of(caller(1))
    listeners.forget([UUID(int=1)])
    assert UUID(int=1) not in listeners
    assert (await listeners.of(caller(1))).listener  # an answer that was under way
    assert UUID(int=1) not in listeners


async def test_a_refused_token_is_passed_on_and_drops_what_was_known(tastes: Tastes) -> None:
    listeners = memory(tastes)
    tastes.says(1, version=1)
    await listeners.of(caller(1))
    tastes.status = 401
    with pytest.raises(Unauthorized, match="this account was deleted"):
        await listeners.of(caller(1))
    assert UUID(int=1) not in listeners

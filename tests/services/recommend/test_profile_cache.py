"""The memory of people: asked about in every request, bounded, and dropped when a person is deleted."""

import time
from typing import Any
from uuid import UUID

import httpx2
import pytest

from kit.errors import Unauthorized
from kit.http import ServiceClient
from kit.tokens import Caller
from services.recommend.profile.cache import ProfileCache
from services.recommend.profile.catalog_client import CatalogClient
from tests import worlds
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio


class CatalogStub:
    """A catalog that holds tastes by bearer token."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, Any]] = {}
        self.status: int | None = None
        self.called_with: list[str | None] = []

    def record(self, person: int, version: int, likes: int = 1) -> None:
        tracks = [worlds.track_id(number) for number in range(likes)]
        self.of[f"Bearer {person}"] = {"person": str(UUID(int=person)), "version": version, "likes": tracks}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.called_with.append(request.headers.get("if-none-match"))
        if self.status:
            return httpx2.Response(self.status, json={"detail": "this account was deleted"})
        feedback = self.of[request.headers["authorization"]]
        etag = {"etag": f'"{feedback["version"]}"'}
        if self.called_with[-1] == etag["etag"]:
            return httpx2.Response(304, headers=etag)
        return httpx2.Response(200, json=feedback, headers=etag)


@pytest.fixture
def stub() -> CatalogStub:
    return CatalogStub()


def memory(stub: CatalogStub, max_tracks: int = 100) -> ProfileCache:
    neighbour = ServiceClient("catalog", "http://catalog", TransportWire(httpx2.MockTransport(stub)))
    return ProfileCache(CatalogClient(neighbour, "key", taste_wait_s=5), max_tracks)


def caller(person: int) -> Caller:
    return Caller(UUID(int=person), frozenset(), time.time() + 60, str(person))


async def test_a_taste_is_kept_until_its_version_changes(stub: CatalogStub) -> None:
    profiles = memory(stub)
    stub.record(1, version=7)
    first, again = [(await profiles.of(caller(1))).profile for _ in range(2)]
    stub.record(1, version=8, likes=2)
    changed = (await profiles.of(caller(1))).profile
    assert stub.called_with == [None, '"7"', '"7"']
    assert first is again
    assert changed is not None
    assert len(changed.feedback.likes) == 2


async def test_those_heard_of_longest_ago_leave_first_and_the_memory_stays_within_its_tracks(stub: CatalogStub) -> None:
    profiles = memory(stub, max_tracks=40)
    for person in (1, 2, 3):
        stub.record(person, version=1, likes=10)
    for person in (1, 2, 3, 1):
        await profiles.of(caller(person))
    stub.record(4, version=1, likes=15)
    await profiles.of(caller(4))
    assert [UUID(int=person) in profiles for person in (1, 2, 3, 4)] == [True, False, True, True]


async def test_a_taste_larger_than_the_memory_is_kept_alone(stub: CatalogStub) -> None:
    profiles = memory(stub, max_tracks=10)
    for person in (1, 2):
        stub.record(person, version=1, likes=50)
        assert (await profiles.of(caller(person))).profile
    assert [UUID(int=person) in profiles for person in (1, 2)] == [False, True]


async def test_of_two_answers_that_cross_the_newer_taste_stays(stub: CatalogStub) -> None:
    profiles = memory(stub)
    stub.record(1, version=5, likes=5)
    await profiles.of(caller(1))
    stub.record(1, version=4, likes=4)  # asked before the change, answered after it
    crossed = (await profiles.of(caller(1))).profile
    assert crossed is not None
    assert crossed.feedback.version == 4
    stub.record(1, version=5, likes=5)
    await profiles.of(caller(1))
    assert stub.called_with[-1] == '"5"'


@pytest.mark.parametrize("status", [500, 503, 404])
async def test_while_catalog_fails_what_was_known_still_is(stub: CatalogStub, status: int) -> None:
    profiles = memory(stub)
    stub.record(1, version=1)
    known = (await profiles.of(caller(1))).profile
    stub.status = status
    assert await profiles.of(caller(1)) == (known, "taste_stale")
    assert await profiles.of(caller(2)) == (None, "taste_unavailable")


async def test_an_answer_that_is_no_taste_is_none(stub: CatalogStub) -> None:
    profiles = memory(stub)
    stub.of["Bearer 1"] = {"version": 1, "likes": "all"}
    assert await profiles.of(caller(1)) == (None, "taste_unavailable")


async def test_a_deleted_person_is_forgotten_and_not_remembered_again(stub: CatalogStub) -> None:
    profiles = memory(stub)
    stub.record(1, version=1)
    await profiles.of(caller(1))
    profiles.forget([UUID(int=1)])
    assert UUID(int=1) not in profiles
    assert (await profiles.of(caller(1))).profile  # an answer that was under way
    assert UUID(int=1) not in profiles


async def test_a_refused_token_is_passed_on_and_drops_what_was_known(stub: CatalogStub) -> None:
    profiles = memory(stub)
    stub.record(1, version=1)
    await profiles.of(caller(1))
    stub.status = 401
    with pytest.raises(Unauthorized, match="this account was deleted"):
        await profiles.of(caller(1))
    assert UUID(int=1) not in profiles

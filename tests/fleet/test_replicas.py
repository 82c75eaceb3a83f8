"""The journeys of guests and people on two replicas of every service, with real stores."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests import worlds
from tests.fleet.fleets import eventually
from tests.fleet.people import Person, sign_up
from tests.fleet.replicas import Replicas, replicas
from tests.fleet.test_journey import *  # noqa: F403 - the suite, on the fixture of this file
from tests.published import copy

pytestmark = pytest.mark.slow
AMBER = [worlds.track_id(track) for track in range(3)]


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    folder = tmp_path_factory.mktemp("replicas")
    with replicas(copy(published, folder), folder) as started:
        track = f"{started.url}/v1/tracks/{AMBER[0]}"
        eventually(lambda: httpx2.get(track).status_code == 200, "the first import")
        yield started


@pytest.fixture(scope="module")
def door(running: Replicas) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=running.url, timeout=15) as client:
        yield client


def at(running: Replicas, name: str, number: int, person: Person) -> Person:
    """The person, asking one replica of a service directly."""
    return Person(running.address(name, number), person.name, person.email, person.session)


@pytest.mark.must("S0-09")
def test_a_like_at_one_replica_is_in_the_next_answer_of_the_other(running: Replicas) -> None:
    ada = sign_up(running.url)
    here, there = (at(running, "catalog", number, ada) for number in (0, 1))
    recommends = [at(running, "recommend", number, ada) for number in (0, 1)]
    assert all(one.recommended(limit=5)["tracks"][0]["reason"]["text"].startswith("Popular") for one in recommends)
    undo = here.like(*AMBER)
    for one in recommends:
        found = one.recommended(limit=10)
        assert found["degraded"] is None
        assert not set(AMBER) & {track["track"]["id"] for track in found["tracks"]}
        assert "Amber" in found["tracks"][0]["track"]["title"]
    for event in undo:
        there.undo(event)
    for one in recommends:
        assert one.recommended(limit=5)["tracks"][0]["reason"]["text"].startswith("Popular")


def test_a_session_of_one_replica_of_auth_is_refreshed_and_ended_by_the_other(running: Replicas) -> None:
    ada = sign_up(running.address("auth", 0))
    token = {"refresh_token": ada.session["refresh_token"]}
    fresh = httpx2.post(f"{running.address('auth', 1)}/v1/auth/refresh", json=token, timeout=15)
    assert fresh.status_code == 200, fresh.text
    known = {"authorization": f"Bearer {fresh.json()['access_token']}"}
    for number in (0, 1):
        answer = httpx2.get(f"{running.address('recommend', number)}/v1/me/recommendations", headers=known, timeout=15)
        assert answer.status_code == 200


def test_both_gateways_count_together(running: Replicas) -> None:
    left = [
        int(httpx2.get(f"{running.address('gateway', number)}/v1/genres").headers["ratelimit-remaining"])
        for number in (0, 1, 0)
    ]
    assert left == [left[0], left[0] - 1, left[0] - 2]

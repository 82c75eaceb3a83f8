"""Restarts of services and stores, publishes and a rollback under 50 requests a second, on two replicas of each."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from kit.topology import GATEWAY, SERVICES
from pipelines.release.publish import rollback
from pipelines.release.write import write_release
from tests import worlds
from tests.fleet.fleets import eventually
from tests.fleet.people import Person, sign_up
from tests.fleet.replicas import Replicas, replicas
from tests.fleet.traffic import Traffic
from tests.published import copy

pytestmark = pytest.mark.slow
OUTAGE_S = 5.0
RECOVERY_S = 10.0


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    folder = tmp_path_factory.mktemp("restarts")
    with replicas(copy(published, folder), folder) as started:
        track = f"{started.url}/v1/tracks/{worlds.track_id(0)}"
        eventually(lambda: httpx2.get(track).status_code == 200, "the first import")
        yield started


@pytest.fixture
def people(running: Replicas) -> list[Person]:
    return [sign_up(running.url, f"Ada{number}") for number in range(10)]


def assert_nothing_lost(traffic: Traffic) -> None:
    """Every like that was acknowledged is there."""
    assert traffic.liked
    for person in traffic.people:
        listed, cursor = set[str](), None
        while True:
            page = person.request("GET", "/v1/me/likes", params={"limit": 200} | ({"cursor": cursor} if cursor else {}))
            listed |= {like["track"]["id"] for like in page.json()["items"]}
            if not (cursor := page.json()["next_cursor"]):
                break
        assert traffic.liked.get(person.email, set()) <= listed


@pytest.mark.parametrize("name", [*(row.name for row in SERVICES), GATEWAY])
def test_a_rolling_restart_fails_no_request(running: Replicas, people: list[Person], name: str) -> None:
    with Traffic(people) as traffic:
        time.sleep(1)
        running.restart(name)
        time.sleep(1)
    sys.stdout.write(f"{name}: {sum(traffic.statuses.values())} requests, longest {max(traffic.seconds):.2f} s\n")
    assert traffic.failures == []
    assert traffic.degraded == {}
    assert_nothing_lost(traffic)


def test_two_publishes_and_a_rollback_fail_no_request(running: Replicas, people: list[Person], tmp_path: Path) -> None:
    newer = [write_release(tmp_path, worlds.content(seed=seed, name=f"draw{seed}")) for seed in (8, 9)]

    def served() -> set[str]:
        return {
            httpx2.get(f"{running.address('recommend', number)}/v1/releases/current").json()["version"]
            for number in (0, 1)
        }

    with Traffic(people) as traffic:
        for release in newer:
            running.publish(release.path)
            eventually(lambda wanted=release.version: served() == {wanted}, "both replicas serve the new release")
        rollback(running.data, None, running.qdrant.url)
        eventually(lambda: served() == {newer[0].version}, "both replicas went back")
    assert traffic.failures == []
    assert_nothing_lost(traffic)


def test_valkey_gone_refuses_nobody(running: Replicas, people: list[Person]) -> None:
    with Traffic(people) as traffic:
        time.sleep(1)
        running.redis.end()
        time.sleep(OUTAGE_S)
        running.redis.start()
        time.sleep(2)
    assert traffic.failures == []
    assert_nothing_lost(traffic)


def test_a_restart_of_qdrant_degrades_lists_and_fails_none(running: Replicas, people: list[Person]) -> None:
    with Traffic(people) as traffic:
        time.sleep(1)
        running.qdrant.end()
        time.sleep(2)
        running.qdrant.start()
        time.sleep(3)
        during = traffic.degraded.copy()
        time.sleep(2)
    assert traffic.failures == []
    assert during.keys() == {"index_unavailable"}
    assert traffic.degraded == during
    assert_nothing_lost(traffic)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_restart_loses_nothing_acknowledged_and_answers_503_only(
    running: Replicas, people: list[Person], mode: str
) -> None:
    with Traffic(people) as traffic:
        time.sleep(2)
        running.postgres.stop(mode)
        time.sleep(OUTAGE_S)
        running.postgres.start()
        time.sleep(RECOVERY_S)
        failed = len(traffic.failures)
        time.sleep(3)
    assert set(traffic.statuses) <= {200, 201, 204, 503}, traffic.failures
    assert all(": 503 " in failure for failure in traffic.failures)
    assert 0 < failed == len(traffic.failures)  # none after it recovered
    assert_nothing_lost(traffic)

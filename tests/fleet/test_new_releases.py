"""End-to-end tests of publish and rollback under load: no request fails, every worker switches."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from pipelines.release.write import write_release
from tests import worlds
from tests.fleet.fleets import ROOT, Fleet, eventually, fleet
from tests.fleet.people import Person, sign_up
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")


@pytest.fixture(scope="module")
def data(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy(published, tmp_path_factory.mktemp("new releases"))


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Fleet]:
    settings = {f"SEGUE_GATEWAY_{who}_PER_MINUTE": "0" for who in ("GUEST", "PERSON", "SIGN_IN")}
    settings["SEGUE_RECOMMEND_TASTE_WAIT_S"] = (
        "5"  # a busy machine is no failed switch: a stale taste counts as one here
    )
    with fleet(data, "--workers", "2", **settings) as started:
        started.wait_for_output("Ctrl-C stops everything")
        yield started


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two releases of other draws of the same world, not published, the newest last."""
    folder = tmp_path_factory.mktemp("newer")
    return [write_release(folder, worlds.content(seed=seed, name=f"draw{seed}")).path for seed in (8, 9)]


@pytest.fixture(scope="module")
def ada(running: Fleet) -> Person:
    person = sign_up(running.url)
    track = worlds.track_id(3)
    eventually(lambda: httpx2.get(f"{running.url}/v1/tracks/{track}").status_code == 200, "the first import")
    person.like(track, worlds.track_id(4))
    return person


def pipeline(*arguments: str | Path) -> None:
    done = subprocess.run([sys.executable, "-m", "pipelines", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


class Load:
    """Asks from several threads until it is told to stop, about 100 times a second."""

    def __init__(self, person: Person, threads: int = 3) -> None:
        self._person = person
        self._done = threading.Event()
        self.failures: list[str] = []
        self.releases: list[str] = []
        self._threads = [threading.Thread(target=self._ask) for _ in range(threads)]

    def _ask(self) -> None:
        seeds = {"seeds": [{"track": worlds.track_id(3)}], "limit": 5}
        similar = f"/v1/tracks/{worlds.track_id(3)}/similar"
        calls = (
            ("GET", "/v1/me/recommendations", None),
            ("POST", "/v1/recommendations", seeds),
            ("GET", similar, None),
        )
        while not self._done.is_set():
            for method, path, body in calls:
                self._done.wait(0.02)  # without a pause the two publishes would wait for the processor, not for readers
                try:
                    answer = self._person.request(method, path, expected=None, json=body)
                except httpx2.TransportError as error:
                    self.failures.append(repr(error))
                    continue
                if answer.status_code != 200 or answer.json()["degraded"] or not answer.json()["tracks"]:
                    self.failures.append(f"{path}: {answer.status_code} ...{answer.text[-300:]}")
                else:
                    self.releases.append(answer.json()["release"])

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()


def serving(person: Person) -> set[str]:
    """The releases that a dozen answers name, each over a connection of its own."""
    return {person.recommended(limit=1)["release"] for _ in range(12)}


def test_two_publishes_and_a_rollback_fail_no_request(data: Path, newer: list[Path], ada: Person) -> None:
    [first] = serving(ada)
    with Load(ada) as load:
        for release in newer:
            pipeline("publish", release, "--data", data)
            eventually(lambda name=release.name: serving(ada) == {name}, "every worker serves the new release")
        pipeline("rollback", "--data", data)
        eventually(lambda: serving(ada) == {newer[0].name}, "every worker went back")
    assert load.failures == []
    assert set(load.releases) == {first, *(release.name for release in newer)}


@pytest.mark.parametrize("moment_s", [0.5, 1.5])
def test_a_publish_that_is_killed_leaves_the_old_release_serving(
    data: Path, published: Path, ada: Person, moment_s: float
) -> None:
    [before] = serving(ada)
    release = next(path for path in (data / "releases").iterdir() if path.is_dir() and path.name != before)
    command = [sys.executable, "-m", "pipelines", "publish", str(release), "--data", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(moment_s)
    os.kill(process.pid, signal.SIGKILL)
    finished = process.wait() != -signal.SIGKILL or (data / "releases" / "CURRENT").read_text().strip() != before
    expected = {release.name} if finished else {before}
    eventually(lambda: serving(ada) == expected, f"{expected} is served")
    pipeline("publish", data / "releases" / before, "--data", data)
    eventually(lambda: serving(ada) == {before}, "publishing works after the kill")

"""A release of open data, installed while a fleet runs: it is served, searched and imported into."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from kit import ids
from kit.release import Release
from pipelines.open_data.release import pack
from pipelines.open_data.rules import SessionRules
from pipelines.open_data.sessions import sessions_stage
from pipelines.open_data.tracks import tracks_stage
from tests import worlds
from tests.fleet.fleets import Fleet, eventually, fleet
from tests.fleet.people import Person, sign_up
from tests.open_dumps import served
from tests.pipelines.open_data import world as open_world
from tests.pipelines.open_data.released import released
from tests.pipelines.test_cli import run_main
from tests.published import copy

EVERY = worlds.tracks()["track_id"].to_list()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc"),
]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("open")
    world, rules = open_world.small(folder), SessionRules()
    sessions = sessions_stage(folder / "work", world.dumps, rules, lambda _: None)
    tracks = tracks_stage(folder / "work", world.dumps, rules, None, lambda _: None)
    return released(folder, world, sessions, tracks)


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Serves the small world's own release at first."""
    with fleet(copy(published, tmp_path_factory.mktemp("data"))) as started:
        started.wait_for_output("Ctrl-C stops everything")
        yield started


@pytest.fixture(scope="module")
def before(running: Fleet) -> Person:
    """Somebody who liked two tracks of the release before, which the open one calls by other ids."""
    person = sign_up(running.url)
    track = worlds.track_id(3)
    eventually(lambda: httpx2.get(f"{running.url}/v1/tracks/{track}").status_code == 200, "the first import")
    person.like(track, worlds.track_id(4))
    return person


@pytest.fixture(scope="module")
def installed(release: Release, running: Fleet, before: Person, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Installs it from a mirror; the id of one of its tracks once catalog has it."""
    archive = pack(release, tmp_path_factory.mktemp("mirror") / f"{release.version}.tar")
    with served(archive.parent) as mirror:
        done = run_main("open", "install", f"{mirror.url}/{archive.name}", "--data", running.data)
    assert done.returncode == 0, done.stderr
    track = release.track_id(0)
    eventually(
        lambda: httpx2.get(f"{running.url}/v1/tracks/{track}").status_code == 200, "the import of the new release"
    )
    eventually(lambda: before.recommended(limit=1)["release"] == release.version, "recommend serves it")
    return track


def test_its_tracks_are_found_and_recommended(running: Fleet, release: Release, installed: str) -> None:
    card = httpx2.get(f"{running.url}/v1/tracks/{installed}").raise_for_status().json()
    found = httpx2.get(f"{running.url}/v1/search", params={"q": card["title"]}).raise_for_status().json()["items"]
    assert installed in [item["id"] for item in found]
    similar = httpx2.get(f"{running.url}/v1/tracks/{installed}/similar").raise_for_status().json()
    assert similar["release"] == release.version
    every = {release.track_id(row) for row in range(release.size)}
    assert len(similar["tracks"]) == 20
    assert {item["track"]["id"] for item in similar["tracks"]} <= every - {installed}


def test_a_recording_is_asked_for_by_its_mbid(running: Fleet, installed: str) -> None:
    mbid = next(one for one in map(open_world.recording, EVERY) if ids.derive(mbid=one) == installed)
    card = httpx2.get(f"{running.url}/v1/tracks/{mbid}").raise_for_status().json()
    assert card["id"] == installed
    body = {"seeds": [{"track": mbid}], "limit": 3}
    answer = httpx2.post(f"{running.url}/v1/recommendations", json=body).raise_for_status().json()
    assert len(answer["tracks"]) == 3


def test_somebody_new_gets_lists_of_what_they_like(running: Fleet, release: Release, installed: str) -> None:
    person = sign_up(running.url)
    person.like(installed, release.track_id(1))
    answer = person.recommended(limit=10)
    assert answer["release"] == release.version
    assert len(answer["tracks"]) == 10


def test_what_was_liked_before_is_kept(before: Person, installed: str) -> None:
    liked = before.request("GET", "/v1/me/likes").json()["items"]
    assert {item["track"]["id"] for item in liked} >= {worlds.track_id(3), worlds.track_id(4)}
    assert installed

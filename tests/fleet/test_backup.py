"""Rehearsal of a disaster: a backup under writes, the data folder destroyed, restored, and Segue started again."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest

from tests import worlds
from tests.fleet.fleets import ROOT, eventually, fleet
from tests.fleet.people import PASSWORD, Person, sign_up
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
LIMITS = {f"SEGUE_GATEWAY_{who}_PER_MINUTE": "0" for who in ("GUEST", "PERSON", "SIGN_IN")}


def pipeline(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *map(str, words)], cwd=ROOT, capture_output=True, text=True
    )


def likes(person: Person) -> set[str]:
    page = person.request("GET", "/v1/me/likes", params={"limit": 500}).json()
    return {like["track"]["id"] for like in page["items"]}


@pytest.mark.must("S3-13")
def test_everything_acknowledged_before_a_backup_is_there_after_a_restore(published: Path, tmp_path: Path) -> None:
    data, backup = copy(published, tmp_path), tmp_path / "backup"
    tracks = [worlds.track_id(track) for track in range(40)]
    acknowledged: list[str] = []
    done = threading.Event()
    with fleet(data, **LIMITS) as running:
        running.wait_for_output("Ctrl-C stops everything")
        eventually(lambda: httpx2.get(f"{running.url}/v1/tracks/{tracks[0]}").status_code == 200, "the first import")
        ada, bob = sign_up(running.url, "Ada"), sign_up(running.url, "Bob")
        ada.like(*tracks[:5])

        def write_likes() -> None:
            for track in tracks:
                if done.is_set():
                    return
                bob.like(track)
                acknowledged.append(track)

        writer = threading.Thread(target=write_likes)
        writer.start()
        eventually(lambda: len(acknowledged) >= 3, "likes are stored")
        before = list(acknowledged)
        made = pipeline("backup", backup, "--data", data)
        done.set()
        writer.join()
        assert made.returncode == 0, made.stderr
        refused = pipeline("restore", backup, "--data", data, "--force")
        assert "stop Segue first" in refused.stderr
        release = httpx2.get(f"{running.url}/v1/releases/current").json()["version"]
    shutil.rmtree(data)

    restored = pipeline("restore", backup, "--data", data)
    assert restored.returncode == 0, restored.stderr
    with fleet(data, **LIMITS) as running:
        running.wait_for_output("Ctrl-C stops everything")
        for person in (ada, bob):
            person.url = running.url
        assert likes(ada) == set(tracks[:5])  # with the access token of before: the signing keys are the same
        assert set(before) <= likes(bob) <= set(acknowledged)
        again = httpx2.post(f"{running.url}/v1/auth/login", json={"email": ada.email, "password": PASSWORD}, timeout=15)
        assert again.status_code == 200, again.text
        assert httpx2.get(f"{running.url}/v1/releases/current").json()["version"] == release
        assert not set(tracks[:5]) & set(ada.tracks(limit=10))

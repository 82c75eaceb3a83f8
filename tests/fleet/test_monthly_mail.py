"""End-to-end test of the monthly mail on a real fleet: subscribe, run the command twice, stop by the mail's link."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from supervisor.programs import settings
from tests import worlds
from tests.fleet.fleets import ROOT, Fleet, eventually, fleet
from tests.fleet.people import Person, sign_up
from tests.fleet.test_forgotten_password import link_in, mail_to, post
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
DUNE = [worlds.track_id(150 + i) for i in range(3, 43)]
SUBSCRIPTION = "/v1/me/report/subscription"


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(copy(published, tmp_path_factory.mktemp("monthly"))) as started:
        started.wait_for_output("Ctrl-C stops everything")
        eventually(lambda: httpx2.get(f"{started.url}/v1/tracks/{DUNE[0]}").status_code == 200, "the first import")
        yield started


def send(running: Fleet) -> subprocess.CompletedProcess[str]:
    """Runs the command for the present month, with the settings that fleet.py gave report."""
    ports = {name: urlsplit(running.address(name)).port or 0 for name in running.children()}
    environment = settings("report", ports, running.data.resolve())
    command = [sys.executable, "-m", "services.report.monthly", "--period", f"{datetime.now(UTC):%Y-%m}"]
    environment |= {"SEGUE_PUBLIC_URL": running.url}
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=120)


def verified(running: Fleet) -> Person:
    ada = sign_up(running.url)
    assert "not verified" in ada.request("PUT", SUBSCRIPTION, expected=409, json={"monthly": True}).json()["detail"]
    ada.request("POST", "/v1/me/verification", expected=202)
    _, token = link_in(mail_to(running, ada.email, "verify"))
    assert post(running, "/v1/auth/verify", token=token).status_code == 200
    return ada


def test_a_month_is_mailed_once_and_the_link_in_the_mail_ends_it(running: Fleet) -> None:
    ada = verified(running)
    ada.record("like", *DUNE)
    assert ada.request("PUT", SUBSCRIPTION, json={"monthly": True}).json()["monthly"]
    first, second = send(running), send(running)
    assert first.returncode == 0, first.stderr
    assert '"sent":1' in first.stderr
    assert '"already":1' in second.stderr
    assert ada.email not in first.stderr + second.stderr
    assert len(list((running.data / "mail").glob("[!.]*-monthly-*.eml"))) == 1
    mail = mail_to(running, ada.email, "monthly")
    url, token = link_in(mail)
    assert url == f"{running.url}/v1/report/unsubscribe"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().count(f"{running.url}/track/") == 5
    assert not any(track in plain.get_content() for track in DUNE)
    assert httpx2.get(f"{url}?token={token}", timeout=15).status_code == 200
    assert ada.request("GET", SUBSCRIPTION).json()["monthly"]
    stopped = httpx2.post(f"{url}?token={token}", data={"List-Unsubscribe": "One-Click"}, timeout=15)
    assert stopped.status_code == 200, stopped.text
    assert not ada.request("GET", SUBSCRIPTION).json()["monthly"]
    assert not any(token in line or ada.email in line for line in running.output)

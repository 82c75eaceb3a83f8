"""End-to-end tests of the taste report on a real fleet: report, keywords, card, share links, and report away."""

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests import worlds
from tests.fleet.fleets import Fleet, eventually, fleet
from tests.fleet.people import PASSWORD, Person, sign_up
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
DUNE = [worlds.track_id(150 + i) for i in range(3, 43)]


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The small world."""
    settings = {"SEGUE_GATEWAY_SIGN_IN_PER_MINUTE": "0", "SEGUE_GATEWAY_GUEST_PER_MINUTE": "0"}
    with fleet(copy(published, tmp_path_factory.mktemp("report")), **settings) as started:
        started.wait_for_output("Ctrl-C stops everything")
        eventually(lambda: httpx2.get(f"{started.url}/v1/tracks/{DUNE[0]}").status_code == 200, "the first import")
        yield started


@pytest.fixture(scope="module")
def ada(running: Fleet) -> Person:
    """Somebody who likes 40 tracks of the most energetic island."""
    person = sign_up(running.url)
    person.record("like", *DUNE)
    return person


@pytest.mark.must("S0-13", "S0-25", "S0-33", "S0-32")
def test_from_likes_to_a_report_to_keywords_to_matching_tracks(ada: Person) -> None:
    report = ada.request("GET", "/v1/me/report?voice=playful").json()
    assert (report["n_likes"], report["n_in_release"]) == (40, 40)
    assert {one["name"]: one["claim"] for one in report["features"]}["energy"] == "higher"
    assert any("You are so Passionate" in line["text"] for line in report["headlines"])
    chips = ada.request("GET", "/v1/me/report/keywords").json()["items"]
    [passionate] = [chip for chip in chips if chip["label"] == "Passionate"]
    chosen = ada.request("GET", f"/v1/me/recommendations?limit=10&exclude_known=false&{passionate['query']}").json()
    energies = [track["track"]["features"]["energy"] for track in chosen["tracks"]]
    assert energies
    assert min(energies) >= passionate["filters"]["min_energy"]


def test_the_card_is_a_picture_through_the_gateway(ada: Person) -> None:
    picture = ada.request("GET", "/v1/me/report/card.png?size=tall&ground=night&name=true")
    assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert ada.name in ada.request("GET", "/v1/me/report/card.svg?name=true").text
    assert ada.name not in ada.request("GET", "/v1/me/report/card.svg").text


def test_a_guest_reads_a_shared_report_until_it_is_revoked(running: Fleet, ada: Person) -> None:
    made = ada.request("POST", "/v1/me/report/share", expected=201, json={"period": "all"}).json()
    read = httpx2.get(running.url + made["path"])
    assert (read.status_code, read.json()["report"]["n_likes"], read.json()["name"]) == (200, 40, None)
    assert httpx2.get(f"{running.url}{made['path']}/card.png").content[:4] == b"\x89PNG"
    ada.request("DELETE", f"/v1/me/report/share/{made['id']}", expected=204)
    assert httpx2.get(running.url + made["path"]).status_code == 404


def test_an_api_key_of_the_scope_reads_the_report_and_no_other_does(running: Fleet, ada: Person) -> None:
    def key(scope: str) -> dict[str, str]:
        body = {"name": scope, "scopes": [scope]}
        return {"x-api-key": ada.request("POST", "/v1/me/api-keys", expected=201, json=body).json()["key"]}

    assert httpx2.get(f"{running.url}/v1/me/report", headers=key("report:read")).json()["n_likes"] == 40
    assert httpx2.get(f"{running.url}/v1/me/report", headers=key("recommend:read")).status_code == 403
    assert httpx2.get(f"{running.url}/v1/me/report").status_code == 401


def test_a_deleted_account_takes_its_shared_reports_along(running: Fleet) -> None:
    gone = sign_up(running.url, "Gone")
    made = gone.request("POST", "/v1/me/report/share", expected=201, json={}).json()
    gone.request("DELETE", "/v1/me", expected=202, json={"password": PASSWORD})
    eventually(lambda: httpx2.get(running.url + made["path"]).status_code == 404, "report forgot")
    eventually(lambda: gone.request("GET", "/v1/me/report", expected=None).status_code == 401, "the account is gone")


@pytest.mark.must("S0-62")
def test_recommendations_do_not_need_report(running: Fleet, ada: Person) -> None:
    before, first = ada.tracks(limit=10), running.children()["report"]
    running.signal("report", signal.SIGKILL)
    away = [ada.recommended(limit=10) for _ in range(5)]
    assert [[track["track"]["id"] for track in answer["tracks"]] for answer in away] == [before] * 5
    assert {answer["degraded"] for answer in away} == {None}
    eventually(lambda: running.children().get("report", first) != first, "report was started again")
    eventually(lambda: ada.request("GET", "/v1/me/report", expected=None).status_code == 200, "report answers again")

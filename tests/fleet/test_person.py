"""End-to-end tests of a user's feedback and recommendations, on a real fleet with two recommend workers."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import polars as pl
import pytest

from tests import worlds
from tests.fleet.fleets import ROOT, Fleet, eventually, fleet
from tests.fleet.people import PASSWORD, Person, sign_up
from tests.published import copy
from tests.tokens import Issuer

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
AMBER = [worlds.track_id(i) for i in range(3, 9)]
DUNE = [worlds.track_id(150 + i) for i in range(3, 9)]


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The small world, recommend with two workers."""
    settings = {
        "SEGUE_GATEWAY_SIGN_IN_PER_MINUTE": "0",
        "SEGUE_GATEWAY_GUEST_PER_MINUTE": "0",
        "SEGUE_RECOMMEND_TASTE_WAIT_S": "3",  # a machine that stops for a moment must not make a list stale
    }
    with fleet(copy(published, tmp_path_factory.mktemp("person")), "--workers", "2", **settings) as started:
        started.wait_for_output("Ctrl-C stops everything")
        eventually(lambda: httpx2.get(f"{started.url}/v1/tracks/{AMBER[0]}").status_code == 200, "the first import")
        yield started


@pytest.fixture
def ada(running: Fleet) -> Person:
    return sign_up(running.url)


def scenes(found: list[str]) -> set[str]:
    """Which islands of the planted world these tracks are from."""
    numbers = {worlds.track_id(i): i for i in range(worlds.SIZE)}
    return {worlds.SCENES[numbers[track] // worlds.PER_SCENE] for track in found}


@pytest.mark.must("S0-09")
def test_a_like_affects_the_next_response_of_every_worker(ada: Person) -> None:
    ada.like(*AMBER[:3])
    first = [ada.tracks(limit=10) for _ in range(8)]
    assert first == [first[0]] * 8
    assert scenes(first[0]) == {"amber"}
    before = ada.recommended(limit=30)["tracks"]
    for liked in DUNE[:3]:
        ada.like(liked)
        answers = [ada.recommended(limit=30)["tracks"] for _ in range(4)]
        assert answers == [answers[0]] * 4
        assert answers[0] != before
        assert liked not in {track["track"]["id"] for track in answers[0]}
        before = answers[0]
    assert scenes(ada.tracks(limit=10)) == {"amber", "dune"}


@pytest.mark.must("S0-09")
def test_a_dislike_removes_the_track_and_demotes_similar_ones(ada: Person) -> None:
    ada.like(*AMBER[:3], *DUNE[:3])
    before = ada.tracks(limit=30, mode="similar")
    disliked = next(track for track in before if scenes([track]) == {"dune"})
    ada.record("dislike", disliked)
    after = [ada.tracks(limit=30, mode="similar") for _ in range(4)]
    assert after == [after[0]] * 4
    assert disliked not in after[0]
    assert mean_rank(after[0], "dune") > mean_rank(before, "dune")


def mean_rank(found: list[str], scene: str) -> float:
    positions = [position for position, track in enumerate(found) if scenes([track]) == {scene}]
    return sum(positions) / len(positions) if positions else len(found)


@pytest.mark.must("S4-10")
def test_never_excludes_a_track_even_when_known_tracks_are_allowed(ada: Person) -> None:
    ada.like(*AMBER[:3])
    first = ada.tracks(limit=10)[0]
    ada.record("never", first)
    for query in ({"limit": 45}, {"limit": 45, "exclude_known": "false"}, {"limit": 45, "mode": "similar"}):
        for _ in range(2):
            assert first not in ada.tracks(**query)
    assert AMBER[0] in ada.tracks(limit=45, exclude_known="false")


def test_undoing_restores_the_previous_response(ada: Person) -> None:
    ada.like(*AMBER[:3])
    before = ada.recommended(limit=10)["tracks"]
    for kind, track in (("like", DUNE[0]), ("dislike", AMBER[5]), ("never", AMBER[4])):
        [event] = ada.record(kind, track)
        assert ada.recommended(limit=10)["tracks"] != before
        ada.undo(event)
        assert ada.recommended(limit=10)["tracks"] == before
        assert ada.recommended(limit=10)["tracks"] == before


@pytest.mark.must("S0-10")
def test_likes_are_training_data_until_the_account_is_deleted(running: Fleet, ada: Person) -> None:
    bob = sign_up(running.url, "Bob")
    for person in (ada, bob):
        person.like(*AMBER[:3])
    ada.record("dislike", DUNE[0])
    before = listens(running)
    assert before.filter(pl.col("value") == 1)["user_id"].n_unique() >= 2
    assert before.filter(pl.col("value") == -1)["track_id"].to_list().count(DUNE[0]) >= 1
    bob.request("DELETE", "/v1/me", expected=202, json={"password": PASSWORD})
    eventually(lambda: listens(running)["user_id"].n_unique() == before["user_id"].n_unique() - 1, "without Bob")


def listens(running: Fleet) -> pl.DataFrame:
    """What `segue-pipeline ingest --from-catalog` reads from this fleet."""
    words = ["ingest", "--from-catalog", running.address("catalog"), "--data", str(running.data)]
    done = subprocess.run([sys.executable, "-m", "pipelines", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return pl.read_parquet(Path(done.stdout.strip()) / "listens.parquet")


def test_feedback_of_one_user_does_not_affect_others(running: Fleet, ada: Person) -> None:
    bob = sign_up(running.url, "Bob")
    bob.like(*DUNE[:3])
    before = bob.tracks(limit=10)
    [event, *_] = ada.like(*AMBER[:3])
    assert bob.tracks(limit=10) == before
    bob.request("POST", f"/v1/me/feedback/{event}/undo", expected=404)
    assert [item["track"]["id"] for item in bob.request("GET", "/v1/me/likes").json()["items"]] == DUNE[2::-1]
    assert scenes(ada.tracks(limit=10)) == {"amber"}


@pytest.mark.parametrize("header", ["x-user-id", "X-Segue-Person", "x_user_id", "x-forwarded-user", "x-auth-person"])
def test_no_header_changes_the_identity_of_a_caller(running: Fleet, ada: Person, header: str) -> None:
    bob = sign_up(running.url, "Bob")
    bob.like(*DUNE[:3])
    ada.like(*AMBER[:3])
    claimed = {**ada.headers, header: str(bob.session["user"]["id"])}
    answer = httpx2.get(f"{running.url}/v1/me/recommendations", params={"limit": 10}, headers=claimed)
    assert scenes([track["track"]["id"] for track in answer.json()["tracks"]]) == {"amber"}
    nobody = httpx2.get(f"{running.url}/v1/me/recommendations", headers={header: str(bob.session["user"]["id"])})
    assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthorized")


def test_internal_routes_are_not_public(running: Fleet, ada: Person) -> None:
    for path in ("/internal/taste", "/internal/events?after=0", "/v1/../internal/taste", "/internal%2Ftaste"):
        assert ada.request("GET", path, expected=None).status_code == 404
    service = {"authorization": "Segue-Service " + "k" * 64}
    assert httpx2.get(f"{running.url}/v1/me/likes", headers=service).status_code == 401


def test_one_token_is_valid_for_library_and_account(ada: Person) -> None:
    me = ada.request("GET", "/v1/me").json()
    assert (me["name"], me["email"]) == (ada.name, ada.email)
    ada.like(AMBER[0])
    assert ada.request("GET", f"/v1/tracks/{AMBER[0]}").json()["like"] == 1
    assert httpx2.get(f"{ada.url}/v1/tracks/{AMBER[0]}").json()["like"] is None


def test_a_used_refresh_token_ends_the_session(running: Fleet, ada: Person) -> None:
    def refresh(token: str) -> httpx2.Response:
        return httpx2.post(f"{running.url}/v1/auth/refresh", json={"refresh_token": token})

    stolen = ada.session["refresh_token"]
    renewed = refresh(stolen)
    assert renewed.status_code == 200
    latest = refresh(renewed.json()["refresh_token"])
    assert latest.status_code == 200
    assert refresh(stolen).status_code == 401
    assert refresh(renewed.json()["refresh_token"]).status_code == 401


def test_an_api_key_is_limited_to_its_scopes(running: Fleet, ada: Person) -> None:
    ada.like(*AMBER[:3])
    body = {"name": "radio", "scopes": ["recommend:read"]}
    made = ada.request("POST", "/v1/me/api-keys", expected=201, json=body).json()
    key = {"x-api-key": made["key"]}
    answer = httpx2.get(f"{running.url}/v1/me/recommendations", params={"limit": 10}, headers=key)
    assert [track["track"]["id"] for track in answer.json()["tracks"]] == ada.tracks(limit=10)
    assert httpx2.put(f"{running.url}/v1/me/likes/{DUNE[0]}", headers=key).status_code == 403
    assert httpx2.get(f"{running.url}/v1/me", headers=key).status_code == 403
    assert httpx2.get(f"{running.url}/v1/me/recommendations", headers={"x-api-key": "segue_no"}).status_code == 401


def test_a_new_user_gets_popular_tracks_with_the_reason(ada: Person) -> None:
    found = ada.recommended(limit=5)
    assert len(found["tracks"]) == 5
    assert {track["reason"]["space"] for track in found["tracks"]} == {"popular"}
    assert found["degraded"] is None


def test_filters_hold_for_a_persons_tracks(ada: Person) -> None:
    ada.like(*AMBER[:3], *DUNE[:3])
    found = ada.recommended(limit=20, min_energy=0.6, max_year=1999)["tracks"]
    assert found
    assert all(track["track"]["features"]["energy"] >= 0.6 and track["track"]["year"] <= 1999 for track in found)


def test_shown_tracks_can_be_excluded(ada: Person) -> None:
    ada.like(*AMBER[:3])
    first = set(ada.tracks(limit=10))
    eventually(lambda: not first & set(ada.tracks(limit=10, exclude_shown="true")), "the shown songs were left out")
    assert set(ada.tracks(limit=10)) == first


def test_the_cached_taste_is_used_while_catalog_is_unavailable(running: Fleet) -> None:
    ada = sign_up(running.url)
    ada.like(*AMBER[:3])
    before, *_ = [ada.tracks(limit=10) for _ in range(8)]  # both workers know her taste
    running.signal("catalog", signal.SIGSTOP)
    try:
        answers = [ada.recommended(limit=10) for _ in range(6)]
    finally:
        running.signal("catalog", signal.SIGCONT)
    known = [answer for answer in answers if answer["degraded"] == "taste_stale"]
    assert {answer["degraded"] for answer in answers} <= {"taste_stale", "taste_unavailable"}
    assert known
    for answer in known:
        assert [track["track"]["id"] for track in answer["tracks"]] == before
    eventually(lambda: ada.recommended(limit=10)["degraded"] is None, "catalog was asked again")


def test_a_deleted_account_is_deleted_in_every_service(running: Fleet) -> None:
    gone = sign_up(running.url, "Gone")
    gone.like(*AMBER[:3])
    gone.tracks(limit=10)
    gone.request("DELETE", "/v1/me", expected=202, json={"password": PASSWORD})
    for path in ("/v1/me", "/v1/me/likes", "/v1/me/recommendations"):
        eventually(lambda path=path: gone.request("GET", path, expected=None).status_code == 401, f"{path} forgot")
    assert gone.request("PUT", f"/v1/me/likes/{AMBER[0]}", expected=None).status_code == 401
    body = {"email": gone.email, "password": PASSWORD}
    assert httpx2.post(f"{running.url}/v1/auth/login", json=body).status_code == 401
    again = httpx2.post(f"{running.url}/v1/auth/signup", json={"name": "Gone", **body})
    assert again.status_code == 201
    back = Person(running.url, "Gone", gone.email, again.json())
    assert back.request("GET", "/v1/me/likes").json()["total"] == 0


def test_a_token_of_an_invented_user_is_refused(running: Fleet) -> None:
    forged = Issuer().bearer(uuid4())
    for path in ("/v1/me", "/v1/me/likes", "/v1/me/recommendations", f"/v1/tracks/{AMBER[0]}"):
        assert httpx2.get(running.url + path, headers=forged).status_code == 401

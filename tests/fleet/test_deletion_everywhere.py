"""End-to-end proof that a deleted account leaves nothing: every file of a running fleet is searched for its traces."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import polars as pl
import pytest

from tests.fleet.fleets import ROOT, Fleet, eventually, fleet
from tests.fleet.people import PASSWORD, Person, sign_up
from tests.fleet.traces import FILE, LIKED, TEXTS, Traced, left_in_files, opened, traced
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
LIMITS = {f"SEGUE_GATEWAY_{who}_PER_MINUTE": "0" for who in ("GUEST", "PERSON", "SIGN_IN")}


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(copy(published, tmp_path_factory.mktemp("traces")), **LIMITS) as started:
        started.wait_for_output("Ctrl-C stops everything")
        eventually(lambda: httpx2.get(f"{started.url}/v1/tracks/{LIKED[0]}").status_code == 200, "the first import")
        yield started


@pytest.fixture(scope="module")
def quillon(running: Fleet) -> Traced:
    return traced(running.url)


def test_the_export_holds_what_every_service_keeps(quillon: Traced) -> None:
    files = opened(quillon.export)
    [account] = files["account.jsonl"]
    assert (account["name"], account["email"]) == (TEXTS["name"], quillon.person.email)
    likes = [row for row in files["feedback.jsonl"] if row["kind"] == "like" and row["track"] in LIKED]
    assert [row["track"] for row in likes] == LIKED
    assert all(row["title"] and row["artists"] for row in likes)
    assert len(files["playlist_tracks.jsonl"]) == len(LIKED) + 1, "the playlist, and the one that the import made"
    assert [row["names"]["title"] for row in files["unmatched.jsonl"]] == ["Nowhere matched kumquat trace"]
    everything = str(files)
    absent = {"bytes of an upload"}  # not read yet, and no part of what is known
    assert {what for what, text in TEXTS.items() if text not in everything} == absent
    for file in ("sessions", "api_keys", "mutes", "exclusions", "interest_test", "recommendations", "shared_reports"):
        assert files[f"{file}.jsonl"], file


def test_the_export_holds_no_secret(quillon: Traced) -> None:
    text = str(opened(quillon.export))
    session = quillon.person.session
    assert session["refresh_token"] not in text
    assert session["access_token"] not in text
    assert not re.search(r"argon2|password_hash|digest'|'family'|'token'", text)


def test_an_export_is_its_persons_alone_and_goes_on_from_any_byte(running: Fleet, quillon: Traced) -> None:
    file = f"{running.url}/v1/me/export/file"
    ben = sign_up(running.url, "Ben")
    for path in ("/v1/me/export", "/v1/me/export/file"):
        assert ben.request("GET", path, expected=None).status_code == 404
        assert httpx2.get(running.url + path).status_code == 401
    assert ben.request("DELETE", "/v1/me/export", expected=None).status_code == 404
    scopes = ["recommend:read", "feedback:write", "catalog:read", "report:read"]
    made = quillon.person.request("POST", "/v1/me/api-keys", expected=201, json={"name": "k", "scopes": scopes})
    key = {"x-api-key": made.json()["key"]}
    assert httpx2.get(file, headers=key).status_code == 403
    assert httpx2.post(f"{running.url}/v1/me/export", headers=key).status_code == 403
    headers = quillon.person.headers
    tail = httpx2.get(file, headers=headers | {"range": "bytes=100-"})
    assert (tail.status_code, tail.content) == (206, quillon.export[100:])
    size = len(quillon.export)
    assert tail.headers["content-range"] == f"bytes 100-{size - 1}/{size}"
    assert tail.headers["cache-control"] == "private, no-store"
    changed = httpx2.get(file, headers=headers | {"range": "bytes=100-", "if-range": '"another"'})
    assert (changed.status_code, changed.content) == (200, quillon.export)
    assert httpx2.get(file, headers=headers | {"range": f"bytes={size}-"}).json()["code"] == "range_not_satisfiable"


def test_a_deleted_account_leaves_nothing_in_any_file(running: Fleet, quillon: Traced) -> None:
    ben = sign_up(running.url, "Ben")
    ben.like(*LIKED)
    before = left_in_files(running.data, quillon.needles)
    assert before.keys() == quillon.needles.keys(), "every trace is stored, or it proves nothing"
    assert any(path.startswith("mail/") for path in before["address"])
    quillon.person.request("DELETE", "/v1/me", expected=202, json={"password": PASSWORD})
    gone = {"left": before}

    def nothing_left() -> bool:
        gone["left"] = left_in_files(running.data, quillon.needles)
        return not gone["left"]

    try:
        eventually(nothing_left, "nothing is left")
    except AssertionError:
        raise AssertionError(f"left: {gone['left']}") from None
    log = "".join(running.output)
    assert [what for what, needle in quillon.needles.items() if needle.decode("utf-8", "replace") in log] == []
    assert len(ben.request("GET", "/v1/me/likes").json()["items"]) == len(LIKED)


def test_answers_stored_for_a_person_go_when_auth_itself_deletes_the_account(running: Fleet) -> None:
    eve = sign_up(running.url, "Eve")
    keyed = eve.headers | {"idempotency-key": "key-of-eve"}
    assert httpx2.post(f"{running.url}/v1/me/playlists", headers=keyed, json={"name": "Hers"}).status_code == 201
    person = eve.request("GET", "/v1/me").json()["id"]

    def stored() -> int:
        with closing(sqlite3.connect(running.data / "gateway.db")) as file:
            found: int = file.execute("SELECT count(*) FROM answers WHERE owner = ?", (person,)).fetchone()[0]
            return found

    assert stored() == 1
    past_the_gateway = Person(running.address("auth"), eve.name, eve.email, eve.session)
    past_the_gateway.request("DELETE", "/v1/me", expected=202, json={"password": PASSWORD})
    eventually(lambda: stored() == 0, "the gateway has deleted the answers")


def test_the_next_training_input_does_not_have_the_person(running: Fleet, quillon: Traced) -> None:
    words = ["ingest", "--from-catalog", running.address("catalog"), "--data", str(running.data)]
    done = subprocess.run([sys.executable, "-m", "pipelines", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    listens = pl.read_parquet(Path(done.stdout.strip()) / "listens.parquet")
    assert listens["user_id"].n_unique() == 1, "Ben's likes alone"
    assert left_in_files(running.data, quillon.needles) == {}


def test_the_token_of_a_deleted_account_reads_and_makes_no_export(quillon: Traced) -> None:
    for method, path in (("GET", "/v1/me/export"), ("POST", "/v1/me/export"), ("GET", "/v1/me/export/file")):
        assert quillon.person.request(method, path, expected=None).status_code == 401


def test_a_track_that_somebody_else_has_too_stays(running: Fleet) -> None:
    people = [sign_up(running.url, name) for name in ("Cleo", "Dora")]
    for person in people:
        begun = person.request("POST", "/v1/me/imports", expected=202, content=FILE.encode()).json()
        path = f"/v1/me/imports/{begun['id']}"
        eventually(lambda person=person, path=path: person.request("GET", path).json()["status"] == "done", "import")
    needle = {"title": TEXTS["title of a track that an import added"].encode()}
    for person, stays in zip(people, (True, False), strict=True):
        person.request("DELETE", "/v1/me", expected=202, json={"password": PASSWORD})
        if not stays:
            eventually(lambda: left_in_files(running.data, needle) == {}, "the track goes with its last owner")
        else:
            dora = people[1].request("GET", "/v1/me/likes").json()["items"]
            assert "zebrawood trace" in str(dora) or "catalog.db" in str(left_in_files(running.data, needle))

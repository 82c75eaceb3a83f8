"""End-to-end tests of guest requests through the public API of a real fleet."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from kit import ids
from tests import worlds
from tests.fleet.fleets import fleet
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
OUTSIDER = "7KXjTSCq5nL1LoYtL7XAwS"


@pytest.fixture(scope="module")
def door(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A client of the gateway of a running fleet on the small world, once catalog has read the release."""
    with fleet(copy(published, tmp_path_factory.mktemp("journey"))) as running:
        running.wait_for_output("Ctrl-C stops everything")
        with httpx2.Client(base_url=running.url, timeout=15) as client:  # S1-14: an answer within 15 s
            deadline = time.monotonic() + 30
            while client.get(f"/v1/tracks/{worlds.track_id(0)}").status_code != 200:
                assert time.monotonic() < deadline, "catalog never read the release"
                time.sleep(0.1)
            yield client


def search(door: httpx2.Client, words: str) -> list[dict[str, Any]]:
    answer = door.get("/v1/search", params={"q": words})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def recommend(door: httpx2.Client, **body: Any) -> dict[str, Any]:
    answer = door.post("/v1/recommendations", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    found: dict[str, Any] = answer.json()
    return found


def ids_of(found: dict[str, Any]) -> list[str]:
    return [track["track"]["id"] for track in found["tracks"]]


@pytest.mark.must("S0-06", "S0-57", "S1-01", "S1-04", "S1-14")
def test_from_a_search_to_tracks_to_similar_tracks_to_another_set(door: httpx2.Client) -> None:
    by_title = search(door, "amber song 5")
    by_artist = search(door, "Amber Band 2")
    misspelt = search(door, "ambr sonng 7")
    assert by_title[0]["title"] == "Amber Song 5"
    assert by_artist[0]["artists"][0]["name"] == "Amber Band 2"
    assert misspelt[0]["title"] == "Amber Song 7"

    seeds = [{"track": found[0]["id"]} for found in (by_title, by_artist, misspelt)]
    first = recommend(door, seeds=seeds, limit=5)
    assert [len(track["track"]["title"]) > 0 for track in first["tracks"]] == [True] * 5
    scores = [track["score"] for track in first["tracks"]]
    assert scores == sorted(scores, reverse=True)
    assert {track["track"]["genres"][0] for track in first["tracks"] if track["track"]["genres"]} == {"amber"}
    assert all(track["reason"]["text"] and track["similarity"] is not None for track in first["tracks"])

    second = recommend(door, seeds=seeds, limit=5, set=2)
    assert len(second["tracks"]) == 5
    assert not {seed["track"] for seed in seeds} & {*ids_of(first), *ids_of(second)}
    assert not set(ids_of(first)) & set(ids_of(second))

    nearest = first["tracks"][0]["track"]
    similar = door.get(f"/v1/tracks/{nearest['id']}/similar", params={"limit": 5})
    assert similar.status_code == 200
    assert len(similar.json()["tracks"]) == 5
    assert nearest["id"] not in ids_of(similar.json())
    assert door.get(f"/v1/tracks/{nearest['id']}").json()["title"] == nearest["title"]
    assert door.get("/v1/releases/current").json()["version"] == first["release"]


@pytest.mark.must("S2-10")
def test_an_unknown_track_gets_a_cold_start_embedding_from_its_features(door: httpx2.Client) -> None:
    sound = {"energy": 0.8, "loudness": -10, "acousticness": 0.2, "tempo": 150}
    found = recommend(door, seeds=[{"features": sound}], limit=10)
    assert sum(track["track"]["title"].startswith("Dune") for track in found["tracks"]) >= 8


@pytest.mark.must("S1-03")
def test_a_misspelt_text_is_resolved_and_an_unknown_one_reported(door: httpx2.Client) -> None:
    found = recommend(
        door, seeds=[{"text": "basallt song 0 basalt band 10"}, {"text": "zzzzqqqq xxyy"}], mode="similar", limit=5
    )
    assert found["unknown_texts"] == ["zzzzqqqq xxyy"]
    assert {track["track"]["title"].split()[0] for track in found["tracks"]} == {"Basalt"}
    answer = door.post("/v1/recommendations", json={"seeds": [{"text": "zzzzqqqq xxyy"}]})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_usable_seed")
    assert search(door, "zzzzqqqq xxyy") == []


def test_unknown_seeds_are_listed_beside_the_answer_to_the_others(door: httpx2.Client) -> None:
    found = recommend(door, seeds=[{"track": worlds.track_id(0)}, {"track": OUTSIDER}], limit=5)
    assert found["unknown"] == [OUTSIDER]
    assert len(found["tracks"]) == 5


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", f"/v1/tracks/{OUTSIDER}", None, 404, "not_found"),
        ("GET", f"/v1/tracks/{OUTSIDER}/similar", None, 404, "no_usable_seed"),
        ("GET", f"/v1/tracks/{worlds.track_id(0)}/similar?limit=500&set=11", None, 422, "malformed"),
        ("GET", f"/v1/artists/{ids.artist_id('nobody')}", None, 404, "not_found"),
        ("GET", "/v1/tracks/abc", None, 422, "malformed"),
        ("GET", "/v1/search", None, 422, "malformed"),
        ("GET", "/v1/search?q=amber&cursor=AAAA", None, 422, "malformed"),
        ("GET", "/v1/nothing", None, 404, "not_found"),
        ("GET", "/internal/search:batch", None, 404, "not_found"),
        ("GET", "/metrics", None, 404, "not_found"),
        ("DELETE", "/v1/search", None, 405, "method_not_allowed"),
        ("POST", "/v1/recommendations", b'{"seeds": []}', 422, "malformed"),
        ("POST", "/v1/recommendations", b" " * 2**20, 413, "payload_too_large"),
    ],
)
def test_every_refusal_is_a_problem_document_that_carries_its_request_id(
    door: httpx2.Client, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    answer = door.request(method, path, content=body, headers={"content-type": "application/json"} if body else {})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_trailing_slash_redirects_within_the_gateway(door: httpx2.Client) -> None:
    answer = door.get("/v1/search/", params={"q": "amber"})
    assert (answer.status_code, answer.headers["location"]) == (307, "/v1/search?q=amber")
    assert door.get("/v1/search/", params={"q": "amber"}, follow_redirects=True).json()["items"]

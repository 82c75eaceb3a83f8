"""Tests of the cloud platform's routes under /classic: its journey, and every route's envelope and message."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from kit.wire.catalog import Track
from tests import worlds
from tests.contract.classic import PASSWORD, Listener, assert_refused

MUSIC = {"musicId", "musicName", "artistName", "imageUrl", "musicUrl"}
AVERAGES = {
    *("acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "speechiness", "key"),
    *("mode", "valence", "release", "message"),
}


@pytest.fixture
def ann(public: str) -> Listener:
    return Listener(public)


def ids(body: dict[str, Any]) -> list[str]:
    """Ids of the tracks of an answer, whose count fits."""
    assert body["count"] == len(body["music"])
    return [track["musicId"] for track in body["music"]]


def like(ann: Listener, *tracks: str) -> None:
    body = {"music": [{"musicId": track, "like": 1} for track in tracks]}
    assert ann.body("POST", f"/interest/{ann.id}", json=body) == {"message": "send interest test successfully"}


@pytest.mark.must("S0-40", "S0-41", "S0-44", "S0-45", "S0-47", "S0-48", "S0-49", "S0-50", "S0-51")
def test_the_journey_of_a_new_person(ann: Listener) -> None:
    session = ann.body("POST", "/login", json={"email": ann.email, "password": PASSWORD}, signed=False)
    assert (session["userId"], session["message"]) == (ann.id, "login successfully")
    ann.token = session["accessToken"]
    test = ann.body("GET", f"/interest/{ann.id}")
    assert (len(ids(test)), test["message"]) == (4, "fetch test interest successfully")
    assert all(track.keys() == MUSIC for track in test["music"])
    like(ann, *ids(test)[:3])
    assert ids(ann.body("GET", f"/interest/{ann.id}"))[0] not in ids(test), "the test goes on"
    first = ann.body("GET", f"/recommendation/{ann.id}")
    assert (len(ids(first)), first["message"]) == (5, "fetch recommendation data successfully")
    assert all(track.keys() == MUSIC | {"like"} and track["like"] == 0 for track in first["music"])
    like(ann, ids(first)[0])
    liked = ann.body("GET", f"/like/{ann.id}", params={"page": 1})
    assert (ids(liked), liked["message"]) == ([ids(first)[0], *ids(test)[2::-1]], "fetch user like data successfully")
    assert {track["like"] for track in liked["music"]} == {1}
    report = ann.body("GET", f"/report/{ann.id}")
    assert (report.keys(), report["message"]) == (AVERAGES, "fetch report data successfully")
    assert report == ann.native("/v1/me/report")["averages"]
    assert (-60 <= report["loudness"] <= 0, report["key"] in range(-1, 12), report["mode"] in (0, 1)) == (True,) * 3
    assert sum(report["release"].values()) == pytest.approx(1)
    wanted = {"userId": ann.id, "q": "", "max_energy": 0.4, "min_speechiness": 0}
    more = ann.body("GET", "/morerecom", params=wanted)
    assert (len(ids(more)), more["message"]) == (5, "fetch more recommendation data successfully")
    found = [Track.model_validate(ann.native(f"/v1/tracks/{track}")) for track in ids(more)]
    assert all(track.features and (track.features.energy or 0) <= 0.4 for track in found)
    assert not set(ids(more)) & set(ids(liked))


@pytest.mark.must("S0-46")
def test_search_marks_the_likes_of_a_user(ann: Listener) -> None:
    like(ann, worlds.track_id(5))
    found = ann.body("GET", "/search", params={"q": "amber song 5", "userId": ann.id, "page": 1})
    assert found["message"] == "get search data successfully"
    opinions = {track["musicId"]: track["like"] for track in found["music"]}
    assert opinions[worlds.track_id(5)] == 1
    assert set(opinions.values()) == {0, 1}
    guest = ann.body("GET", "/search", params={"q": "amber sogn 5"}, signed=False)
    assert worlds.track_id(5) in ids(guest), "misspelt words find it too"
    assert {track["like"] for track in guest["music"]} == {0}
    assert_refused(ann.request("GET", "/search", params={"q": ""}), 400)


def test_pages_of_twenty_follow_one_another(ann: Listener) -> None:
    tracks = [worlds.track_id(number) for number in range(45)]
    like(ann, *tracks)
    pages = [ids(ann.body("GET", f"/like/{ann.id}", params={"page": page})) for page in (1, 2, 3, 4)]
    assert [track for page in pages for track in page] == tracks[::-1]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    found = [ids(ann.body("GET", "/search", params={"q": "amber", "page": page})) for page in (1, 2, 3)]
    native = ann.native("/v1/search", q="amber", limit=50)["items"]
    assert [track for page in found for track in page][:50] == [track["id"] for track in native]
    for wrong in ("-1", "x", "31", "1.5"):
        assert_refused(ann.request("GET", "/search", params={"q": "amber", "page": wrong}), 400, "page must be")


@pytest.mark.must("S0-47", "S0-32")
def test_another_set_comes_with_the_next_request(ann: Listener) -> None:
    like(ann, *(worlds.track_id(number) for number in (0, 5, 10)))
    seen: set[str] = set()
    for _ in range(100):  # what was shown is recorded in the background
        seen |= set(ids(ann.body("GET", f"/recommendation/{ann.id}")))
        if len(seen) >= 15:
            break
    assert len(seen) >= 15


@pytest.mark.must("S0-45")
def test_ratings_are_taken_back_and_unknown_tracks_named(ann: Listener) -> None:
    track, unknown = worlds.track_id(0), "7KXjTSCq5nL1LoYtL7XAwS"
    for opinion in (1, -1, 0):
        ann.body("POST", f"/interest/{ann.id}", json={"music": [{"musicId": track, "like": opinion}]})
        assert ann.native(f"/v1/tracks/{track}")["like"] == opinion
    both = {"music": [{"musicId": track, "like": 1}, {"musicId": unknown, "like": 1}]}
    assert [row["musicId"] for row in ann.body("POST", f"/interest/{ann.id}", json=both)["refused"]] == [unknown]
    assert_refused(ann.request("POST", f"/interest/{ann.id}", json={"music": both["music"][1:]}), 404, unknown)
    for wrong in ({}, {"music": "x"}, {"music": [1]}, {"music": [{"musicId": track, "like": 2}]}, {"music": []}):
        assert_refused(ann.request("POST", f"/interest/{ann.id}", json=wrong), 400)


@pytest.mark.must("S0-42")
def test_a_password_is_changed_with_the_old_one_and_the_persons_token(ann: Listener) -> None:
    new = {"newPassword": "another horse battery", "oldPassword": PASSWORD, "forget": False}
    assert_refused(ann.request("PUT", f"/password/{ann.id}", json=new, signed=False), 401, "/classic/login")
    wrong = new | {"oldPassword": "wrong horse battery"}
    assert ann.request("PUT", f"/password/{ann.id}", json=wrong).status_code in (400, 401, 403)
    body = ann.body("PUT", f"/password/{ann.id}", json=new)
    assert body["message"] == "update password successfully"
    old = {"authorization": f"Bearer {ann.token}"}
    assert httpx2.get(f"{ann.url}/v1/me", headers=old).status_code == 401, "all sessions have ended"
    ann.token = body["accessToken"]
    assert ids(ann.body("GET", f"/like/{ann.id}")) == []
    assert_refused(ann.request("POST", "/login", json={"email": ann.email, "password": PASSWORD}), 401)
    ann.body("POST", "/login", json={"email": ann.email, "password": new["newPassword"]})


@pytest.mark.must("S0-42", "S0-43")
def test_no_password_is_reset_without_the_mailed_token(ann: Listener) -> None:
    sent = {"message": "send email successfully"}
    for email in (ann.email, "nobody@example.com"):
        assert ann.body("POST", "/forget", json={"email": email}, signed=False) == sent
    forgotten = {"newPassword": "another horse battery", "forget": True}
    for signed in (True, False):
        refused = ann.request("PUT", f"/password/{ann.id}", json=forgotten, signed=signed)
        assert_refused(refused, 400, "token is missing")
        invented = ann.request("PUT", f"/password/{ann.id}", json=forgotten | {"token": "x" * 43}, signed=signed)
        assert_refused(invented, 400, "a link works once")
    ann.body("POST", "/login", json={"email": ann.email, "password": PASSWORD})


PERSONAL = [
    *(("GET", f"/{name}/{{user}}") for name in ("interest", "recommendation", "report", "like")),
    *(("POST", "/interest/{user}"), ("GET", "/morerecom?userId={user}"), ("GET", "/search?q=a&userId={user}")),
    *(("PUT", "/password/{user}"), ("POST", "/authorize")),
]


@pytest.mark.parametrize(("method", "path"), PERSONAL)
def test_person_routes_need_that_persons_token(public: str, method: str, path: str) -> None:
    ann, ben = Listener(public), Listener(public)
    for user in (ben.id, str(uuid4()), "", "x"):
        body = {"userId": user, "accessToken": "t", "music": [], "newPassword": "n" * 9, "oldPassword": "o" * 9}
        where = {"json": body} if method != "GET" else {}
        answer = ann.request(method, path.format(user=user), **where)
        if user or "{user}?" in path or path == "/authorize":
            assert_refused(answer, 403 if answer.status_code != 404 else 404)
        assert answer.status_code in (200 if path.startswith("/search") and not user else 403, 403, 404)
        assert_refused(ann.request(method, path.format(user=user or "x"), signed=False, **where), 401)


def test_an_api_key_acts_for_its_person_within_its_scopes(ann: Listener) -> None:
    headers = {"authorization": f"Bearer {ann.token}"}
    wish = {"name": "k", "scopes": ["catalog:read"]}
    key = httpx2.post(f"{ann.url}/v1/me/api-keys", json=wish, headers=headers).json()["key"]
    by_key = {"x-api-key": key}
    assert ann.request("GET", f"/like/{ann.id}", signed=False, headers=by_key).status_code == 200
    assert_refused(ann.request("GET", f"/recommendation/{ann.id}", signed=False, headers=by_key), 403)
    assert_refused(ann.request("GET", f"/like/{uuid4()}", signed=False, headers=by_key), 403)


def test_errors_have_the_envelope(ann: Listener) -> None:
    taken = {"userName": "Ann", "email": ann.email, "password": PASSWORD}
    assert_refused(ann.request("POST", "/signup", json=taken, signed=False), 409)
    assert_refused(ann.request("POST", "/signup", json={"email": ann.email}, signed=False), 400, "password is missing")
    assert_refused(ann.request("POST", "/login", content=b"{", signed=False), 400, "Cannot parse JSON")
    assert_refused(ann.request("POST", "/login", content=b" " * 70_000, signed=False), 413)
    assert_refused(ann.request("GET", "/nowhere"), 404, "docs/classic.md")
    assert ann.request("GET", "/search/", params={"q": "amber"}).status_code == 200
    assert_refused(ann.request("GET", "/login"), 405, "docs/classic.md")
    assert_refused(ann.request("GET", f"/like/{ann.id}", signed=False, headers={"authorization": "Basic x"}), 401)

"""Tests of the routes of the other four systems under /classic."""

import re
from html import unescape
from typing import Any

import httpx2
import pytest

from tests import worlds
from tests.contract.classic import Listener, assert_refused

AMBER = [worlds.track_id(number) for number in (3, 5, 10)]
FORM = {"content-type": "application/x-www-form-urlencoded"}


def classic(public: str, method: str, path: str, **more: Any) -> httpx2.Response:
    return httpx2.request(method, f"{public}/classic{path}", timeout=15, **more)


def features_of(public: str, number: int) -> dict[str, Any]:
    track = httpx2.get(f"{public}/v1/tracks/{worlds.track_id(number)}").json()
    return dict(track["features"]) | {"duration_ms": track["duration_ms"]}


@pytest.mark.must("S1-05")
def test_soundalike_answers_when_its_page_loads(public: str) -> None:
    hello = classic(public, "GET", "/flask/hello")
    assert (hello.status_code, hello.json()["resultStatus"]) == (200, "SUCCESS")
    found = classic(public, "GET", "/flask/search")
    assert found.json() == {"resultStatus": "SUCCESS", "message": "Search Song Handler"}
    assert {answer.headers["access-control-allow-origin"] for answer in (hello, found)} == {"*"}


@pytest.mark.must("S1-03", "S1-04", "S1-06")
def test_soundalike_takes_a_title_and_gives_five_with_their_similarity(public: str) -> None:
    known = classic(public, "POST", "/flask/search", json={"song_title": "Basalt Song 0 Basalt Band 10"})
    body = known.json()
    assert (known.status_code, body.keys()) == (200, {"status", "rec_songs", "rec_song_metrics"})
    assert (body["status"], len(body["rec_songs"]), len(body["rec_song_metrics"])) == ("Success", 5, 5)
    assert all(title.startswith("Basalt") for title in body["rec_songs"])
    assert body["rec_song_metrics"] == sorted(body["rec_song_metrics"], reverse=True)
    unknown = classic(public, "POST", "/flask/search", json={"song_title": "zzzzqqqq xxyy"})
    assert unknown.status_code == 200
    assert unknown.json() == {"status": "Unsuccessful", "rec_songs": [], "rec_song_metrics": []}
    missing = classic(public, "POST", "/flask/search", json={})
    assert_refused(missing, 400, "song_title is missing")
    assert {answer.headers["access-control-allow-origin"] for answer in (known, unknown, missing)} == {"*"}


@pytest.mark.must("S1-06")
def test_soundalike_allows_pages_of_every_origin(public: str) -> None:
    asks = {"origin": "https://a.example", "access-control-request-method": "POST"}
    answer = classic(
        public, "OPTIONS", "/flask/search", headers=asks | {"access-control-request-headers": "content-type"}
    )
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "Content-Type"


@pytest.mark.must("S2-10")
def test_algorhythms_places_an_unknown_track_by_its_features(public: str) -> None:
    unknown = {"id": "spotify:track:7KXjTSCq5nL1LoYtL7XAwS", "features": features_of(public, 160)}
    answer = classic(public, "POST", "/ask", json={"count": 10, "songs": [unknown]})
    body = answer.json()
    assert (answer.status_code, body["count"], body["unknown"]) == (200, len(body["songs"]), [])
    assert body["count"] == 10
    assert sum(one["name"].startswith("Dune") for one in body["songs"]) >= 8
    assert all(one["id"].startswith("spotify:track:") for one in body["songs"])
    assert set(body["songs"][0]["features"]) == set(unknown["features"])
    without = classic(public, "POST", "/ask", json={"count": 10, "songs": [{"id": unknown["id"]}]})
    assert_refused(without, 404)


@pytest.mark.must("S2-10")
def test_algorhythms_prefers_what_was_learned_to_the_features(public: str) -> None:
    known = {"id": f"spotify:track:{AMBER[0]}", "features": features_of(public, 160)}
    body = classic(public, "POST", "/ask", json={"count": 5, "songs": [known]}).json()
    assert {one["name"].split()[0] for one in body["songs"]} == {"Amber"}
    again = classic(public, "POST", "/ask", json={"count": 5, "songs": body["songs"]})
    assert (again.status_code, again.json()["count"]) == (200, 5), "its answer is a question in the same form"
    for wrong in ({}, {"songs": []}, {"songs": [1]}, {"songs": [{}]}, {"songs": [known], "count": 0}):
        assert_refused(classic(public, "POST", "/ask", json=wrong), 400)


@pytest.mark.must("S3-01", "S3-08")
def test_a_playlist_of_ids_is_continued_in_its_order(public: str) -> None:
    answer = classic(public, "POST", "/recommends", json={"idlist": AMBER})
    assert answer.status_code == 201
    assert answer.json().keys() == {"preds"}
    tracks = answer.json()["preds"]["tracks"]
    native = httpx2.post(f"{public}/v1/playlists/continue", json={"tracks": AMBER, "length": 10}).json()["tracks"]
    assert [track["id"] for track in tracks] == [one["track"]["id"] for one in native]
    assert len(tracks) == 10
    full = tracks[0]
    assert (full["type"], full["uri"], full["album"]["type"]) == ("track", f"spotify:track:{full['id']}", "album")
    assert (full["artists"][0]["type"], full["name"].split()[0]) == ("artist", "Amber")
    assert isinstance(full["duration_ms"], int)


@pytest.mark.must("S3-08")
@pytest.mark.parametrize("body", [{}, {"idlist": None}, {"idlist": "abc"}, {"idlist": []}, {"idlist": [1]}])
def test_a_playlist_that_is_missing_is_400(public: str, body: dict[str, Any]) -> None:
    assert_refused(classic(public, "POST", "/recommends", json=body), 400)


def hidden(page: httpx2.Response) -> list[str]:
    """The list that a page's first form sends along."""
    form = page.text.partition("</form>")[0]
    return re.findall(r'name="idlist" value="([0-9A-Za-z]{22})"', form)


@pytest.mark.must("S3-03", "S3-09")
def test_a_playlist_grows_on_the_form_pages_and_is_continued(public: str) -> None:
    index = classic(public, "GET", "/")
    assert (index.status_code, index.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Tracks to add to playlist" in index.text
    assert hidden(index) == []
    page = index
    for count, words in enumerate(("Amber Song 3", "Amber Song 5", "Amber Song 10"), 1):
        fields = [("track", words), *(("idlist", track) for track in hidden(page))]
        page = classic(public, "POST", "/songQ", content=str(httpx2.QueryParams(fields)), headers=FORM)
        assert (page.status_code, len(hidden(page))) == (200, count)
    assert hidden(page) == AMBER
    nothing = classic(public, "POST", "/songQ", data={"track": "zzzzqqqq xxyy", "idlist": AMBER})
    assert "Please try again" in nothing.text
    assert hidden(nothing) == AMBER
    done = classic(public, "POST", "/recommends", data={"idlist": hidden(page)})
    listed = [unescape(name) for name in re.findall(r"<li>(.*?)</li>", done.text)]
    assert (done.status_code, len(listed)) == (200, 10)
    assert all(name.startswith("Amber") for name in listed)
    assert "script" not in done.text
    assert "default-src 'none'" in done.headers["content-security-policy"]


@pytest.mark.must("S3-09")
def test_a_program_gets_json_from_the_form(public: str) -> None:
    asks = {"accept": "application/json"}
    answer = classic(public, "POST", "/songQ", data={"track": "Amber Song 5", "idlist": AMBER[:1]}, headers=asks)
    assert [track["id"] for track in answer.json()["tracks"]] == AMBER[:2]


@pytest.mark.must("S4-01", "S4-06")
def test_three_rows_are_the_rows_of_the_home_page(public: str) -> None:
    ann = Listener(public)
    popular = ann.request("GET", "/demographic", signed=False).json()
    assert (popular["title"], len(popular["tracks"])) == ("Trending now", 9)
    assert len({track["artists"][0]["id"] for track in popular["tracks"]}) == 9
    for path in ("/content", "/collaborative"):
        assert_refused(ann.request("GET", path, signed=False), 401)
        assert ann.request("GET", path).json()["tracks"] == [], "nothing was liked or played"
    headers = {"authorization": f"Bearer {ann.token}"}
    played, liked = worlds.track_id(155), AMBER[1]
    events = [{"track": played, "kind": "play", "ms": 300_000}, {"track": liked, "kind": "like"}]
    assert httpx2.post(f"{public}/v1/me/feedback", json={"events": events}, headers=headers).status_code == 200
    content, collaborative = (ann.request("GET", path).json() for path in ("/content", "/collaborative"))
    for row, scene, seed in ((content, "Dune", played), (collaborative, "Amber", liked)):
        assert len(row["tracks"]) == 10
        assert {track["name"].split()[0] for track in row["tracks"]} == {scene}
        assert httpx2.get(f"{public}/v1/tracks/{seed}").json()["title"] in row["title"]
    native = {row["key"]: row for row in ann.native("/v1/me/home", limit=10)["rows"]}
    ids = [one["track"]["id"] for one in native["because_liked"]["tracks"]]
    assert [track["id"] for track in collaborative["tracks"]] == ids

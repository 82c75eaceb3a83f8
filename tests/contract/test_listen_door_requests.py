"""Tests of the ListenBrainz-compatible API with requests as players send them, and with wrong ones."""

import gzip
import json
import time
from functools import cache
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import worlds
from tests.contract.scrobbler import Scrobbler, duration_of, listen, names_of

TRACKS = [worlds.track_id(i) for i in range(3, 9)]


@pytest.fixture
def ann(public: str) -> Scrobbler:
    return Scrobbler(public)


def test_navidrome(ann: Scrobbler) -> None:
    """core/agents/listenbrainz/client.go: token on validation and submission, durations in milliseconds."""
    valid = ann.request("GET", "/1/validate-token").json()
    assert valid == {"code": 200, "message": "Token valid.", "valid": True, "user_name": ann.name}
    title, artist = names_of(ann.url, TRACKS[0])
    info = {"submission_client": "navidrome", "submission_client_version": "0.58.0", "tracknumber": 1}
    info |= {"duration_ms": duration_of(ann.url, TRACKS[0])}
    metadata = {"artist_name": artist, "track_name": title, "release_name": "Album", "additional_info": info}
    for artists in ({}, {"artist_mbids": [], "recording_mbid": "", "artist_names": [artist]}):
        now = {"track_metadata": metadata | {"additional_info": info | artists}}
        assert ann.submit("playing_now", now, headers={"content-type": "application/json; charset=UTF-8"}).json() == {
            "status": "ok"
        }
        assert ann.submit("single", now | {"listened_at": int(time.time())}).json() == {"status": "ok"}
    [play] = ann.plays()
    assert (play["track"]["id"], play["source"]) == (TRACKS[0], "navidrome")


def test_web_scrobbler(ann: Scrobbler) -> None:
    """src/core/scrobbler/listenbrainz/listenbrainz-scrobbler.ts: posts text to the full submit URL."""
    title, artist = names_of(ann.url, TRACKS[1])
    info = {
        "submission_client": "Web Scrobbler",
        "submission_client_version": "3.16.0",
        "music_service_name": "YouTube",
    }
    info |= {"media_player": "YouTube", "origin_url": "https://www.youtube.com/watch?v=abc", "duration": 200}
    body = {"listen_type": "single", "payload": [{"listened_at": int(time.time()) - 60}]}
    body["payload"][0]["track_metadata"] = {"artist_name": artist, "track_name": title, "additional_info": info}
    headers = {"content-type": "application/json; charset=utf-8", "origin": "chrome-extension://abc"}
    assert ann.request("POST", "/1/submit-listens", content=json.dumps(body), headers=headers).status_code == 200
    assert [play["source"] for play in ann.plays()] == ["Web Scrobbler"]


def test_pano_scrobbler(ann: Scrobbler) -> None:
    """Root and 1/: validate-token, submit-listens, playing-now, listen-count, feedback, lookup, delete-listen."""
    ann.submit("single", listen(ann.url, TRACKS[2], media_player="com.example.player", duration_ms=200_000))
    [shown] = ann.request("GET", f"/1/user/{ann.name}/listens", params={"count": 1}).json()["payload"]["listens"]
    assert ann.request("GET", f"/1/user/{ann.name}/listen-count").json() == {"payload": {"count": 1}}
    msid = shown["recording_msid"]
    loved = {"recording_msid": msid, "score": 1}
    assert ann.request("POST", "/1/feedback/recording-feedback", json=loved).json() == {"status": "ok"}
    listed = ann.request("GET", f"/1/feedback/user/{ann.name}/get-feedback", params={"score": 1}).json()
    assert [(one["recording_msid"], one["score"]) for one in listed["feedback"]] == [(msid, 1)]
    assert ann.person.request("GET", f"/v1/tracks/{TRACKS[2]}").json()["like"] == 1
    for score in (-1, 0):
        ann.request("POST", "/1/feedback/recording-feedback", json=loved | {"score": score})
        assert ann.person.request("GET", f"/v1/tracks/{TRACKS[2]}").json()["like"] == score
    title, artist = names_of(ann.url, TRACKS[2])
    looked = ann.request("GET", "/1/metadata/lookup/", params={"artist_name": artist, "recording_name": title})
    assert (looked.status_code, looked.json()) == (200, {})  # the small world has no MBIDs
    gone = {"listened_at": shown["listened_at"], "recording_msid": msid}
    assert ann.request("POST", "/1/delete-listen", json=gone).json() == {"status": "ok"}
    assert ann.plays() == []


def test_multi_scrobbler(ann: Scrobbler) -> None:
    """Its client reads the user's latest listens before it sends, so that it sends none twice."""
    assert ann.request("GET", f"/1/user/{ann.name}/listens", params={"count": 100}).json()["payload"]["listens"] == []
    info = {"submission_client": "multi-scrobbler", "music_service": "spotify.com", "duration_played": 20}
    ann.submit("single", listen(ann.url, TRACKS[3], 300, duration=200, **info))
    assert ann.plays() == []  # twenty of two hundred seconds are a skip
    ann.submit("single", listen(ann.url, TRACKS[3], 600, duration=200, **info | {"duration_played": 150}))
    assert [play["source"] for play in ann.plays()] == ["multi-scrobbler"]


def test_gzip_and_no_content_type_and_query_tokens(ann: Scrobbler) -> None:
    body = json.dumps({"listen_type": "single", "payload": [listen(ann.url, TRACKS[0])]}).encode()
    packed = {"authorization": f"token {ann.key}", "content-encoding": "gzip"}
    request = httpx2.Request("POST", f"{ann.url}/1/submit-listens/", content=gzip.compress(body), headers=packed)
    assert "content-type" not in request.headers
    with httpx2.Client() as client:
        assert client.send(request).json() == {"status": "ok"}
    valid = httpx2.get(f"{ann.url}/1/validate-token", params={"token": ann.key}).json()
    assert (valid["valid"], valid["user_name"]) == (True, ann.name)
    assert len(ann.plays()) == 1


def test_playlists_are_jspf(ann: Scrobbler) -> None:
    made = ann.person.request(
        "POST", "/v1/me/playlists", 201, json={"name": "Rain", "description": "wet", "tracks": TRACKS[:3]}
    ).json()["playlist"]
    found = ann.request("GET", f"/1/user/{ann.name}/playlists/createdfor").json()
    assert found["playlist_count"] == len(found["playlists"])
    assert found["playlists"][-1]["playlist"]["title"] == "Rain"
    [_, playlist_id] = found["playlists"][-1]["playlist"]["identifier"].rsplit("/", 1)
    assert playlist_id == made["id"]
    playlist = ann.request("GET", f"/1/playlist/{playlist_id}").json()["playlist"]
    assert [(one["title"], one["creator"]) for one in playlist["track"]] == [
        names_of(ann.url, track) for track in TRACKS[:3]
    ]
    other = Scrobbler(ann.url)
    for path in (f"/1/playlist/{playlist_id}", f"/1/user/{ann.name}/playlists/createdfor", "/1/playlist/none"):
        assert_error(other.request("GET", path), 404)


def test_weekly_lists_are_playlists_created_for_the_person(ann: Scrobbler) -> None:
    for track in TRACKS[:3]:
        ann.person.request("PUT", f"/v1/me/likes/{track}")
    lists = {one["id"]: one for one in ann.person.request("GET", "/v1/me/weekly").json()["lists"] if one["tracks"]}
    assert "Discover" in {one["name"] for one in lists.values()}
    path = f"/1/user/{ann.name}/playlists/createdfor"
    found = [one["playlist"] for one in ann.request("GET", path).json()["playlists"]]
    assert [one["identifier"].rsplit("/", 1)[1] for one in found] == list(lists)
    for list_id, made in lists.items():
        playlist = ann.request("GET", f"/1/playlist/{list_id}").json()["playlist"]
        assert playlist["title"] == made["name"]
        assert [one["title"] for one in playlist["track"]] == [one["track"]["title"] for one in made["tracks"]]
        assert_error(Scrobbler(ann.url).request("GET", f"/1/playlist/{list_id}"), 404)
    narrow = Scrobbler(ann.url, "feedback:write", "catalog:read")
    assert narrow.request("GET", f"/1/user/{narrow.name}/playlists/createdfor").json()["playlists"] == []


def test_a_thousand_listens_at_once(ann: Scrobbler) -> None:
    one = listen(ann.url, TRACKS[0])
    many = [one | {"listened_at": one["listened_at"] - 100 * number} for number in range(1_000)]
    assert ann.submit("import", *many).json() == {"status": "ok"}
    assert ann.request("GET", f"/1/user/{ann.name}/listen-count").json()["payload"]["count"] == 1_000
    read = ann.request("GET", f"/1/user/{ann.name}/listens", params={"count": 5000}).json()["payload"]
    assert (read["count"], read["oldest_listen_ts"]) == (1_000, many[-1]["listened_at"])


def assert_error(answer: httpx2.Response, status: int) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, status), answer.text
    assert answer.json()["error"]


def test_wrong_submissions_are_refused_in_the_form_of_listenbrainz(ann: Scrobbler) -> None:
    right = listen(ann.url, TRACKS[0])
    names = right["track_metadata"]
    wrong: list[tuple[str, list[Any]]] = [
        *(("no type", [right]), ("single", []), ("single", [right, right]), ("import", [right] * 1_001)),
        *(
            ("playing_now", [right]),
            ("single", [{"track_metadata": names}]),
            ("single", [{"listened_at": 1_500_000_000}]),
        ),
        *(("single", [right | {"listened_at": moment}]) for moment in (0, 1_033_430_399, "now", True, 10**12, None)),
        ("single", [right | {"track_metadata": names | {"artist_name": " "}}]),
        ("single", [right | {"track_metadata": names | {"track_name": 5}}]),
        ("single", [right | {"track_metadata": names | {"additional_info": {"x": "y" * 10_240}}}]),
        ("single", ["text"]),
    ]
    for listen_type, listens in wrong:
        assert_error(ann.submit(listen_type, *listens), 400)
    for content in (b"", b"{", b"[]", b"\xff"):
        assert_error(ann.request("POST", "/1/submit-listens", content=content), 400)
    assert_error(ann.submit("single", right | {"listened_at": int(time.time()) + 3_600}), 400)
    assert ann.plays() == []


def test_bounds_of_bodies(ann: Scrobbler) -> None:
    path = "/1/submit-listens"
    assert_error(ann.request("POST", path, content=b" " * 10_240_001), 413)
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    assert_error(ann.request("POST", path, content=bomb, headers={"content-encoding": "gzip"}), 413)
    assert_error(ann.request("POST", path, content=b"{}", headers={"content-encoding": "gzip"}), 400)
    assert_error(ann.request("POST", "/1/delete-listen", content=b" " * 70_000), 413)


def test_credentials_and_scopes(ann: Scrobbler, public: str) -> None:
    assert_error(httpx2.get(f"{public}/1/validate-token"), 400)
    for header in ("Token wrong", "Basic abc", "Token"):
        invalid = httpx2.get(f"{public}/1/validate-token", headers={"authorization": header})
        assert (invalid.status_code, invalid.json()["valid"]) == (200, False)
        assert_error(httpx2.post(f"{public}/1/submit-listens", headers={"authorization": header}), 401)
    for method, path in (("GET", f"/1/user/{ann.name}/listens"), ("POST", "/1/submit-listens")):
        assert_error(httpx2.request(method, public + path), 401)
    reader = Scrobbler(public, "catalog:read")
    assert_error(reader.submit("single", listen(public, TRACKS[0])), 403)
    writer = Scrobbler(public, "feedback:write")
    assert_error(writer.request("GET", f"/1/user/{writer.name}/listens"), 403)
    assert writer.submit("single", listen(public, TRACKS[0])).status_code == 200
    for method, path, status in (("GET", "/1/nothing", 404), ("GET", "/1", 404), ("GET", "/1/submit-listens", 405)):
        assert_error(ann.request(method, path), status)
    for query in ("count=-1", "count=x", "max_ts=1&min_ts=1", "max_ts=-1", "min_ts=99999999999999"):
        assert_error(ann.request("GET", f"/1/user/{ann.name}/listens?{query}"), 400)


def test_a_name_that_no_path_can_have_is_an_id(public: str) -> None:
    odd = Scrobbler(public, name="a/b")
    name = odd.request("GET", "/1/validate-token").json()["user_name"]
    assert name == odd.person.session["user"]["id"]
    assert odd.request("GET", f"/1/user/{name}/listen-count").status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
INFO = st.dictionaries(
    st.sampled_from(
        ["duration", "duration_ms", "duration_played", "recording_mbid", "isrc", "spotify_id", "media_player"]
    ),
    JSON,
)
METADATA = st.fixed_dictionaries(
    {"artist_name": st.text(min_size=1), "track_name": st.text(min_size=1)},
    optional={"release_name": JSON, "additional_info": INFO | JSON, "mbid_mapping": JSON},
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    listens=st.lists(
        st.fixed_dictionaries(
            {"track_metadata": METADATA | JSON},
            optional={"listened_at": st.integers(1_033_430_400, 1_700_000_000) | JSON},
        ),
        max_size=3,
    ),
    listen_type=st.sampled_from(["single", "import", "playing_now"]),
)
def test_no_submission_breaks_the_door(public: str, listens: list[Any], listen_type: str) -> None:
    body = json.dumps({"listen_type": listen_type, "payload": listens}).encode()
    answer = _fuzzed(public).request("POST", "/1/submit-listens", content=body)
    assert answer.status_code in (200, 400), answer.text


@cache
def _fuzzed(url: str) -> Scrobbler:
    """One person for all examples."""
    return Scrobbler(url)

"""Tests of Audioscrobbler 1.2 (/audioscrobbler) with requests as the protocol has them, on real sockets."""

import time
from typing import Any

import httpx2
import pytest

from services.auth.scrobbling import response_to
from tests import worlds
from tests.contract.scrobbler import Scrobbler, duration_of, names_of

TRACKS = [worlds.track_id(i) for i in range(3, 9)]


@pytest.fixture
def ann(public: str) -> Scrobbler:
    return Scrobbler(public)


def handshake(ann: Scrobbler, **more: str) -> list[str]:
    """The lines of the answer."""
    at = str(int(time.time()))
    password = more.pop("password", ann.made["scrobble_password"])
    query = {"hs": "true", "p": "1.2.1", "c": "mdc", "v": "0.24", "u": ann.person.email, "t": at}
    query |= {"a": response_to(password, at)} | more
    answer = httpx2.get(f"{ann.url}/audioscrobbler/", params=query)
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text.splitlines()


def post(url: str, **form: Any) -> str:
    return httpx2.post(url, data=form, timeout=15).text.strip()


def submission(ann: Scrobbler, *tracks: str, ago_s: int = 900, **more: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, track in enumerate(tracks):
        title, artist = names_of(ann.url, track)
        fields = {"a": artist, "t": title, "i": str(int(time.time()) - ago_s - 300 * index), "o": "P", "r": "", "b": ""}
        fields |= {"l": str(duration_of(ann.url, track) // 1000), "n": "1", "m": ""} | more
        found |= {f"{name}[{index}]": value for name, value in fields.items()}
    return found


def test_a_client_submits_what_it_played_once(ann: Scrobbler) -> None:
    ok, session, now_playing, submit = handshake(ann)
    assert (ok, now_playing) == ("OK", f"{ann.url}/audioscrobbler/mdc/now-playing")
    before = ann.person.tracks(limit=20)
    title, artist = names_of(ann.url, TRACKS[0])
    assert post(now_playing, s=session, a=artist, t=title, b="", l="200", n="", m="") == "OK"
    assert ann.person.request("GET", "/v1/me/plays/current").json()["playing"]["source"] == "mpdscribble"
    for _ in range(2):
        assert post(submit, s=session, **submission(ann, *TRACKS)) == "OK"
    assert {play["track"]["id"] for play in ann.plays()} == set(TRACKS)
    assert [play["source"] for play in ann.plays()] == ["mpdscribble"] * len(TRACKS)
    assert ann.person.tracks(limit=20) != before


def test_ratings_become_opinions(ann: Scrobbler) -> None:
    _, session, _, submit = handshake(ann)
    for track, rating in zip(TRACKS, "LBS", strict=False):
        assert post(submit, s=session, **submission(ann, track, r=rating)) == "OK"
    likes = [ann.person.request("GET", f"/v1/tracks/{track}").json()["like"] for track in TRACKS[:3]]
    assert likes == [1, -1, None]
    assert [play["track"]["id"] for play in ann.plays()] == [TRACKS[0]]


def test_wrong_handshakes_get_the_words_of_the_protocol(ann: Scrobbler) -> None:
    assert handshake(ann, password="wrong") == handshake(ann, u="nobody@example.com") == ["BADAUTH"]
    assert handshake(ann, a="short") == handshake(ann, u="") == handshake(ann, t="never") == ["BADAUTH"]
    assert handshake(ann, t="1200000000") == ["BADTIME"]
    assert handshake(ann, hs="false")[0].startswith("FAILED ")
    assert handshake(ann, p="1.1")[0].startswith("FAILED ")
    assert handshake(ann, c="../../x")[2].endswith("/audioscrobbler/audioscrobbler/now-playing")


def test_sessions_that_do_not_hold_and_bodies_that_are_none(ann: Scrobbler) -> None:
    _, session, now_playing, submit = handshake(ann)
    for url in (now_playing, submit):
        for wrong in ("", "none", session[:-1], "x" * 300):
            assert post(url, s=wrong) == "BADSESSION"
    assert post(submit, s=session) == "OK"  # nothing that could be kept: refused, it would be sent for ever
    wrong_rows = submission(ann, *TRACKS[:3])
    wrong_rows |= {"i[0]": "never", "a[1]": "", "i[2]": "999999999999"}
    assert post(submit, s=session, **wrong_rows) == "OK"
    assert ann.plays() == []
    assert post(submit, s=session, **{f"x{number}": "1" for number in range(600)}).startswith("FAILED ")
    assert post(submit, s=session, x="y" * 300_000).startswith("FAILED ")
    assert httpx2.get(submit).status_code == 405
    assert httpx2.get(f"{ann.url}/audioscrobbler/nothing").status_code == 404


def test_a_session_reads_nothing(ann: Scrobbler) -> None:
    _, session, _, _ = handshake(ann)
    answer = httpx2.get(f"{ann.url}/v1/me/plays", headers={"x-api-key": session})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

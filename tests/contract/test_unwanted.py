"""Property of every route of the gateway that recommends to a person: nothing disliked or muted comes, in any version.

Recommend's own routes are in tests/services/recommend/test_never_shown.py, with more kinds of wishes; here are the
dialects, which make requests and answers of their own, and what other services answer: the interest test, the weekly
lists as playlists of the ListenBrainz-compatible API, the tracks of the mail.
"""

import random
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from kit.ids import artist_id
from services.report.monthly.recommended import TRACKS
from tests import worlds
from tests.contract.classic import Listener

SCENE = [number for number in range(50) if number % 50 != 46]
"""Amber tracks that are learned."""


PLAYED = SCENE[1:3]


def of_spotify(ann: Listener) -> list[str]:
    query = {"seed_tracks": worlds.track_id(SCENE[0]), "limit": 100}
    headers = {"authorization": f"Bearer {ann.token}"}
    answer = httpx2.get(f"{ann.url}/spotify/v1/recommendations", params=query, headers=headers, timeout=30)
    return [track["id"] for track in answer.json()["tracks"]]


def classic(path: str) -> Callable[[Listener], list[str]]:
    def read(ann: Listener) -> list[str]:
        body: dict[str, Any] = ann.body("GET", path.format(id=ann.id))
        return [track["musicId"] for track in next(value for value in body.values() if isinstance(value, list))]

    return read


def row(path: str) -> Callable[[Listener], list[str]]:
    return lambda ann: [track["id"] for track in ann.request("GET", path).json()["tracks"]]


def ask(ann: Listener) -> list[str]:
    body = {"count": 100, "songs": [{"id": f"spotify:track:{worlds.track_id(SCENE[0])}"}]}
    return [one["id"].removeprefix("spotify:track:") for one in ann.request("POST", "/ask", json=body).json()["songs"]]


def flask_search(ann: Listener) -> list[str]:
    by_title = {worlds.title(number): worlds.track_id(number) for number in range(worlds.SIZE)}
    body = {"song_title": f"{worlds.title(SCENE[0])} {worlds.artist_name(SCENE[0])}"}
    return [by_title[title] for title in ann.request("POST", "/flask/search", json=body).json()["rec_songs"]]


def recommends(ann: Listener) -> list[str]:
    body = {"idlist": [worlds.track_id(SCENE[0])]}
    return [track["id"] for track in ann.request("POST", "/recommends", json=body).json()["preds"]["tracks"]]


def interest_test(ann: Listener) -> list[str]:
    return [track["id"] for track in ann.native("/v1/me/interest-test", limit=10)["tracks"]]


def mail(ann: Listener) -> list[str]:
    """The request of the monthly mail."""
    return [one["track"]["id"] for one in ann.native("/v1/me/recommendations", limit=TRACKS)["tracks"]]


def home(ann: Listener) -> list[str]:
    """All rows, this week's Discover among them once the lists were made."""
    ann.native("/v1/me/weekly")
    return [one["track"]["id"] for row in ann.native("/v1/me/home", limit=20)["rows"] for one in row["tracks"]]


def created_for(ann: Listener) -> list[str]:
    """The weekly lists as a player that speaks ListenBrainz reads them."""
    made = {"name": "player", "scopes": ["feedback:write", "catalog:read", "recommend:read"]}
    signed = {"authorization": f"Bearer {ann.token}"}
    key = httpx2.post(f"{ann.url}/v1/me/api-keys", json=made, headers=signed, timeout=15).json()["key"]
    token = {"authorization": f"Token {key}"}
    user = httpx2.get(f"{ann.url}/1/validate-token", headers=token, timeout=15).json()["user_name"]
    lists = httpx2.get(f"{ann.url}/1/user/{user}/playlists/createdfor", headers=token, timeout=15).json()["playlists"]
    paths = [one["playlist"]["identifier"].rpartition("/")[2] for one in lists]
    read = [httpx2.get(f"{ann.url}/1/playlist/{path}", headers=token, timeout=15).json() for path in paths]
    titles = {worlds.title(number): worlds.track_id(number) for number in range(worlds.SIZE)}
    return [titles[track["title"]] for one in read for track in one["playlist"]["track"]]


ROUTES = {
    "spotify": of_spotify,
    "recommendation": classic("/recommendation/{id}"),
    "morerecom": classic("/morerecom?userId={id}"),
    "demographic": row("/demographic"),
    "content": row("/content"),
    "collaborative": row("/collaborative"),
    "ask": ask,
    "flask search": flask_search,
    "recommends": recommends,
    "interest": classic("/interest/{id}"),
    "interest test": interest_test,
    "mail": mail,
    "home": home,
    "createdfor": created_for,
}


@pytest.fixture(scope="module")
def unwanted(public: str) -> tuple[Listener, set[str], str]:
    """A person, the tracks that they dislike, and an artist whom they mute."""
    ann, draw = Listener(public), random.Random(5)
    tracks = [worlds.track_id(number) for number in draw.sample(SCENE, 35)]
    tracks = [track for track in tracks if track not in {worlds.track_id(SCENE[0]), *map(worlds.track_id, PLAYED)}]
    liked, disliked, artist = tracks[:4], tracks[4:], artist_id(worlds.artist_name(SCENE[7]))
    events = [{"track": track, "kind": "like"} for track in liked]
    events += [{"track": track, "kind": draw.choice(["dislike", "never"])} for track in disliked]
    events += [{"track": worlds.track_id(number), "kind": "play", "ms": 200_000} for number in PLAYED]
    headers = {"authorization": f"Bearer {ann.token}"}
    for method, path, body in (
        ("POST", "/v1/me/feedback", {"events": events}),
        ("PUT", f"/v1/me/mutes/artists/{artist}", None),
    ):
        answer = httpx2.request(method, public + path, json=body, headers=headers, timeout=15)
        assert answer.status_code == 200, answer.text
    return ann, set(disliked), artist


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_disliked_or_muted_comes_through_a_dialect(
    unwanted: tuple[Listener, set[str], str], route: str
) -> None:
    ann, disliked, muted = unwanted
    found = ROUTES[route](ann)
    shown = httpx2.post(f"{ann.url}/v1/tracks:batch", json={"ids": found}, timeout=15).json()["items"]
    assert len(shown) == len(found) > 0
    assert disliked.isdisjoint(found)
    assert [track["title"] for track in shown if any(one["id"] == muted for one in track["artists"])] == []


def test_the_same_tracks_come_to_somebody_who_was_not_asked(
    public: str, unwanted: tuple[Listener, set[str], str]
) -> None:
    _, disliked, muted = unwanted
    found = of_spotify(Listener(public))
    shown = httpx2.post(f"{public}/v1/tracks:batch", json={"ids": found}, timeout=15).json()["items"]
    assert len(disliked & set(found)) > 10
    assert any(one["id"] == muted for track in shown for one in track["artists"])

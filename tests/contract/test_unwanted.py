"""Property of the dialects that recommend for a person: nothing disliked or muted comes, in any version."""

import random
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from kit.ids import artist_id
from tests import worlds
from tests.contract.classic import Listener

SCENE = [number for number in range(50) if number % 50 != 46]
"""Amber tracks that are learned."""


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


ROUTES = {
    "spotify": of_spotify,
    "recommendation": classic("/recommendation/{id}"),
    "morerecom": classic("/morerecom?userId={id}"),
}


@pytest.fixture(scope="module")
def unwanted(public: str) -> tuple[Listener, set[str], str]:
    """A person, the tracks that they dislike, and an artist whom they mute."""
    ann, draw = Listener(public), random.Random(5)
    tracks = [worlds.track_id(number) for number in draw.sample(SCENE, 35)]
    liked, disliked, artist = tracks[:4], tracks[4:], artist_id(worlds.artist_name(SCENE[7]))
    events = [{"track": track, "kind": "like"} for track in liked]
    events += [{"track": track, "kind": draw.choice(["dislike", "never"])} for track in disliked]
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

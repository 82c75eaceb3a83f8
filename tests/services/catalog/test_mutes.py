"""Tests of mutes through catalog's routes."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from kit.ids import artist_id
from tests import worlds
from tests.services.catalog.listener import HALO, Listener
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
PATH = "/v1/me/mutes"
BEYONCE = artist_id("Beyoncé")


async def changed(listener: Listener, method: str, path: str = "", **more: Any) -> dict[str, Any]:
    answer = await listener.request(method, PATH + path, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def pairs(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(item["kind"], item["name"]) for item in found["items"]}


async def test_mutes_are_added_once_listed_and_removed(ann: Listener) -> None:
    assert await changed(ann, "GET") == {"items": [], "taste_version": 0}
    await changed(ann, "PUT", f"/artists/{BEYONCE}")
    await changed(ann, "PUT", "/genres/Hip Hop")
    found = await changed(ann, "PUT", "/versions/karaoke")
    assert found["taste_version"] == 3
    assert pairs(found) == {("artist", "Beyoncé"), ("genre", "Hip Hop"), ("version", "karaoke")}
    assert await changed(ann, "PUT", "/genres/hip-hop") == found == await changed(ann, "GET")
    await changed(ann, "DELETE", "/genres/HIPHOP")
    await changed(ann, "DELETE", "/versions/karaoke")
    left = await changed(ann, "DELETE", f"/artists/{BEYONCE}")
    assert (left["items"], left["taste_version"]) == ([], 6)
    assert (await changed(ann, "DELETE", "/versions/karaoke"))["taste_version"] == 6


async def test_a_genre_may_hold_a_slash(ann: Listener) -> None:
    assert pairs(await changed(ann, "PUT", "/genres/Drum/Bass")) == {("genre", "Drum/Bass")}
    assert pairs(await changed(ann, "DELETE", "/genres/drum%2Fbass")) == set()


async def test_the_whole_list_is_replaced_and_cleared(ann: Listener) -> None:
    await changed(ann, "PUT", "/versions/live")
    body = {"artists": [BEYONCE], "genres": ["polka", "Polka"], "versions": ["slowed"]}
    found = await changed(ann, "PUT", json=body)
    assert pairs(found) == {("artist", "Beyoncé"), ("genre", "Polka"), ("version", "slowed")}
    assert (await changed(ann, "PUT", json=body))["taste_version"] == found["taste_version"]
    assert (await changed(ann, "DELETE"))["items"] == []


async def test_the_taste_has_the_mutes_under_a_new_version(ann: Listener) -> None:
    await ann.like(HALO)
    await changed(ann, "PUT", f"/artists/{BEYONCE}")
    await changed(ann, "PUT", "/genres/Hip Hop")
    feedback = await ann.user_feedback()
    assert feedback["version"] == 3
    assert feedback["mutes"] == {"artists": [BEYONCE], "genres": ["Hip Hop"], "versions": []}


async def test_nobody_sees_or_changes_the_mutes_of_another(ann: Listener, ben: Listener) -> None:
    mine = await changed(ann, "PUT", "/versions/live")
    assert (await changed(ben, "DELETE"))["items"] == (await changed(ben, "GET"))["items"] == []
    await changed(ben, "DELETE", "/versions/live")
    assert await changed(ann, "GET") == mine


async def test_unknown_artists_and_full_lists_are_refused(ann: Listener) -> None:
    answer = await ann.request("PUT", f"{PATH}/artists/{artist_id('Nobody at all')}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    await changed(ann, "PUT", json={"genres": [f"genre {number}" for number in range(100)]})
    answer = await ann.request("PUT", f"{PATH}/genres/one more")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert pairs(await changed(ann, "PUT", "/genres/Genre 7")) >= {("genre", "genre 7")}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/versions/loud", None),
        ("PUT", "/artists/short", None),
        ("PUT", "/genres/%20", None),
        ("PUT", "", {"albums": []}),
        ("PUT", "", {"genres": ["x"] * 101}),
    ],
)
async def test_malformed_mutes_are_422(ann: Listener, method: str, path: str, body: dict[str, Any] | None) -> None:
    answer = await ann.request(method, PATH + path, **({"json": body} if body else {}))
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_guests_and_narrow_tokens_are_refused(client: AsyncClient, issuer: Issuer) -> None:
    assert (await client.get(PATH)).status_code == (await client.delete(PATH)).status_code == 401
    reader = Listener(client, issuer, "catalog:read")
    assert (await reader.request("PUT", f"{PATH}/versions/live")).status_code == 403


async def test_the_interest_test_shows_no_muted_track(ann: Listener) -> None:
    await changed(ann, "PUT", json={"genres": ["amber", "dune"], "versions": ["live"]})
    seen: list[str] = []
    for _ in range(3):
        page = (await ann.request("GET", "/v1/me/interest-test?limit=4")).json()
        assert len(page["tracks"]) == 4
        seen += [track["id"] for track in page["tracks"]]
        answers = [{"track": track["id"], "value": 0} for track in page["tracks"]]
        await ann.request("POST", "/v1/me/interest-test", json={"answers": answers})
    held = {worlds.track_id(i): i for i in range(worlds.SIZE)}
    assert {held[track] // 50 for track in seen} == {1, 2}
    assert {52, 102}.isdisjoint(held[track] for track in seen)

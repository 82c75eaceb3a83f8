"""Tests of playlists through catalog's routes."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from kit.wire.playlists import MAX_PLAYLIST_TRACKS
from tests.services.catalog.listener import CRAZY, HALO, HEY_YA, NOTHING, TEEN, UNKNOWN, Listener, event
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
ABSENT = "0192d5a0-0000-7000-8000-000000000000"  # the id of no playlist
PATH = "/v1/me/playlists"


async def made(listener: Listener, *tracks: str, name: str = "Evenings", **headers: str) -> dict[str, Any]:
    answer = await listener.request("POST", PATH, json={"name": name, "tracks": list(tracks)}, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def playlist(listener: Listener, *tracks: str) -> str:
    return str((await made(listener, *tracks))["playlist"]["id"])


async def changed(listener: Listener, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
    answer = await listener.request(method, f"{PATH}/{path}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == f'"{answer.json()["playlist"]["version"]}"'
    return dict(answer.json())


async def tracks(listener: Listener, which: str) -> list[str]:
    answer = await listener.request("GET", f"{PATH}/{which}")
    assert answer.status_code == 200, answer.text
    assert [item["position"] for item in answer.json()["items"]] == list(range(len(answer.json()["items"])))
    return [item["track"]["id"] for item in answer.json()["items"]]


def statuses(found: dict[str, Any]) -> list[str]:
    return [row["status"] for row in found["results"]]


async def test_a_playlist_is_made_listed_read_renamed_and_deleted(ann: Listener) -> None:
    found = await made(ann, HALO, UNKNOWN, CRAZY)
    summary, which = found["playlist"], found["playlist"]["id"]
    assert (summary["name"], summary["track_count"], summary["version"]) == ("Evenings", 2, 1)
    assert statuses(found) == ["added", "unknown", "added"]
    assert await tracks(ann, which) == [HALO, CRAZY]
    renamed = (await changed(ann, "PATCH", which, {"name": "Nights"}))["playlist"]
    assert (renamed["name"], renamed["version"], renamed["track_count"]) == ("Nights", 2, 2)
    assert (await changed(ann, "PATCH", which, {"name": "Nights"}))["playlist"] == renamed
    assert (await ann.request("GET", PATH)).json()["items"] == [renamed]
    assert (await ann.request("DELETE", f"{PATH}/{which}")).status_code == 204
    assert (await ann.request("GET", PATH)).json()["items"] == []
    assert (await ann.request("GET", f"{PATH}/{which}")).status_code == 404


async def test_a_retry_with_the_same_key_makes_no_second_playlist(ann: Listener, ben: Listener) -> None:
    first = await made(ann, HALO, **{"idempotency-key": "k"})
    assert await made(ann, HALO, **{"idempotency-key": "k"}) == first
    assert (await made(ben, **{"idempotency-key": "k"}))["playlist"]["id"] != first["playlist"]["id"]
    assert len((await ann.request("GET", PATH)).json()["items"]) == 1


async def test_tracks_are_added_once_at_the_end_or_a_position(ann: Listener) -> None:
    which = await playlist(ann, HALO, CRAZY)
    body = {"tracks": [TEEN, HALO, UNKNOWN]}
    found = await changed(ann, "POST", f"{which}/tracks", body)
    assert statuses(found) == ["added", "repeated", "unknown"]
    again = await changed(ann, "POST", f"{which}/tracks", body)
    assert again["playlist"] == found["playlist"]
    await changed(ann, "POST", f"{which}/tracks", {"tracks": [NOTHING, HEY_YA], "position": 1})
    assert await tracks(ann, which) == [HALO, NOTHING, HEY_YA, CRAZY, TEEN]
    await changed(ann, "POST", f"{which}/tracks", {"tracks": [HALO], "allow_repeats": True})
    assert await tracks(ann, which) == [HALO, NOTHING, HEY_YA, CRAZY, TEEN, HALO]


async def test_tracks_are_removed_wherever_they_stand(ann: Listener) -> None:
    which = await playlist(ann, HALO, CRAZY, HALO)
    found = await changed(ann, "POST", f"{which}/tracks:remove", {"tracks": [HALO, TEEN, UNKNOWN]})
    assert statuses(found) == ["removed", "absent", "unknown"]
    assert await tracks(ann, which) == [CRAZY]
    again = await changed(ann, "POST", f"{which}/tracks:remove", {"tracks": [HALO]})
    assert (statuses(again), again["playlist"]["version"]) == (["absent"], found["playlist"]["version"])


@pytest.mark.parametrize(
    ("move", "order"),
    [
        ({"start": 0, "count": 2, "to": 2}, [TEEN, HEY_YA, HALO, CRAZY]),
        ({"start": 3, "to": 0}, [HEY_YA, HALO, CRAZY, TEEN]),
        ({"start": 1, "count": 2, "to": 1}, [HALO, CRAZY, TEEN, HEY_YA]),
    ],
)
async def test_tracks_are_moved(ann: Listener, move: dict[str, int], order: list[str]) -> None:
    which = await playlist(ann, HALO, CRAZY, TEEN, HEY_YA)
    await changed(ann, "POST", f"{which}/tracks:move", move)
    assert await tracks(ann, which) == order


async def test_a_move_outside_is_a_bad_request(ann: Listener) -> None:
    which = await playlist(ann, HALO, CRAZY)
    answer = await ann.request("POST", f"{PATH}/{which}/tracks:move", json={"start": 1, "count": 2, "to": 0})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_a_playlist_is_replaced_whole(ann: Listener) -> None:
    which = await playlist(ann, HALO, CRAZY)
    before = (await ann.request("GET", f"{PATH}/{which}")).json()
    body = {"name": "Other", "description": "for later", "tracks": [TEEN, HALO]}
    found = await changed(ann, "PUT", which, body)
    assert await changed(ann, "PUT", which, body) == found
    after = (await ann.request("GET", f"{PATH}/{which}")).json()
    assert (after["name"], after["description"], after["version"]) == ("Other", "for later", 2)
    assert after["items"][1]["added_at"] == before["items"][0]["added_at"], "a track that stays keeps its date"


async def test_a_change_is_refused_when_the_playlist_has_changed_meanwhile(ann: Listener) -> None:
    which = await playlist(ann, HALO)
    await changed(ann, "POST", f"{which}/tracks", {"tracks": [CRAZY]}, **{"if-match": '"1"'})
    refused: list[Response] = [
        await ann.request(method, f"{PATH}/{which}{path}", json=body, headers={"if-match": '"1"'})
        for method, path, body in (
            ("POST", "/tracks", {"tracks": [TEEN]}),
            ("POST", "/tracks:remove", {"tracks": [HALO]}),
            ("POST", "/tracks:move", {"start": 0, "to": 1}),
            ("PUT", "", {"name": "x"}),
            ("PATCH", "", {"name": "x"}),
            ("DELETE", "", None),
        )
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(412, "precondition_failed")}
    assert await tracks(ann, which) == [HALO, CRAZY]
    malformed = await ann.request("DELETE", f"{PATH}/{which}", headers={"if-match": "latest"})
    assert (malformed.status_code, malformed.json()["code"]) == (422, "malformed")
    await changed(ann, "PATCH", which, {"name": "x"}, **{"if-match": "*"})


async def test_pages_of_tracks_hold_until_the_playlist_changes(ann: Listener) -> None:
    which = await playlist(ann, HALO, CRAZY, TEEN)
    first = (await ann.request("GET", f"{PATH}/{which}?limit=2")).json()
    rest = (await ann.request("GET", f"{PATH}/{which}?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["track"]["id"] for item in first["items"] + rest["items"]] == [HALO, CRAZY, TEEN]
    assert (rest["items"][0]["position"], rest["next_cursor"]) == (2, None)
    await changed(ann, "POST", f"{which}/tracks:remove", {"tracks": [HALO]})
    stale = await ann.request("GET", f"{PATH}/{which}?limit=2&cursor={first['next_cursor']}")
    assert (stale.status_code, stale.json()["code"]) == (422, "malformed")


async def test_pages_of_playlists_have_each_once(ann: Listener) -> None:
    wanted = [(await made(ann, name=str(number)))["playlist"]["id"] for number in range(5)]
    found, cursor = [], ""
    while cursor is not None:
        page = (await ann.request("GET", f"{PATH}?limit=2{cursor and '&cursor=' + cursor}")).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == wanted[::-1]


@pytest.mark.must("S3-12")
async def test_nobody_reads_or_changes_the_playlist_of_another(ann: Listener, ben: Listener) -> None:
    which = await playlist(ann, HALO)
    answers = [
        await ben.request(method, f"{PATH}/{which}{path}", json=body)
        for method, path, body in (
            ("GET", "", None),
            ("GET", "/export?format=csv", None),
            ("PUT", "", {"name": "mine"}),
            ("PATCH", "", {"name": "mine"}),
            ("POST", "/tracks", {"tracks": [CRAZY]}),
            ("POST", "/tracks:remove", {"tracks": [HALO]}),
            ("POST", "/tracks:move", {"start": 0, "to": 0}),
            ("DELETE", "", None),
        )
    ]
    answers.append(await ben.request("POST", "/v1/me/exclusions", json={"playlist": which}))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not_found")}
    assert (await ben.request("GET", f"/internal/playlists/{which}")).json() == {"playlist": None}
    assert (await ben.request("GET", PATH)).json()["items"] == []
    assert await tracks(ann, which) == [HALO]


async def test_tracks_of_playlists_are_known_and_an_excluded_playlist_does_not_count(ann: Listener) -> None:
    which = await playlist(ann, HALO, CRAZY)
    await ann.record(event(HALO, "like"), event(TEEN, "play", context=f"playlist:{which}"), event(HEY_YA, "like"))
    feedback = await ann.user_feedback()
    assert (set(feedback["in_playlists"]), feedback["likes"]) == ({HALO, CRAZY}, [HEY_YA, HALO])
    made_exclusion = (await ann.request("POST", "/v1/me/exclusions", json={"playlist": which})).json()
    assert (made_exclusion["playlist"], made_exclusion["events"]) == (which, 2)
    feedback = await ann.user_feedback()
    assert (feedback["likes"], feedback["set_aside"], feedback["heard"]) == ([HEY_YA], [HALO], [TEEN])
    await changed(ann, "POST", f"{which}/tracks", {"tracks": [HEY_YA]})
    assert (await ann.user_feedback())["likes"] == [], "tracks that are added later count no more either"
    await ann.request("DELETE", f"{PATH}/{which}")
    feedback = await ann.user_feedback()
    assert (feedback["likes"], feedback["in_playlists"]) == ([HEY_YA, HALO], [])
    assert (await ann.request("GET", "/v1/me/exclusions")).json()["items"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"tracks": [HALO]}),
        ("", {"name": "x" * 301}),
        ("", {"name": "nul \0"}),
        ("", {"name": "x", "tracks": [HALO] * (MAX_PLAYLIST_TRACKS + 1)}),
        (f"/{ABSENT}/tracks", {"tracks": []}),
        (f"/{ABSENT}/tracks", {"tracks": [HALO], "position": -1}),
        (f"/{ABSENT}/tracks:move", {"start": 0}),
        ("/short/tracks", {"tracks": [HALO]}),
    ],
)
async def test_malformed_changes_are_422(ann: Listener, path: str, body: dict[str, Any]) -> None:
    answer = await ann.request("POST", PATH + path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_guests_and_narrow_tokens_are_refused(client: AsyncClient, issuer: Issuer) -> None:
    assert (await client.get(PATH)).status_code == 401
    assert (await client.post(PATH, json={"name": "x"})).status_code == 401
    reader = Listener(client, issuer, "catalog:read")
    assert (await reader.request("POST", PATH, json={"name": "x"})).status_code == 403


async def test_the_tag_of_a_read_playlist_is_304_until_a_like_changes_it_and_guards_a_change(ann: Listener) -> None:
    which = await playlist(ann, HALO)
    tag = (await ann.request("GET", f"{PATH}/{which}")).headers["etag"]
    known = {"if-none-match": tag}
    assert (await ann.request("GET", f"{PATH}/{which}", headers=known)).status_code == 304
    await ann.like(HALO)
    assert (await ann.request("GET", f"{PATH}/{which}", headers=known)).json()["items"][0]["track"]["like"] == 1
    await changed(ann, "PATCH", which, {"name": "Nights"}, **{"if-match": tag})
    refused = await ann.request("PATCH", f"{PATH}/{which}", json={"name": "x"}, headers={"if-match": tag})
    assert refused.status_code == 412

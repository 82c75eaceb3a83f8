"""Tests of likes, opinions and undo through catalog's routes."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from httpx2 import AsyncClient

from tests import worlds
from tests.services.catalog.listener import (
    A_MOMENT,
    CRAZY,
    HALO,
    HEY_YA,
    TEEN,
    UNKNOWN,
    Listener,
    event,
    played_by,
)
from tests.tokens import Issuer

NOBODYS = UUID("01a1f9af-0562-72d8-a33c-f6d02f363bbd")  # the id of no event
pytestmark = pytest.mark.anyio


@pytest.mark.must("S0-07", "S0-37")
async def test_a_like_is_idempotent_and_listed_first(ann: Listener) -> None:
    first = await ann.like(HALO)
    assert (first["track"], first["opinion"], first["like"], first["taste_version"]) == (HALO, "like", 1, 1)
    assert await ann.like(HALO) == first
    await ann.like(CRAZY)
    page = (await ann.request("GET", "/v1/me/likes")).json()
    assert [item["track"]["title"] for item in page["items"]] == ["Crazy In Love", "Halo"]
    assert (page["total"], page["next_cursor"]) == (2, None)
    assert {item["track"]["like"] for item in page["items"]} == {1}
    assert datetime.fromisoformat(page["items"][0]["liked_at"]) <= datetime.now(UTC)


@pytest.mark.must("S0-07")
async def test_unliking_leaves_neutral(ann: Listener) -> None:
    await ann.like(HALO)
    back = (await ann.request("DELETE", f"/v1/me/likes/{HALO}")).json()
    assert (back["opinion"], back["like"], back["taste_version"]) == ("neutral", 0, 2)
    assert (await ann.request("DELETE", f"/v1/me/likes/{HALO}")).json() == back
    assert await ann.liked() == []
    assert await ann.like_of(HALO) == 0


async def test_unliking_without_a_like_changes_no_taste(ann: Listener) -> None:
    answer = await ann.request("DELETE", f"/v1/me/likes/{HALO}")
    assert (answer.status_code, answer.json()["taste_version"]) == (200, 0)


@pytest.mark.parametrize("reported", ["dislike", "never"])
@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "delete-1"}])
async def test_unliking_keeps_a_dislike_or_never(ann: Listener, reported: str, headers: dict[str, str]) -> None:
    event_id = (await ann.record(event(HALO, reported)))["results"][0]["id"]
    for _ in range(2):
        answer = await ann.request("DELETE", f"/v1/me/likes/{HALO}", headers=headers)
        assert answer.status_code == 200
        body = answer.json()
        assert (body["id"], body["opinion"], body["like"], body["taste_version"]) == (event_id, reported, -1, 1)
    feedback = await ann.user_feedback()
    assert feedback["dislikes"] + feedback["never"] == [HALO]
    await ann.record(event(HALO, "neutral"))
    assert await ann.like_of(HALO) == 0


@pytest.mark.must("S0-34")
async def test_every_catalogue_response_has_the_users_opinions(ann: Listener, ben: Listener) -> None:
    await ann.like(HALO)
    await ann.record(event(CRAZY, "dislike"), event(HEY_YA, "never"))
    answers = {
        HALO: (await ann.request("GET", f"/v1/tracks/{HALO}")).json()["like"],
        HEY_YA: (await ann.request("GET", "/v1/search?q=hey ya")).json()["items"][0]["like"],
    }
    assert answers == {HALO: 1, HEY_YA: -1}
    batch = (await ann.request("POST", "/v1/tracks:batch", json={"ids": [CRAZY, HALO, TEEN]})).json()["items"]
    assert [track["like"] for track in batch] == [-1, 1, None]
    artist = batch[1]["artists"][0]["id"]
    top = (await ann.request("GET", f"/v1/artists/{artist}")).json()["top_tracks"]
    assert {track["title"]: track["like"] for track in top} == {"Halo": 1, "Crazy In Love": -1}
    assert await ben.like_of(HALO) is None


async def test_guests_and_keys_without_the_read_scope_see_no_likes(
    client: AsyncClient, ann: Listener, issuer: Issuer
) -> None:
    await ann.like(HALO)
    for headers in ({}, issuer.bearer(ann.id, ["recommend:read"])):
        assert (await client.get(f"/v1/tracks/{HALO}", headers=headers)).json()["like"] is None
    refused = await client.get(f"/v1/tracks/{HALO}", headers={"authorization": "Bearer x.y.z"})
    assert refused.status_code == 401


async def test_users_cannot_see_or_undo_feedback_of_others(ann: Listener, ben: Listener) -> None:
    reported = await ann.like(HALO)
    assert await ben.liked() == []
    assert (await ben.user_feedback())["likes"] == []
    answer = await ben.undo(reported["id"])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await ann.liked() == [HALO]


async def test_undo_restores_the_previous_opinion_once(ann: Listener) -> None:
    disliked = (await ann.record(event(HALO, "dislike")))["results"][0]["id"]
    liked = await ann.like(HALO)
    undone = (await ann.undo(liked["id"])).json()
    assert (undone["id"], undone["opinion"], undone["like"], undone["taste_version"]) == (disliked, "dislike", -1, 3)
    assert (await ann.undo(liked["id"])).json() == undone
    nothing = (await ann.undo(disliked)).json()
    assert (nothing["opinion"], nothing["like"], nothing["taste_version"]) == ("neutral", None, 4)
    assert await ann.like_of(HALO) is None


async def test_undoing_a_replaced_opinion_changes_no_taste(ann: Listener) -> None:
    liked = await ann.like(HALO)
    never = (await ann.record(event(HALO, "never")))["results"][0]["id"]
    undone = (await ann.undo(liked["id"])).json()
    assert (undone["id"], undone["opinion"], undone["taste_version"]) == (never, "never", 2)


async def test_undone_plays_and_skips_are_not_counted(ann: Listener) -> None:
    rows = (await ann.record(event(HALO, "play", ms=9, at=A_MOMENT), event(HALO, "play"), event(HALO, "skip")))[
        "results"
    ]
    assert played_by(await ann.user_feedback()) == [{"track": HALO, "plays": 2, "skips": 1}]
    for row in (rows[0], rows[2]):
        await ann.undo(row["id"])
    feedback = await ann.user_feedback()
    assert (played_by(feedback), feedback["version"]) == ([{"track": HALO, "plays": 1, "skips": 0}], 3)


@pytest.mark.parametrize("wrong", [str(UUID(int=0)), str(NOBODYS)])
async def test_an_unknown_feedback_id_is_404(ann: Listener, wrong: str) -> None:
    assert (await ann.undo(wrong)).status_code == 404


async def test_the_single_routes_answer_404_for_an_unknown_track(ann: Listener) -> None:
    for method in ("PUT", "DELETE"):
        answer = await ann.request(method, f"/v1/me/likes/{UNKNOWN}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert UNKNOWN in answer.json()["detail"]
        assert (await ann.request(method, "/v1/me/likes/short")).status_code == 422
    assert (await ann.undo("x")).status_code == 422


@pytest.mark.parametrize(("limit", "status"), [(500, 200), (501, 422), (0, 422)])
async def test_a_page_holds_up_to_500_likes(ann: Listener, limit: int, status: int) -> None:
    assert (await ann.request("GET", "/v1/me/likes", params={"limit": limit})).status_code == status


@pytest.mark.must("S0-35")
async def test_pages_of_likes_hold_each_once_while_others_are_added(ann: Listener) -> None:
    tracks = [worlds.track_id(i) for i in range(3, 20)]
    for track in tracks[:-2]:
        await ann.like(track)
    seen, cursor = [], None
    for number in range(10):
        page = (
            await ann.request("GET", "/v1/me/likes", params={"limit": 4} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [item["track"]["id"] for item in page["items"]]
        if number < 2:
            await ann.like(tracks[-1 - number])
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == tracks[:-2][::-1]
    assert page["total"] == len(tracks)


async def test_a_cursor_of_another_list_is_422(ann: Listener, ben: Listener) -> None:
    for track in (HALO, CRAZY):
        await ann.like(track)
        await ben.like(track)
    cursor = (await ann.request("GET", "/v1/me/likes?limit=1")).json()["next_cursor"]
    of_search = (await ann.request("GET", "/v1/search?q=song&limit=1")).json()["next_cursor"]
    assert (await ann.request("GET", "/v1/me/likes", params={"cursor": cursor})).status_code == 200
    assert (await ben.request("GET", "/v1/me/likes", params={"cursor": cursor})).status_code == 422
    for wrong in (of_search, cursor[:-1], "x", ""):
        assert (await ann.request("GET", "/v1/me/likes", params={"cursor": wrong})).status_code == 422


WRITES = [
    ("PUT", f"/v1/me/likes/{HALO}"),
    ("DELETE", f"/v1/me/likes/{HALO}"),
    ("POST", f"/v1/me/feedback/{NOBODYS}/undo"),
]


READS = [("GET", "/v1/me/likes"), ("GET", "/internal/taste"), ("GET", "/internal/shown")]


@pytest.mark.parametrize(("method", "path"), [*WRITES, *READS, ("POST", "/v1/me/feedback")])
async def test_a_guest_is_401(client: AsyncClient, method: str, path: str) -> None:
    body = {"json": {"events": [event(HALO, "like")]}} if path.endswith("feedback") else {}
    answer = await client.request(method, path, **body)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [*((method, path, "feedback:write") for method, path in WRITES), ("GET", "/v1/me/likes", "catalog:read")],
)
async def test_a_key_without_the_scope_is_403(
    client: AsyncClient, issuer: Issuer, method: str, path: str, scope: str
) -> None:
    others = {"recommend:read", "feedback:write", "catalog:read", "report:read"} - {scope}
    answer = await Listener(client, issuer, *others).request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert scope in answer.json()["detail"]

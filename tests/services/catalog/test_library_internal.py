"""Tests of the internal library endpoints: taste by version, impressions, outbox."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient

from tests.services.catalog.conftest import AWAY, FROM_SERVICE, running, until
from tests.services.catalog.listener import (
    CRAZY,
    HALO,
    HEY_YA,
    NOTHING,
    TEEN,
    UNKNOWN,
    Listener,
    event,
    impressions,
    shown,
    shown_list,
)
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio


async def test_the_taste_has_all_current_opinions_newest_first(ann: Listener) -> None:
    await ann.record(event(HALO, "like"), event(CRAZY, "like"), event(HEY_YA, "dislike"), event(NOTHING, "never"))
    await ann.record(event(TEEN, "play", at="2026-02-01T00:00:00Z"), event(HALO, "skip", at="2026-02-02T00:00:00Z"))
    await ann.record(event(TEEN, "impression"))
    answer = await ann.request("GET", "/internal/taste")
    assert answer.headers["etag"] == '"2"'
    assert answer.json() == {
        "person": str(ann.id),
        "version": 2,
        "likes": [CRAZY, HALO],
        "dislikes": [HEY_YA],
        "never": [NOTHING],
        "played": [
            {"track": HALO, "plays": 0, "skips": 1, "last_day": 0},
            {"track": TEEN, "plays": 1, "skips": 0, "last_day": date(2026, 2, 1).toordinal()},
        ],
        "heard": [],
        "last_days": [],
        "set_aside": [],
        "in_playlists": [],
        "mutes": {"artists": [], "genres": [], "versions": []},
    }


async def test_a_known_version_of_the_taste_is_304_until_it_changes(ann: Listener) -> None:
    known = {"if-none-match": '"0"'}
    fresh = await ann.request("GET", "/internal/taste", headers=known)
    assert (fresh.status_code, fresh.content, fresh.headers["etag"]) == (304, b"", '"0"')
    await ann.like(HALO)
    changed = await ann.request("GET", "/internal/taste", headers=known)
    assert (changed.status_code, changed.json()["likes"]) == (200, [HALO])
    assert (await ann.request("POST", "/internal/taste")).status_code == 405


async def test_every_process_sees_a_taste_change_immediately(data: Any, issuer: Issuer) -> None:
    async with running(data, issuer.transport) as one, running(data, issuer.transport) as other:
        await until(one, "ok")
        ann = Listener(one, issuer)
        elsewhere = issuer.bearer(ann.id)
        for version in range(1, 6):
            await ann.record(event(HALO, "like" if version % 2 else "neutral"))
            answer = await other.get("/internal/taste", headers=elsewhere | {"if-none-match": f'"{version - 1}"'})
            assert (answer.status_code, answer.headers["etag"]) == (200, f'"{version}"')


async def test_shown_lists_come_back_latest_first_each_track_once(client: AsyncClient, ann: Listener) -> None:
    now = datetime.now(UTC)
    lists = [
        shown_list(ann.id, now - timedelta(hours=2), HALO, CRAZY),
        shown_list(ann.id, now - timedelta(hours=1), HEY_YA, HALO),
        shown_list(ann.id, now - timedelta(days=8), NOTHING),
    ]
    await impressions(client, FROM_SERVICE, *lists)
    assert await shown(ann) == [HEY_YA, HALO, CRAZY]
    row = (await ann.record(event(TEEN, "impression")))["results"][0]
    assert await shown(ann) == [TEEN, HEY_YA, HALO, CRAZY]
    assert await shown(ann, limit=2) == [TEEN, HEY_YA]
    await ann.undo(row["id"])
    assert await shown(ann) == [HEY_YA, HALO, CRAZY]
    assert (await ann.user_feedback())["version"] == 0


async def test_reporting_lists_again_is_idempotent(client: AsyncClient, ann: Listener, ben: Listener) -> None:
    first = shown_list(ann.id, datetime.now(UTC), HALO)
    changed = first | {"tracks": [CRAZY]}
    await impressions(client, FROM_SERVICE, first)
    await impressions(client, FROM_SERVICE, changed, shown_list(ben.id, datetime.now(UTC), HEY_YA))
    assert (await shown(ann), await shown(ben)) == ([HALO], [HEY_YA])


async def test_versions_of_several_people_are_those_of_their_tastes(
    client: AsyncClient, ann: Listener, ben: Listener
) -> None:
    await ann.like(HALO)
    wanted = {"people": [str(ann.id), str(ben.id)]}
    answer = await client.post("/internal/taste:versions", json=wanted, headers=FROM_SERVICE)
    assert (answer.status_code, answer.json()) == (200, {"versions": [1, 0]})
    assert (await ann.request("GET", "/internal/taste")).headers["etag"] == '"1"'
    assert (await client.post("/internal/taste:versions", json=wanted)).status_code == 401
    assert (await ann.request("POST", "/internal/taste:versions", json=wanted)).status_code == 401
    for none in ({"people": []}, {"people": ["x"]}, {"people": [str(ann.id)] * 101}, {}):
        refused = await client.post("/internal/taste:versions", json=none, headers=FROM_SERVICE)
        assert refused.status_code == 422


@pytest.mark.parametrize(("method", "path"), [("POST", "/internal/impressions"), ("GET", "/internal/events?after=0")])
async def test_impressions_and_events_need_the_service_key(
    client: AsyncClient, ann: Listener, method: str, path: str
) -> None:
    body = {"json": {"lists": [shown_list(ann.id, datetime.now(UTC), HALO)]}} if method == "POST" else {}
    assert (await client.request(method, path, **body)).status_code == 401
    assert (await ann.request(method, path, **body)).status_code == 401
    assert (await client.request(method, path, headers=FROM_SERVICE, **body)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"lists": []}', b'{"lists": [{"id": 1}]}', b"\xff", b'{"lists": [' + b"[" * 5000],
)
async def test_impressions_that_are_none_are_refused(client: AsyncClient, ann: Listener, body: bytes) -> None:
    answer = await client.post("/internal/impressions", content=body, headers=FROM_SERVICE)
    assert answer.status_code == 422
    wrong = shown_list(ann.id, datetime.now(UTC), HALO) | {"tracks": ["7N42dgm5tFLK9N8MT7fHC8"]}
    answer = await client.post("/internal/impressions", json={"lists": [wrong]}, headers=FROM_SERVICE)
    assert answer.status_code == 422
    assert "128 bits" in answer.text


@pytest.mark.parametrize("after", ["", "-2", "x", str(2**63)])
async def test_an_event_number_out_of_range_is_422(client: AsyncClient, after: str) -> None:
    assert (await client.get(f"/internal/events?after={after}", headers=FROM_SERVICE)).status_code == 422


async def test_the_outbox_has_every_taste_change_and_nothing_else(
    client: AsyncClient, ann: Listener, ben: Listener
) -> None:
    await ann.like(HALO)
    await ann.like(HALO)
    await ben.record(event(HALO, "impression"), event(UNKNOWN, "like"))
    await ben.record(event(HALO, "like"), event(CRAZY, "like"), event(CRAZY, "play"))
    page = (await client.get("/internal/events?after=0", headers=FROM_SERVICE)).json()
    assert [(item["kind"], item["subject"]) for item in page["items"]] == [
        ("taste_changed", str(ann.id)),
        ("taste_changed", str(ben.id)),
    ]


async def test_without_auth_guests_are_served_and_users_get_503(data: Any, issuer: Issuer) -> None:
    async with running(data, AWAY) as client:
        await until(client, "ok")
        assert (await client.get(f"/v1/tracks/{HALO}")).status_code == 200
        answer = await client.get("/v1/me/likes", headers=issuer.bearer(uuid4()))
        assert (answer.status_code, answer.json()["code"]) == (503, "neighbour_unavailable")


async def test_all_current_opinions_are_listed_in_recording_order(
    client: AsyncClient, ann: Listener, ben: Listener
) -> None:
    await ann.record(event(HALO, "like"), event(CRAZY, "like"), event(TEEN, "play"), event(NOTHING, "never"))
    await ben.record(event(HALO, "dislike"), event(HEY_YA, "like"))
    await ann.record(event(CRAZY, "neutral"), event(HALO, "dislike"))
    [changed] = (await ben.record(event(HEY_YA, "dislike")))["results"]
    assert await everybody(client) == [
        (ann.id, NOTHING, "never"),
        (ben.id, HALO, "dislike"),
        (ann.id, HALO, "dislike"),
        (ben.id, HEY_YA, "dislike"),
    ]
    await ben.undo(changed["id"])
    assert (ben.id, HEY_YA, "like") in await everybody(client)
    assert (ben.id, HEY_YA, "dislike") not in await everybody(client)


async def test_all_opinions_are_paged_by_number(client: AsyncClient, ann: Listener) -> None:
    await ann.record(event(HALO, "like"), event(CRAZY, "like"), event(HEY_YA, "like"))
    whole = (await client.get("/internal/opinions", headers=FROM_SERVICE)).json()
    numbers = [item["number"] for item in whole["items"]]
    assert numbers == sorted(numbers)
    assert whole["after"] == numbers[-1]
    rest = (await client.get(f"/internal/opinions?after={numbers[0]}", headers=FROM_SERVICE)).json()
    assert [item["track"] for item in rest["items"]] == [CRAZY, HEY_YA]
    none = (await client.get(f"/internal/opinions?after={numbers[-1]}", headers=FROM_SERVICE)).json()
    assert none == {"items": [], "after": numbers[-1]}


async def test_all_opinions_need_the_service_key(client: AsyncClient, ann: Listener) -> None:
    assert (await client.get("/internal/opinions")).status_code == 401
    assert (await ann.request("GET", "/internal/opinions")).status_code == 401
    assert (await client.get("/internal/opinions?after=-1", headers=FROM_SERVICE)).status_code == 422


async def everybody(client: AsyncClient) -> list[tuple[UUID, str, str]]:
    items = (await client.get("/internal/opinions", headers=FROM_SERVICE)).json()["items"]
    return [(UUID(item["person"]), item["track"], item["opinion"]) for item in items]


async def test_like_dates_are_paged_latest_first(ann: Listener) -> None:
    tracks = [HEY_YA, CRAZY, HALO, NOTHING, TEEN]
    for track in tracks:
        await ann.like(track)
    first = (await ann.request("GET", "/internal/likes?limit=3")).json()
    assert ([like["track"] for like in first["items"]], first["total"]) == (tracks[:1:-1], 5)
    rest = (await ann.request("GET", f"/internal/likes?limit=3&before={first['next']}")).json()
    assert ([like["track"] for like in rest["items"]], rest["next"]) == (tracks[1::-1], None)
    assert all(datetime.fromisoformat(like["liked_at"]).tzinfo for like in [*first["items"], *rest["items"]])


async def test_like_dates_need_a_token_of_any_scope(client: AsyncClient, ann: Listener, issuer: Issuer) -> None:
    assert (await client.get("/internal/likes")).status_code == 401
    reader = Listener(client, issuer, "report:read")
    assert (await reader.request("GET", "/internal/likes")).json() == {"items": [], "total": 0, "next": None}
    for query in ("limit=0", "limit=2001", "before=0"):
        assert (await ann.request("GET", f"/internal/likes?{query}")).status_code == 422

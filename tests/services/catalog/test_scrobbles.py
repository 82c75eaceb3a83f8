"""Tests of plays that scrobblers send: POST /v1/me/plays, /v1/me/plays/count and /v1/me/plays/current."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient

from kit.wire.plays import MAX_PLAYS
from tests.services.catalog.listener import CRAZY, HALO, HEY_YA, NOTHING, Listener, event, played_by

pytestmark = pytest.mark.anyio
PATH = "/v1/me/plays"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAMES = {HALO: ("Halo", "Beyoncé"), HEY_YA: ("Hey Ya!", "Outkast"), NOTHING: ("Nothing Else Matters", "Metallica")}


def at(minute: float) -> str:
    return (START + timedelta(minutes=minute)).isoformat()


def play(track: str, minute: float, **more: Any) -> dict[str, Any]:
    title, artist = NAMES[track]
    return {"title": title, "artist": artist, "played_at": at(minute), "source": "mpd"} | more


async def send(listener: Listener, *plays: dict[str, Any]) -> dict[str, Any]:
    answer = await listener.request("POST", PATH, json={"plays": list(plays)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def history(listener: Listener, **query: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await listener.request("GET", PATH, params=query)).json()["items"]
    return items


async def unmatched(listener: Listener, found: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await listener.request("GET", f"/v1/me/imports/{found}/unmatched")).json()["items"]
    return items


async def test_plays_are_resolved_by_name_and_change_the_taste(ann: Listener) -> None:
    before = await ann.user_feedback()
    stored = await send(ann, play(HALO, 1), play(HEY_YA, 5, artist="OutKast"), play(NOTHING, 9, album="Metallica"))
    assert [(row["status"], row["kind"], row["track"]) for row in stored["results"]] == [
        ("stored", "play", track) for track in (HALO, HEY_YA, NOTHING)
    ]
    assert all(row["confidence"] >= 0.9 and row["by"] and row["id"] for row in stored["results"])
    feedback = await ann.user_feedback()
    assert feedback["version"] == stored["taste_version"] > before["version"]
    assert {one["track"]: one["plays"] for one in played_by(feedback)} == {HALO: 1, HEY_YA: 1, NOTHING: 1}
    assert [(one["track"]["id"], one["source"]) for one in await history(ann)] == [
        *((NOTHING, "mpd"), (HEY_YA, "mpd"), (HALO, "mpd"))
    ]


async def test_the_same_play_twice_adds_nothing(ann: Listener, ben: Listener) -> None:
    plays = [play(HALO, 1), play(HALO, 1), play(HALO, 1.5, source="navidrome"), play(HALO, 9)]
    first = await send(ann, *plays)
    assert [row["status"] for row in first["results"]] == ["stored", "repeated", "repeated", "stored"]
    again = await send(ann, *plays)
    assert {row["status"] for row in again["results"]} == {"repeated"}
    assert again["taste_version"] == first["taste_version"]
    assert (await ann.request("GET", f"{PATH}/count")).json() == {"count": 2}
    assert (await ben.request("GET", f"{PATH}/count")).json() == {"count": 0}


async def test_a_play_shorter_than_half_the_track_and_four_minutes_is_a_skip(ann: Listener) -> None:
    length = (await ann.request("GET", f"/v1/tracks/{HALO}")).json()["duration_ms"]
    short = play(HALO, 1, duration_ms=length, ms=length // 2 - 1)
    stored = await send(ann, short, play(HALO, 20, ms=length // 2 + 1), play(HALO, 40, ms=length // 2 - 1))
    assert [row["kind"] for row in stored["results"]] == ["skip", "play", "skip"]
    assert played_by(await ann.user_feedback()) == [{"track": HALO, "plays": 1, "skips": 2}]
    assert len(await history(ann)) == 1
    again = await send(ann, short)
    assert (again["results"][0]["status"], again["taste_version"]) == ("repeated", stored["taste_version"])


async def test_unmatched_plays_are_kept_and_count_once_they_are_corrected(ann: Listener, ben: Listener) -> None:
    unknown = {"title": "Nobody Knows It", "artist": "Nobody At All", "source": "mpd"}
    plays = [unknown | {"played_at": at(minute)} for minute in (1, 9)]
    sent = await send(ann, *plays, play(HALO, 3))
    assert [row["status"] for row in sent["results"]] == ["unmatched", "unmatched", "stored"]
    await send(ann, *plays)
    [row] = await unmatched(ann, sent["unmatched_in"])
    assert (row["title"], row["artist"], row["count"]) == ("Nobody Knows It", "Nobody At All", 2)
    [listed] = (await ann.request("GET", "/v1/me/imports")).json()["items"]
    assert (listed["name"], listed["status"], listed["counts"]["unmatched"]) == ("scrobbles", "done", 2)
    path = f"/v1/me/imports/{sent['unmatched_in']}/unmatched/{row['number']}"
    assert (await ben.request("PUT", path, json={"track": CRAZY})).status_code == 404
    corrected = await ann.request("PUT", path, json={"track": CRAZY})
    assert corrected.json() == {"track": CRAZY, "new": 2, "repeated": 0}
    assert [one["source"] for one in await history(ann) if one["track"]["id"] == CRAZY] == ["mpd", "mpd"]
    later = await send(ann, unknown | {"played_at": at(30)})
    assert (later["results"][0]["track"], later["results"][0]["by"]) == (CRAZY, "correction")


async def test_a_refused_play_loses_no_other(ann: Listener) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    long_ago = {"title": "Nobody Knows It", "artist": "Nobody", "played_at": "0001-01-01T00:00:00+14:00"}
    nameless = {"title": "Halo", "played_at": at(3)}
    sent = await send(ann, play(HALO, 1, played_at=soon), play(HALO, 2), nameless, long_ago)
    assert [row["status"] for row in sent["results"]] == ["refused", "stored", "refused", "refused"]
    assert "names no track" in sent["results"][2]["detail"]
    assert sent["results"][0]["detail"] == sent["results"][3]["detail"] == "a moment in the future or before 2000"


async def test_a_period_and_both_orders_page_without_gaps(ann: Listener) -> None:
    await send(ann, *(play(HALO, minute) for minute in range(0, 20, 2)))
    earliest = await history(ann, since=at(4), until=at(12), order="earliest")
    assert [one["played_at"] for one in earliest] == [one["played_at"] for one in await history(ann)][7:3:-1]
    assert earliest == (await history(ann, since=at(4), until=at(12)))[::-1]
    query: dict[str, Any] = {"limit": 3, "order": "earliest", "since": at(4)}
    first = (await ann.request("GET", PATH, params=query)).json()
    rest = await ann.request("GET", PATH, params={**query, "limit": 9, "cursor": first["next_cursor"]})
    assert first["items"] + rest.json()["items"] == await history(ann, since=at(4), order="earliest")
    other = await ann.request("GET", PATH, params={"cursor": first["next_cursor"]})
    assert (other.status_code, other.json()["code"]) == (422, "malformed")


async def test_plays_of_an_excluded_source_do_not_count(ann: Listener) -> None:
    await send(ann, play(HALO, 1), play(HEY_YA, 5, source="navidrome"))
    await ann.request("POST", "/v1/me/exclusions", json={"source": "mpd"})
    assert [one["counts"] for one in await history(ann)] == [True, False]
    assert {one["track"] for one in (await ann.user_feedback())["played"]} == {HEY_YA}


async def test_what_plays_now_is_no_play_and_is_forgotten(ann: Listener, ben: Listener) -> None:
    path, names = f"{PATH}/current", {"title": "Halo", "artist": "Beyonce", "duration_ms": 200_000, "source": "mpd"}
    reported = (await ann.request("PUT", path, json=names)).json()
    assert (reported["track"]["id"], reported["source"]) == (HALO, "mpd")
    assert (await ann.request("GET", path)).json()["playing"] == reported
    assert (await ben.request("GET", path)).json() == {"playing": None}
    assert await history(ann) == []
    length = datetime.fromisoformat(reported["until"]) - datetime.fromisoformat(reported["since"])
    assert length == timedelta(seconds=200)
    over = (await ann.request("PUT", path, json=names | {"duration_ms": 1, "title": "Nobody Knows It"})).json()
    assert over["track"] is None
    assert (await ann.request("GET", path)).json() == {"playing": None}
    await ann.request("PUT", path, json=names)
    assert (await ann.request("DELETE", path)).status_code == 204
    assert (await ann.request("GET", path)).json() == {"playing": None}


async def test_bounds_scopes_and_guests(client: AsyncClient, ann: Listener, issuer: Any) -> None:
    many = [play(HALO, 2 * minute) for minute in range(MAX_PLAYS + 1)]
    for plays in (
        [],
        many,
        [play(HALO, 1, title="x" * 501)],
        [play(HALO, 1, played_at=5)],
        [play(HALO, 1, ip="1")],
        [play(HALO, 1, spotify="P" * 22)],
    ):
        assert (await ann.request("POST", PATH, json={"plays": plays})).status_code == 422
    assert (await ann.request("PUT", f"{PATH}/current", json={"spotify": "P" * 22})).status_code == 422
    for moment in ("5", "", "2026", "2026-01-01", "2026-01-01T00:00:00"):
        assert (await ann.request("GET", PATH, params={"until": moment})).status_code == 422
    reader = Listener(client, issuer, "catalog:read", person=ann.id)
    assert (await reader.request("POST", PATH, json={"plays": many[:1]})).status_code == 403
    assert (await reader.request("GET", PATH)).status_code == 200
    writer = Listener(client, issuer, "feedback:write", person=ann.id)
    assert (await writer.request("GET", f"{PATH}/current")).status_code == 403
    for method, path in (
        ("POST", PATH),
        ("GET", f"{PATH}/count"),
        ("GET", f"{PATH}/current"),
        ("PUT", f"{PATH}/current"),
    ):
        assert (await client.request(method, path)).status_code == 401
    await ann.record(event(HALO, "play"))
    full = await send(ann, *many[:MAX_PLAYS])
    assert [row["status"] for row in full["results"]].count("stored") == MAX_PLAYS

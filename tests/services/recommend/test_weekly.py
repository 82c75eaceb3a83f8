"""Tests of weekly lists over the real catalog: made once a week, one track per artist, unheard, with reasons."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from kit.errors import NeighbourUnavailable
from kit.http import ServiceClient
from services.recommend.weekly.pipeline import WeeklyPipeline
from services.recommend.weekly.schedule import WeeklySchedule
from tests import worlds
from tests.services.recommend.people import KEY, House, Person, house
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
WEEKLY = "/v1/me/weekly"
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
OLD = NOW - timedelta(days=200)
LIKED, PLAYED = range(3, 9), range(153, 159)


@pytest.fixture
async def two(published: Path, tmp_path: Path) -> AsyncIterator[House]:
    """Two workers of recommend on one catalog."""
    async with house(published, tmp_path, workers=2) as opened:
        yield opened


async def listened(person: Person) -> None:
    """Likes one scene, and played another half a year ago."""
    await person.record("like", *LIKED)
    events = [
        {"track": worlds.track_id(track), "kind": "play", "at": (OLD + timedelta(minutes=number)).isoformat()}
        for track in PLAYED
        for number in range(3)
    ]
    answer = await person.house.catalog.post("/v1/me/feedback", json={"events": events}, headers=person.bearer)
    assert answer.status_code == 200, answer.text


def at(two: House, moment: datetime) -> None:
    """Sets the clock of the weekly lists."""
    for app in two.apps:
        weekly: WeeklyPipeline = app.state.weekly
        app.state.weekly = WeeklyPipeline(weekly.releases, weekly.catalog, weekly.profiles, lambda: moment)


async def lists(person: Person, worker: int = 0) -> dict[str, Any]:
    answer = await person.house.recommends[worker].get(WEEKLY, headers=person.bearer)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(found: dict[str, Any], key: str) -> list[str]:
    [chosen] = [one for one in found["lists"] if one["key"] == key]
    return [item["track"]["id"] for item in chosen["tracks"]]


def main_artist(item: dict[str, Any]) -> str:
    return str(item["track"]["artists"][0]["id"])


async def test_three_lists_with_one_track_per_artist_new_to_the_person_each_with_a_reason(two: House) -> None:
    at(two, NOW)
    ada = two.person()
    await listened(ada)
    found = await lists(ada)
    assert (found["week"], found["degraded"]) == ("2026-11-23", None)
    assert [one["key"] for one in found["lists"]] == ["discover", "rediscover", "deep_cuts"]
    known = {worlds.track_id(track) for track in (*LIKED, *PLAYED)}
    for one in found["lists"]:
        artists = [main_artist(item) for item in one["tracks"]]
        assert len(artists) == len(set(artists)), one["key"]
        assert all(item["reason"]["text"] for item in one["tracks"])
    assert ids(found, "discover")
    assert not known & {*ids(found, "discover"), *ids(found, "deep_cuts")}
    assert not {*ids(found, "discover")} & {*ids(found, "deep_cuts")}
    again = {worlds.track_id(track) for track in PLAYED}
    assert ids(found, "rediscover")
    assert {*ids(found, "rediscover")} <= again
    [rediscover] = [one for one in found["lists"] if one["key"] == "rediscover"]
    assert {item["reason"]["space"] for item in rediscover["tracks"]} == {"history"}


async def test_the_week_before_can_be_looked_at_without_what_is_unwanted_since(two: House) -> None:
    at(two, NOW)
    ada, ben = two.person(), two.person()
    await listened(ada)
    first = ids(await lists(ada), "discover")
    path = "/v1/me/weekly/earlier"
    assert (await two.catalog.get(path, headers=ada.bearer)).json() == {"items": []}
    at(two, NOW + timedelta(days=7))
    second = ids(await lists(ada), "discover")
    assert not {*first} & {*second}
    weeks = [one["week"] for one in (await two.catalog.get(path, headers=ada.bearer)).json()["items"]]
    assert weeks == ["2026-11-23"]
    assert ids((await two.catalog.get(f"{path}/2026-11-23", headers=ada.bearer)).json(), "discover") == first
    event = {"track": first[0], "kind": "never"}
    await two.catalog.post("/v1/me/feedback", json={"events": [event]}, headers=ada.bearer)
    assert ids((await two.catalog.get(f"{path}/2026-11-23", headers=ada.bearer)).json(), "discover") == first[1:]
    for who, week, status in ((ben, "2026-11-23", 404), (ada, "2026-11-16", 404), (ada, "monday", 422)):
        assert (await two.catalog.get(f"{path}/{week}", headers=who.bearer)).status_code == status
    assert (await two.catalog.get(path)).status_code == 401


async def test_deep_cuts_are_by_artists_of_the_person(two: House) -> None:
    at(two, NOW)
    ada = two.person()
    await listened(ada)
    tracks = await two.catalog.post(
        "/v1/tracks:batch", json={"ids": [worlds.track_id(track) for track in (*LIKED, *PLAYED)]}
    )
    theirs = {artist["id"] for track in tracks.json()["items"] for artist in track["artists"]}
    [deep] = [one for one in (await lists(ada))["lists"] if one["key"] == "deep_cuts"]
    assert all(main_artist(item) in theirs for item in deep["tracks"])


async def test_contents_stay_for_a_week_whatever_is_liked_and_the_ids_stay_for_ever(two: House) -> None:
    at(two, NOW)
    ada = two.person()
    await listened(ada)
    first = await lists(ada)
    await ada.record("like", *range(160, 166))
    assert ids(await lists(ada, worker=1), "discover") == ids(first, "discover")
    at(two, NOW + timedelta(days=7))
    second = await lists(ada)
    assert second["week"] == "2026-11-30"
    assert [one["id"] for one in second["lists"]] == [one["id"] for one in first["lists"]]
    assert not {*ids(second, "discover")} & {*ids(first, "discover")}, "last week's songs do not come again"


async def test_dislikes_mutes_and_exclusions_count_at_once(two: House) -> None:
    at(two, NOW)
    ada = two.person()
    await listened(ada)
    found = await lists(ada)
    [discover] = [one for one in found["lists"] if one["key"] == "discover"]
    first, second = discover["tracks"][:2]
    await ada.house.catalog.post(
        "/v1/me/feedback",
        json={"events": [{"track": first["track"]["id"], "kind": "dislike"}]},
        headers=ada.bearer,
    )
    answer = await two.catalog.put(f"/v1/me/mutes/artists/{main_artist(second)}", headers=ada.bearer)
    assert answer.status_code < 300, answer.text
    after = ids(await lists(ada), "discover")
    assert first["track"]["id"] not in after
    assert second["track"]["id"] not in after
    period = {"until": (OLD + timedelta(days=1)).isoformat()}
    answer = await two.catalog.post("/v1/me/exclusions", json=period, headers=ada.bearer)
    assert answer.status_code == 201, answer.text
    assert ids(await lists(ada), "rediscover") == []


async def test_a_list_leaves_as_a_file_under_an_address_that_stays(two: House) -> None:
    at(two, NOW)
    ada, ben = two.person(), two.person()
    await listened(ada)
    path = f"{WEEKLY}/discover/export"
    assert (await two.catalog.get(path, headers=ada.bearer)).status_code == 404, "not made yet"
    found = ids(await lists(ada), "discover")
    for form in ("jspf", "m3u8", "csv", "json"):
        answer = await two.catalog.get(path, params={"format": form}, headers=ada.bearer)
        assert answer.status_code == 200, answer.text
        assert f'filename="Discover.{form}"' in answer.headers["content-disposition"]
    jspf = (await two.catalog.get(path, headers=ada.bearer)).json()["playlist"]
    assert [track["meta"][0]["segue:track"] for track in jspf["track"]] == found
    assert (await two.catalog.get(path, headers=ben.bearer)).status_code == 404, "lists are their person's alone"
    assert (await two.catalog.get(path)).status_code == 401


async def test_who_has_no_taste_yet_gets_empty_lists_that_fill_with_the_first_likes(two: House) -> None:
    at(two, NOW)
    ada = two.person()
    assert [one["tracks"] for one in (await lists(ada))["lists"]] == [[], [], []]
    await ada.record("like", *LIKED)
    assert ids(await lists(ada), "discover")


async def test_two_workers_share_the_people_whose_lists_are_due(two: House) -> None:
    at(two, NOW)
    people = [two.person() for _ in range(7)]
    for person in people:
        await person.record("like", *LIKED)
    delegated: list[str] = []

    def auth(request: httpx2.Request) -> httpx2.Response:
        wanted = orjson.loads(request.content)
        assert wanted["purpose"] == "weekly"
        delegated.append(wanted["person"])
        [person] = [one for one in people if str(one.id) == wanted["person"]]
        token = person.bearer["authorization"].removeprefix("Bearer ")
        return httpx2.Response(200, json={"access_token": token, "expires_in": 120})

    async with ServiceClient("auth", "http://auth", TransportWire(httpx2.MockTransport(auth))) as issuer:
        schedules = [WeeklySchedule(app.state.weekly, issuer, KEY, 60) for app in two.apps]
        assert [await one.look() for one in (*schedules, schedules[0])] == [5, 2, 0]
    assert sorted(delegated) == sorted(str(person.id) for person in people)
    statuses = [path for path, _ in two.wire.statuses]
    before = statuses.count("/internal/weekly:claim")
    assert all([ids(await lists(person), "discover") for person in people])
    assert before == 3


async def test_last_weeks_lists_are_shown_while_new_ones_cannot_be_made(two: House) -> None:
    at(two, NOW)
    ada = two.person()
    await listened(ada)
    first = await lists(ada)
    at(two, NOW + timedelta(days=7))
    weekly: WeeklyPipeline = two.apps[0].state.weekly

    class Gone:
        async def of(self, _caller: object) -> None:
            raise NeighbourUnavailable("away")

    two.apps[0].state.weekly = WeeklyPipeline(weekly.releases, weekly.catalog, Gone(), weekly.now)  # type: ignore[arg-type]
    found = await lists(ada)
    assert (found["degraded"], found["week"]) == ("weekly_old", "2026-11-23")
    assert ids(found, "discover") == ids(first, "discover")


async def test_the_lists_need_a_person_who_may_read_them(two: House) -> None:
    assert (await two.recommends[0].get(WEEKLY)).status_code == 401
    limited = two.person(scopes=["feedback:write"])
    assert (await two.recommends[0].get(WEEKLY, headers=limited.bearer)).status_code == 403
    for path in ("/internal/weekly", "/internal/weekly:claim"):
        answer = await two.catalog.post(path, json={}, headers=limited.bearer)
        assert answer.status_code == 401

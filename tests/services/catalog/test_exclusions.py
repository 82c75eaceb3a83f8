"""Tests of exclusions through catalog's routes: what they cover stops counting at once, and counts again after."""

from typing import Any
from uuid import uuid4

import pytest
from httpx2 import AsyncClient

from tests.services.catalog.conftest import FROM_SERVICE
from tests.services.catalog.listener import CRAZY, HALO, HEY_YA, NOTHING, TEEN, UNKNOWN, Listener, event
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
PATH = "/v1/me/exclusions"
DECEMBER = {"since": "2025-12-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
IN_DECEMBER, ON_NEW_YEAR, BEFORE = "2025-12-24T18:00:00Z", "2026-01-01T00:00:00Z", "2025-11-30T23:59:59Z"


async def exclude(listener: Listener, **what: Any) -> dict[str, Any]:
    answer = await listener.request("POST", PATH, json=what)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def lift(listener: Listener, exclusion: dict[str, Any]) -> None:
    answer = await listener.request("DELETE", f"{PATH}/{exclusion['id']}")
    assert answer.status_code == 200, answer.text


async def counts(listener: Listener) -> dict[str, Any]:
    """What of the taste counts, and what is only known."""
    feedback = await listener.user_feedback()
    played = {one["track"]: one["plays"] for one in feedback["played"]}
    return {"likes": feedback["likes"], "played": played, "aside": feedback["set_aside"], "heard": feedback["heard"]}


async def test_a_month_stops_counting_and_counts_again(ann: Listener) -> None:
    await ann.record(
        event(HALO, "like", at=IN_DECEMBER),
        event(CRAZY, "like", at=BEFORE),
        event(TEEN, "like", at=ON_NEW_YEAR),
        event(NOTHING, "play", at=IN_DECEMBER),
        event(HEY_YA, "play", at=IN_DECEMBER),
        event(HEY_YA, "play", at=ON_NEW_YEAR),
    )
    before = await counts(ann)
    made = await exclude(ann, **DECEMBER)
    assert (made["kind"], made["events"]) == ("period", 3)
    after = await counts(ann)
    assert after == {"likes": [TEEN, CRAZY], "played": {HEY_YA: 1}, "aside": [HALO], "heard": [NOTHING]}
    assert set(await ann.liked()) == {HALO, CRAZY, TEEN}, "a like stays a like"
    assert await ann.like_of(HALO) == 1
    await lift(ann, made)
    assert await counts(ann) == before
    assert (await ann.user_feedback())["version"] == 3


async def test_a_period_may_be_open_at_either_end(ann: Listener) -> None:
    await ann.record(event(HALO, "like", at=BEFORE), event(CRAZY, "like", at=ON_NEW_YEAR))
    early = await exclude(ann, until=ON_NEW_YEAR)
    assert (await counts(ann))["likes"] == [CRAZY]
    await lift(ann, early)
    await exclude(ann, since=ON_NEW_YEAR)
    assert (await counts(ann))["likes"] == [HALO]


async def test_a_track_and_a_source_are_excluded_now_and_from_then_on(ann: Listener) -> None:
    await ann.record(event(HALO, "like"), event(CRAZY, "play", source="speaker"), event(CRAZY, "play", at=BEFORE))
    of_track, of_source = await exclude(ann, track=HALO), await exclude(ann, source="speaker")
    assert (of_track["track"]["title"], of_track["events"], of_source["events"]) == ("Halo", 1, 1)
    assert await counts(ann) == {"likes": [], "played": {CRAZY: 1}, "aside": [HALO], "heard": []}
    await ann.record(
        event(TEEN, "like", source="speaker"), event(HALO, "play"), event(NOTHING, "skip", source="speaker")
    )
    found = await counts(ann)
    assert (found["likes"], found["played"], found["aside"]) == ([], {CRAZY: 1}, [TEEN, HALO])
    assert set(found["heard"]) == {HALO, NOTHING}


@pytest.mark.parametrize("kind", ["dislike", "never"])
async def test_what_a_person_does_not_want_stays_unwanted(ann: Listener, kind: str) -> None:
    await ann.record(event(HALO, kind, at=IN_DECEMBER))
    await exclude(ann, **DECEMBER)
    await exclude(ann, track=HALO)
    feedback = await ann.user_feedback()
    assert feedback["dislikes"] + feedback["never"] == [HALO]


async def test_an_undone_like_does_not_count_beside_an_exclusion(ann: Listener) -> None:
    stored = await ann.record(event(HALO, "like"), event(CRAZY, "play"))
    await ann.undo(stored["results"][0]["id"])
    await ann.undo(stored["results"][1]["id"])
    assert (await exclude(ann, source="api"))["events"] == 0
    assert await counts(ann) == {"likes": [], "played": {}, "aside": [], "heard": []}


async def test_the_same_exclusion_is_one(ann: Listener) -> None:
    first = await exclude(ann, **DECEMBER)
    again = await exclude(ann, since="2025-12-01T01:00:00+01:00", until=DECEMBER["until"])
    assert again == first
    listed = (await ann.request("GET", PATH)).json()
    assert (listed["items"], listed["taste_version"]) == ([first], 1)
    await exclude(ann, since=DECEMBER["since"])
    assert len((await ann.request("GET", PATH)).json()["items"]) == 2


async def test_excluded_likes_are_not_reported_nor_trained_on(ann: Listener, client: AsyncClient) -> None:
    await ann.record(event(HALO, "like", at=IN_DECEMBER), event(CRAZY, "like"))
    await exclude(ann, **DECEMBER)
    reported = (await ann.request("GET", "/internal/likes")).json()
    assert ([item["track"] for item in reported["items"]], reported["total"]) == ([CRAZY], 1)
    everybody = (await client.get("/internal/opinions", headers=FROM_SERVICE)).json()
    assert [item["track"] for item in everybody["items"]] == [CRAZY]


async def test_nobody_sees_or_lifts_the_exclusions_of_another(ann: Listener, ben: Listener) -> None:
    for listener in (ann, ben):
        await listener.record(event(HALO, "like"))
    made = await exclude(ann, track=HALO)
    assert (await ben.request("GET", PATH)).json()["items"] == []
    assert (await counts(ben))["likes"] == [HALO]
    answer = await ben.request("DELETE", f"{PATH}/{made['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await counts(ann))["aside"] == [HALO]


async def test_what_does_not_exist_is_not_found(ann: Listener) -> None:
    for answer in (
        await ann.request("POST", PATH, json={"track": UNKNOWN}),
        await ann.request("POST", PATH, json={"playlist": str(uuid4())}),
        await ann.request("DELETE", f"{PATH}/{uuid4()}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await ann.user_feedback())["version"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"track": HALO, "source": "api"},
        {"source": ""},
        {"since": DECEMBER["until"], "until": DECEMBER["since"]},
        {"since": "2025-12-01T00:00:00"},
        {"since": 1_764_547_200},
        {"month": "2025-12"},
    ],
)
async def test_malformed_exclusions_are_422(ann: Listener, body: dict[str, Any]) -> None:
    answer = await ann.request("POST", PATH, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_guests_and_narrow_tokens_are_refused(client: AsyncClient, issuer: Issuer) -> None:
    assert (await client.get(PATH)).status_code == 401
    reader = Listener(client, issuer, "catalog:read")
    assert (await reader.request("POST", PATH, json=DECEMBER)).status_code == 403

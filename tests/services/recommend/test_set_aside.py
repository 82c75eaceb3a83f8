"""What a person has excluded from the taste makes no query, at once, and stays known."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.services.recommend.people import House, Person, house, scenes, tracks

pytestmark = pytest.mark.anyio
AMBER, BASALT = (0, 5, 10, 15, 20), (50, 55, 60, 65, 70)


@pytest.fixture(scope="module")
async def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(published, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def exclude(person: Person, **what: Any) -> str:
    answer = await person.house.catalog.post("/v1/me/exclusions", json=what, headers=person.bearer)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_an_excluded_period_counts_no_more_and_its_undo_brings_it_back(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    await person.record("play", *BASALT, times=40)  # at the first minutes of 2026
    before = await person.gets(limit=30)
    assert set(scenes(before)) == {"Amber", "Basalt"}
    made = await exclude(person, since="2026-01-01T00:00:00Z", until="2026-01-02T00:00:00Z")
    after = await person.gets(limit=30)
    assert set(scenes(after)) == {"Amber"}
    wide = tracks(await person.gets(limit=200, mode="similar"))
    assert {worlds.track_id(number) for number in BASALT}.isdisjoint(wide), "what was heard stays known"
    answer = await home.catalog.delete(f"/v1/me/exclusions/{made}", headers=person.bearer)
    assert answer.status_code == 200
    assert (await person.gets(limit=30))["tracks"] == before["tracks"]


async def test_an_excluded_like_is_no_reason_and_no_title_of_a_row(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER, BASALT[0])
    await exclude(person, track=worlds.track_id(BASALT[0]))
    found = await person.gets(limit=30)
    assert set(scenes(found)) == {"Amber"}
    page = (await home.recommends[0].get("/v1/me/home", headers=person.bearer)).json()
    assert "Because you liked Amber Song 20" in [row["title"] for row in page["rows"]]
    shown = [item["track"]["id"] for row in page["rows"] if row["key"] != "trending" for item in row["tracks"]]
    assert worlds.track_id(BASALT[0]) not in shown


async def test_a_taste_of_which_everything_is_excluded_is_none_yet(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    await exclude(person, source="api")
    found = await person.gets(limit=10)
    assert {item["reason"]["space"] for item in found["tracks"]} == {"popular"}
    assert {worlds.track_id(number) for number in AMBER}.isdisjoint(tracks(found))

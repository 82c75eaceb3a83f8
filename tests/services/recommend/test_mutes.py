"""What a person has muted comes on no route, at once, and lists are as long as before."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kit.ids import artist_id
from tests import worlds
from tests.services.recommend.people import House, Person, house
from tests.services.recommend.track_routes import Tracks, answered

pytestmark = pytest.mark.anyio
AMBER, COBALT = (0, 5, 10, 15, 20), (100, 105, 110, 115)
NUMBERS = {worlds.track_id(i): i for i in range(worlds.SIZE)}
MUTED: dict[str, dict[str, Any]] = {
    "artist": {"artists": [artist_id(worlds.artist_name(110)), artist_id(worlds.artist_name(5))]},
    "genre": {"genres": ["ODD"]},
    "version": {"versions": ["live"]},
    "all three": {"artists": [artist_id(worlds.artist_name(110))], "genres": ["amber"], "versions": ["live"]},
}


@pytest.fixture(scope="module")
async def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(published, tmp_path_factory.mktemp("house")) as opened:
        yield opened


def is_muted(track: dict[str, Any], mutes: dict[str, list[str]]) -> bool:
    """The rule again, by what the card shows."""
    return (
        any(artist["id"] in mutes.get("artists", []) for artist in track["artists"])
        or any(genre.lower() in track["genres"] for genre in mutes.get("genres", []))
        or ("live" in mutes.get("versions", []) and "(Live)" in track["title"])
    )


async def mutes(person: Person, body: dict[str, Any]) -> None:
    answer = await person.house.catalog.put("/v1/me/mutes", json=body, headers=person.bearer)
    assert answer.status_code == 200, answer.text


def faults(found: Tracks, body: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(route, track["title"]) for route, tracks in found.items() for track in tracks if is_muted(track, body)]


@pytest.mark.parametrize("which", MUTED)
async def test_no_route_answers_a_muted_track_from_the_next_answer_on(home: House, which: str) -> None:
    person, body = home.person(), MUTED[which]
    await person.record("like", *AMBER, *COBALT)
    await person.record("play", 50, times=3)
    before = await answered(home.recommends[0], person.bearer)
    assert faults(before, body)
    await mutes(person, body)
    after = await answered(home.recommends[0], person.bearer)
    assert faults(after, body) == []
    full = [tracks for route, tracks in after.items() if "'limit': 40}" in route and "trending" not in route]
    assert full
    assert [len(tracks) for tracks in full] == [40] * len(full)
    await mutes(person, {})
    assert await answered(home.recommends[0], person.bearer) == before


@pytest.mark.parametrize("which", MUTED)
async def test_a_guest_mutes_in_the_body(home: House, which: str) -> None:
    body = MUTED[which]
    assert faults(await answered(home.recommends[0], {}), body)
    found = await answered(home.recommends[0], {}, mutes=body)
    assert faults(found, body) == []
    assert all(len(tracks) >= 40 for tracks in found.values())


async def test_mutes_of_a_request_add_to_those_of_the_person(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER, *COBALT)
    await mutes(person, {"genres": ["amber"]})
    found = await answered(home.recommends[0], person.bearer, mutes={"versions": ["live"], "genres": ["dune"]})
    assert faults(found, {"genres": ["amber", "dune"], "versions": ["live"]}) == []
    assert all(found.values())


async def test_muted_likes_are_no_seeds_and_no_reasons(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER, *COBALT)
    await mutes(person, {"genres": ["amber"]})
    found = await person.gets(limit=40)
    named = {seed["track"] for item in found["tracks"] for seed in item["reason"]["seeds"]}
    assert named
    assert {NUMBERS[track] // 50 for track in named} == {2}


async def test_popular_lists_and_filters_have_no_muted_track(home: House) -> None:
    person = home.person()
    await mutes(person, {"genres": ["amber"], "versions": ["live"]})
    popular = await person.gets(limit=80, mode="hits")
    assert len(popular["tracks"]) == 80
    filtered = await person.gets(limit=80, genres=["amber", "basalt"])
    shown = [item["track"] for item in popular["tracks"] + filtered["tracks"]]
    assert not [track["title"] for track in shown if is_muted(track, {"genres": ["amber"], "versions": ["live"]})]
    assert filtered["tracks"]


async def test_mutes_of_one_person_change_no_list_of_another(home: House) -> None:
    ann, ben = home.person(), home.person()
    for person in (ann, ben):
        await person.record("like", *AMBER)
    before = await answered(home.recommends[0], ben.bearer)
    await mutes(ann, {"genres": ["amber", "odd"]})
    await answered(home.recommends[0], ann.bearer)
    assert await answered(home.recommends[0], ben.bearer) == before

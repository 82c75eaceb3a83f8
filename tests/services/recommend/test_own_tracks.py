"""Tracks that a person's file named and the release lacks: they count by their artist, for that person alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.kit.formats.user_exports.opening import as_bytes
from tests.services.catalog.test_imports import play
from tests.services.recommend.people import House, Person, eventually, house, scenes

pytestmark = pytest.mark.anyio
COBALT = worlds.artist_name(103)
BARE = "A Song Of No Release"


@pytest.fixture(scope="module")
async def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(published, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def bring(person: Person, *rows: dict[str, Any]) -> None:
    catalog, query = person.house.catalog, {"name": "h.json", "add_unknown": "true"}
    made = await catalog.post("/v1/me/imports", params=query, content=as_bytes(list(rows)), headers=person.bearer)

    async def done() -> bool:
        path = f"/v1/me/imports/{made.json()['id']}"
        return bool((await catalog.get(path, headers=person.bearer)).json()["status"] == "done")

    await eventually(done)


@pytest.mark.parametrize("artist", [COBALT, f"{COBALT} feat. Nobody"])
async def test_plays_of_a_known_artists_unknown_track_pull_towards_the_artist(home: House, artist: str) -> None:
    ada, ben = home.person(), home.person()
    before = scenes(await ada.gets(limit=20))
    await bring(ada, play(BARE, artist, 10), play("Of Nobody Known", "Nobody At All", 20))
    found = await ada.gets(limit=20)
    assert scenes(found).get("Cobalt", 0) > max(10, before.get("Cobalt", 0))
    assert BARE in found["tracks"][0]["reason"]["text"]
    mine = (await home.catalog.get("/v1/me/added-tracks", headers=ada.bearer)).json()
    placed = {one["track"]["title"]: one["placed_by"] for one in mine["items"]}
    assert placed == {BARE: "artist", "Of Nobody Known": "unknown"}
    assert mine["placed_by"] == {"artist": 1, "unknown": 1}
    assert scenes(await ben.gets(limit=20)) == before


async def test_an_own_track_is_a_seed_for_its_person_only(home: House) -> None:
    ada, ben = home.person(), home.person()
    await bring(ada, play(BARE, COBALT, 10))
    mine = (await home.catalog.get("/v1/me/added-tracks", headers=ada.bearer)).json()["items"]
    seeds = {"seeds": [{"track": mine[0]["track"]["id"]}], "limit": 20}
    assert scenes(await ada.posts(**seeds))["Cobalt"] > 10
    answer = await home.recommends[0].post("/v1/recommendations", json=seeds, headers=ben.bearer)
    assert answer.status_code == 404

"""POST /v1/playlists/continue with the id of a stored playlist, and tracks of playlists as known ones."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests import worlds
from tests.services.recommend.people import House, Person, house, scenes, tracks

pytestmark = pytest.mark.anyio
PATH = "/v1/playlists/continue"
AMBER = [worlds.track_id(number) for number in (5, 10, 15, 20)]
COPY, COPIES = worlds.track_id(1), {worlds.track_id(0), worlds.track_id(1)}


@pytest.fixture(scope="module")
async def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(published, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def made(person: Person, name: str, held: list[str]) -> str:
    body = {"name": name, "tracks": held}
    answer = await person.house.catalog.post("/v1/me/playlists", json=body, headers=person.bearer)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["playlist"]["id"])


async def continued(home: House, headers: dict[str, str], **body: Any) -> httpx2.Response:
    return await home.recommends[0].post(PATH, json=body, headers=headers)


@pytest.mark.parametrize("ordered", [True, False])
async def test_a_stored_playlist_is_continued_as_its_tracks_are(home: House, ordered: bool) -> None:
    person = home.person()
    which = await made(person, "", AMBER)
    stored = (await continued(home, person.bearer, playlist=which, length=15, ordered=ordered)).json()
    sent = (await continued(home, person.bearer, tracks=AMBER, length=15, ordered=ordered)).json()
    assert stored["tracks"] == sent["tracks"]
    assert len(stored["tracks"]) == 15
    assert scenes(stored) == {"Amber": 15}


async def test_no_track_of_a_long_playlist_comes_and_its_last_ones_are_the_seeds(home: House) -> None:
    person = home.person()
    basalt = [worlds.track_id(number) for number in range(53, 73)]
    which = await made(person, "long", [*basalt, *AMBER * 125])
    found = (
        await continued(home, person.bearer, playlist=which, length=100, ordered=False, exclude_known=False)
    ).json()
    assert scenes(found)["Amber"] > 20
    assert set(basalt).isdisjoint(tracks(found))


async def test_the_name_of_the_playlist_counts_unless_another_is_given(home: House) -> None:
    person = home.person()
    which = await made(person, "  evenings ", AMBER)
    assert (await continued(home, person.bearer, playlist=which)).json()["name"]["text"] == "evenings"
    assert (await continued(home, person.bearer, playlist=which, name="x y")).json()["name"]["text"] == "x y"


async def test_playlists_of_others_guests_and_empty_ones_are_refused(home: House) -> None:
    ann, ben = home.person(), home.person()
    which, empty = await made(ann, "mine", AMBER), await made(ann, "empty", [])
    cases = [
        (await continued(home, ben.bearer, playlist=which), 404, "not_found"),
        (await continued(home, ann.bearer, playlist=str(uuid4())), 404, "not_found"),
        (await continued(home, {}, playlist=which), 401, "unauthorized"),
        (await continued(home, ann.bearer, playlist=empty), 400, "bad_request"),
        (await continued(home, ann.bearer, playlist=which, tracks=AMBER), 422, "malformed"),
        (await continued(home, ann.bearer), 422, "malformed"),
        (await continued(home, ann.bearer, playlist="short"), 422, "malformed"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer, _, _ in cases] == [case[1:] for case in cases]


async def test_tracks_of_playlists_are_known_in_every_version_at_once(home: House) -> None:
    person = home.person()
    await person.record("like", 5, 10, 15)
    wishes: dict[str, Any] = {"limit": 150, "mode": "similar"}
    assert set(tracks(await person.gets(**wishes))) >= COPIES
    which = await made(person, "owned", [COPY])
    assert COPIES.isdisjoint(tracks(await person.gets(**wishes)))
    assert COPIES.isdisjoint(tracks(await person.gets(**wishes, exclude_known="false", only_new="true")))
    assert set(tracks(await person.gets(**wishes, exclude_known="false"))) >= COPIES
    await home.catalog.delete(f"/v1/me/playlists/{which}", headers=person.bearer)
    assert set(tracks(await person.gets(**wishes))) >= COPIES

"""What a person gets while a part is away: less, marked, never an error."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.to_thread
import httpx2
import pytest
from uuid_utils.compat import uuid7

from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests import worlds
from tests.services.recommend.people import ME, PATIENT_S, House, Person, house, scenes, tracks
from tests.services.recommend.test_person import AMBER, ids
from tests.tokens import Issuer
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(published: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with house(published, tmp_path) as opened:
        yield opened


async def somebody(home: House) -> Person:
    person = home.person()
    await person.record("like", *AMBER)
    await person.record("dislike", 1)
    return person


async def test_while_catalog_is_away_the_last_known_taste_answers_and_says_so(home: House) -> None:
    person = await somebody(home)
    before = await person.gets()
    home.wire.cut = True
    during = await person.gets()
    seeded = await person.posts(seeds=[{"track": worlds.track_id(50)}], mode="similar", exclude_known=False)
    home.wire.cut = False
    assert (before["degraded"], during["degraded"], seeded["degraded"]) == (None, "taste_stale", "taste_stale")
    assert during["tracks"] == before["tracks"]
    assert worlds.track_id(1) not in tracks(seeded)
    await person.record("like", 50, 55, 60)
    after = await person.gets()
    assert after["degraded"] is None
    assert worlds.track_id(50) not in tracks(after)


async def test_a_taste_that_is_late_is_not_waited_for(published: Path, tmp_path: Path) -> None:
    async with house(published, tmp_path, taste_wait_s=1.0) as home:
        person = await somebody(home)
        before = await person.gets()
        home.wire.late_s = PATIENT_S
        with anyio.fail_after(PATIENT_S / 2):
            during = await person.gets()
    assert (during["degraded"], during["tracks"]) == ("taste_stale", before["tracks"])


async def test_people_who_come_together_wait_for_a_late_catalog_once(published: Path, tmp_path: Path) -> None:
    async with house(published, tmp_path, taste_wait_s=2.0) as home:
        people = [await somebody(home) for _ in range(3)]
        for person in people:
            await person.gets()
        home.wire.late_s = PATIENT_S
        with anyio.fail_after(3.8):  # a second wait, each for themselves, would end after 4
            during = await asyncio.gather(*(person.gets() for person in people))
    assert [one["degraded"] for one in during] == ["taste_stale"] * 3


async def test_while_catalog_is_away_somebody_unknown_gets_popular_tracks_within_their_wishes(home: House) -> None:
    person = await somebody(home)
    home.wire.cut = True
    found = await person.gets(min_year=1990, limit=10)
    assert found["degraded"] == "taste_unavailable"
    assert len(found["tracks"]) == 10
    assert all(track["track"]["year"] >= 1990 for track in found["tracks"])
    assert {track["reason"]["space"] for track in found["tracks"]} == {"popular"}


async def test_while_catalog_is_away_seeds_are_answered_without_the_person(home: House) -> None:
    person, seeds = await somebody(home), [{"track": worlds.track_id(5)}]
    home.wire.cut = True
    guest = (await home.recommends[0].post("/v1/recommendations", json={"seeds": seeds})).json()
    found = await person.posts(seeds=seeds)
    assert (guest["degraded"], found["degraded"]) == (None, "taste_unavailable")
    assert tracks(found) == tracks(guest)


async def test_while_the_index_is_away_popular_tracks_come_without_those_a_person_knows(home: House) -> None:
    person = await somebody(home)
    async with home.apps[0].state.store.lease() as serving:
        await serving.index.close()
    found = await person.gets(limit=100)
    assert found["degraded"] == "index_unavailable"
    assert len(scenes(found)) == 4
    assert ids(*AMBER, 1).isdisjoint(tracks(found))
    assert {track["reason"]["text"] for track in found["tracks"]} == {"Popular here: the index is being restored"}


async def test_what_was_shown_cannot_be_left_out_while_catalog_is_away_and_that_is_said(home: House) -> None:
    person = await somebody(home)
    first = await person.gets(limit=10)
    home.wire.cut = True
    found = await person.posts(seeds=[{"track": worlds.track_id(5)}], exclude_shown=True)
    assert found["degraded"] == "taste_stale"
    assert set(tracks(first)).isdisjoint(tracks(found))  # this process has not told catalog yet, and knows itself


async def test_a_token_of_a_key_that_auth_does_not_publish_is_refused_and_guests_are_answered(home: House) -> None:
    outsider = {"authorization": f"Bearer {Issuer('another').token(uuid7())}"}
    answer = await home.recommends[0].get(ME, headers=outsider)
    guest = await home.recommends[0].post("/v1/recommendations", json={"seeds": [{"track": worlds.track_id(0)}]})
    assert (answer.status_code, guest.status_code) == (401, 200)


async def test_while_auth_is_away_from_the_start_nobody_can_be_told_apart_and_guests_are_answered(
    published: Path,
) -> None:
    away = TransportWire(httpx2.MockTransport(lambda _: httpx2.Response(503)))
    app = create_app(Settings(data=published), away, away)
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://recommend") as client,
    ):
        answer = await client.get(ME, headers=Issuer().bearer(uuid7()))
        guest = await client.post("/v1/recommendations", json={"seeds": [{"track": worlds.track_id(0)}]})
    assert (answer.status_code, answer.json()["code"]) == (503, "neighbour_unavailable")
    assert guest.status_code == 200


async def test_likes_without_a_place_in_the_release_are_answered_with_popular_tracks_that_say_so(
    tmp_path: Path,
) -> None:
    await anyio.to_thread.run_sync(worlds.published, tmp_path)
    async with house(tmp_path, tmp_path) as home:
        person = home.person()
        await person.record("like", 48)  # in no playlist, and nobody has measured its sound
        found = await person.gets()
    assert found["degraded"] is None
    assert {track["reason"]["text"] for track in found["tracks"]} == {
        "Popular here: none of the songs you like is in this release"
    }

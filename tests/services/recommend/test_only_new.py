"""Options about what the person knows: only new tracks, and tracks that were not played for some days."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import worlds
from tests.services.recommend.people import House, Person, house, tracks

pytestmark = pytest.mark.anyio
AMBER = (5, 10, 15, 20)
COPIES = {worlds.track_id(0), worlds.track_id(1)}
"""Two versions of one recording."""


@pytest.fixture(scope="module")
async def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(published, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def played(person: Person, number: int, days: int) -> None:
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    events = [{"track": worlds.track_id(number), "kind": "play", "at": at}]
    answer = await person.house.catalog.post("/v1/me/feedback", json={"events": events}, headers=person.bearer)
    assert answer.json()["results"][0]["status"] == "stored"


async def everything(person: Person, **wishes: object) -> set[str]:
    return set(tracks(await person.gets(limit=150, mode="similar", exclude_known="false", **wishes)))


async def test_only_new_leaves_out_every_version_of_what_was_ever_heard(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    await played(person, 1, days=3_000)
    assert await everything(person) >= COPIES
    found = await everything(person, only_new="true")
    assert found.isdisjoint(COPIES | {worlds.track_id(number) for number in AMBER})
    assert len(found) > 100


async def test_what_was_not_played_for_a_year_comes_back(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    await played(person, 1, days=400)
    await played(person, 6, days=10)
    found = await everything(person, not_played_for_days=365)
    assert found >= COPIES
    assert worlds.track_id(6) not in found
    assert worlds.track_id(6) in await everything(person, not_played_for_days=9)
    await played(person, 0, days=20)
    assert (await everything(person, not_played_for_days=365)).isdisjoint(COPIES)


async def test_excluded_plays_were_heard_all_the_same(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    await played(person, 1, days=20)
    body = {"source": "api", "until": None}
    answer = await home.catalog.post("/v1/me/exclusions", json=body, headers=person.bearer)
    assert answer.status_code == 201
    assert (await everything(person, not_played_for_days=365)).isdisjoint(COPIES)


async def test_options_hold_for_seeds_and_continuations_and_mean_nothing_to_guests(home: House) -> None:
    person, seed = home.person(), worlds.track_id(5)
    await played(person, 1, days=20)
    bodies = [
        ("/v1/recommendations", {"seeds": [{"track": seed}], "limit": 150, "mode": "similar"}),
        ("/v1/playlists/continue", {"tracks": [seed], "length": 150}),
    ]
    for path, body in bodies:
        for option in ({"only_new": True}, {"not_played_for_days": 30}):
            sent = body | option | {"exclude_known": False}
            mine = (await home.recommends[0].post(path, json=sent, headers=person.bearer)).json()
            guests = (await home.recommends[0].post(path, json=sent)).json()
            assert COPIES.isdisjoint(tracks(mine))
            assert set(tracks(guests)) >= COPIES

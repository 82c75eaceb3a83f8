"""Trending tracks with what people liked and played lately."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import numpy as np
import pytest

from kit.release_current import open_current
from kit.wire.library import RecentTrack, RecentTracks
from services.recommend.app import create_app
from services.recommend.home_rows import LATELY, TRENDING
from services.recommend.profile.recent_feedback import LOOKS, WARN_AFTER, RecentFeedback
from services.recommend.served.recent_counts import NO_RECENT, RecentCounts
from services.recommend.served.trending_tracks import EVEN, trending_rows
from services.recommend.settings import Settings
from tests import worlds
from tests.services.recommend.people import House, eventually, house, tracks

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(published: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with house(published, tmp_path) as opened:
        yield opened


async def trending(home: House) -> dict[str, Any]:
    """The list after recommend looked again."""
    assert await home.apps[0].state.home.recent.look()
    answer = await home.recommends[0].get("/v1/trending?limit=50")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def crowd(home: House, number: int, *liked: int) -> None:
    for _ in range(number):
        await home.person().record("like", *liked)


async def rarest(home: House) -> int:
    """The number of a track whose artist trends last."""
    last = tracks(await trending(home))[-1]
    return next(number for number in range(worlds.SIZE) if worlds.track_id(number) == last)


async def test_what_many_people_like_leads_and_says_so(home: House) -> None:
    before = await trending(home)
    assert {item["reason"]["text"] for item in before["tracks"]} == {TRENDING}
    number = await rarest(home)
    await crowd(home, 60, number)
    after = await trending(home)
    assert tracks(after)[0] == worlds.track_id(number)
    assert after["tracks"][0]["reason"]["text"] == LATELY
    assert {item["reason"]["text"] for item in after["tracks"][1:]} == {TRENDING}
    page = (await home.recommends[0].get("/v1/me/home")).json()
    assert page["rows"][0]["key"] == "trending"
    assert page["rows"][0]["tracks"][0]["track"]["id"] == worlds.track_id(number)


async def test_one_account_that_likes_and_plays_everything_changes_nothing(home: House) -> None:
    alone = await trending(home)
    fan = home.person()
    release = home.apps[0].state.store._serving.release
    everything = [number for number in range(worlds.SIZE) if release.rows([worlds.track_id(number)])[0] >= 0]
    await fan.record("like", *everything)
    await fan.record("play", *everything[:100], times=3)
    assert (await trending(home))["tracks"] == alone["tracks"]
    number = await rarest(home)
    await crowd(home, 10, number)
    crowded = tracks(await trending(home))
    assert crowded != tracks(alone)
    await fan.record("play", *everything[100:180], times=2)
    assert tracks(await trending(home)) == crowded


async def test_deleted_people_leave_and_take_their_tracks_along(home: House) -> None:
    number = await rarest(home)
    people = [home.person() for _ in range(60)]
    for person in people:
        await person.record("like", number)
    assert tracks(await trending(home))[0] == worlds.track_id(number)
    home.auth.deleted.extend(person.id for person in people)

    async def gone() -> bool:
        return LATELY not in {item["reason"]["text"] for item in (await trending(home))["tracks"]}

    await eventually(gone)


async def test_a_look_counts_for_a_bounded_time_while_catalog_is_away(home: House) -> None:
    await crowd(home, 3, 5)
    now = 0.0
    recent = RecentFeedback(home.apps[0].state.home.catalog, 10, lambda: now)
    assert recent.current() is NO_RECENT
    assert await recent.look()
    found = recent.current()
    assert dict(found.tracks) == {worlds.track_id(5): 3}
    home.wire.cut = True
    now = 10.0 * LOOKS
    assert not await recent.look()
    assert recent.current() is found
    now += 0.1
    assert recent.current() is NO_RECENT


async def test_only_several_failed_looks_in_a_row_are_warned_of_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    recent = RecentFeedback(home.apps[0].state.home.catalog, 10)
    warnings: list[str] = []
    monkeypatch.setattr(recent, "_log", SimpleNamespace(warning=lambda event, **_: warnings.append(event)))
    home.wire.cut = True
    seen = []
    for _ in range(WARN_AFTER + 1):
        assert not await recent.look()
        seen.append(len(warnings))
    assert seen == [*[0] * (WARN_AFTER - 1), 1, 1]


async def test_while_catalog_is_still_counting_the_last_look_stays_and_the_next_comes_soon() -> None:
    found = RecentTracks(items=[RecentTrack(track=worlds.track_id(5), people=7)], people=9, days=14)

    async def recent_tracks() -> RecentTracks:
        return found

    recent = RecentFeedback(SimpleNamespace(recent_tracks=recent_tracks), 10)  # type: ignore[arg-type]
    assert await recent.look()
    before = recent.current()
    assert (before.tracks, before.people) == ({worlds.track_id(5): 7}, 9)
    found = RecentTracks(items=[], people=0, days=0, unfinished=True)
    assert not await recent.look()
    assert recent.current() is before


async def test_without_catalog_trending_is_the_releases(published: Path) -> None:
    app = create_app(Settings(data=published))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        answer = await client.get("/v1/trending")
    assert answer.status_code == 200
    assert {item["reason"]["text"] for item in answer.json()["tracks"]} == {TRENDING}


def test_the_weight_of_recent_feedback_grows_with_the_number_of_people(published: Path) -> None:
    release = open_current(published / "releases")
    assert release is not None
    artist = np.asarray(release.column("main_artist"))
    popularity = np.asarray(release.column("popularity"))[: release.embedded]
    by_popularity = np.argsort(-np.nan_to_num(popularity, nan=-1), kind="stable")
    last = int(trending_rows(release, artist, by_popularity).rows[-1])

    def place(people: int) -> int:
        counts = RecentCounts({release.track_id(last): people}, people)
        return trending_rows(release, artist, by_popularity, counts).rows.tolist().index(last)

    places = [place(people) for people in (1, 3, EVEN, 10 * EVEN)]
    assert places == sorted(places, reverse=True)
    assert places[0] > places[-1] == 0


async def test_a_genre_that_is_too_long_is_malformed(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/v1/trending", params={"genres": "0" * 81})).status_code == 422

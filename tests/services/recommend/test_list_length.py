"""A list is as long as asked while the release holds tracks that satisfy the request, however far down they stand."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from kit.release_current import open_current
from kit.vectors import Hits, TrackIndex, TrackQuery, open_index
from kit.wire.recommend import RecommendationOptions
from services.recommend import ranked_list
from services.recommend.retrieval.query_vectors import query_vectors
from services.recommend.retrieval.seeds import ResolvedSeeds, resolve
from services.recommend.served.release_store import ReleaseStore
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import SeedRef
from tests.services.recommend import crowded
from tests.services.recommend.people import House, Person, house, tracks

pytestmark = pytest.mark.anyio
ARTISTS = crowded.KINDS * (crowded.LOUD + crowded.QUIET)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowded.published(tmp_path_factory.mktemp("crowded"))


@pytest.fixture(scope="module")
async def home(data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(data, tmp_path_factory.mktemp("house")) as opened:
        yield opened


def seeds(*kinds: int) -> list[dict[str, str]]:
    return [
        {"track": crowded.track_id(kind * crowded.PER_KIND + track)} for kind in kinds for track in range(crowded.SEEDS)
    ]


def artists(found: dict[str, Any]) -> list[str]:
    return [track["track"]["artists"][0]["name"] for track in found["tracks"]]


async def likes(person: Person, *kinds: int) -> None:
    events = [{"track": seed["track"], "kind": "like"} for seed in seeds(*kinds)]
    answer = await person.house.catalog.post("/v1/me/feedback", json={"events": events}, headers=person.bearer)
    assert answer.status_code == 200


@pytest.mark.parametrize("kinds", [(0,), (0, 1)])
@pytest.mark.parametrize(
    "wish",
    [
        {"limit": 20},
        {"limit": 40},
        {"limit": 60},
        {"limit": 20, "mode": "discover"},
        {"limit": 20, "mode": "similar"},
        {"limit": 20, "targets": {"energy": 0.5}},
        {"limit": 20, "filters": {"year": {"min": 1993}}},
        {"limit": 20, "filters": {"genres": ["quiet"]}},
    ],
)
async def test_one_track_an_artist_makes_a_whole_list(
    home: House, kinds: tuple[int, ...], wish: dict[str, Any]
) -> None:
    """In the nearest hundreds there are three artists of a kind."""
    found = await home.person().posts(seeds=seeds(*kinds), dials={"per_artist": 1}, **wish)
    assert len(found["tracks"]) == len(set(artists(found))) == wish["limit"]
    scores = [track["score"] for track in found["tracks"]]
    assert scores == sorted(scores, reverse=True)
    assert wish["limit"] <= found["pool"]["candidates"] <= crowded.SIZE - len(seeds(*kinds))


async def test_a_person_who_likes_two_kinds_gets_whole_lists(home: House) -> None:
    person = home.person()
    await likes(person, 0, 1)
    found = await person.gets(limit=50, per_artist=1)
    assert len(set(artists(found))) == 50


async def test_sets_are_whole_share_no_track_and_are_the_same_for_whoever_asks_for_a_later_one(home: House) -> None:
    person = home.person()
    await likes(person, 0)
    wish: dict[str, Any] = {"limit": 30, "per_artist": 1, "exclude_shown": "false"}
    first, second, third = [tracks(await person.gets(set=number, **wish)) for number in (1, 2, 3)]
    assert [len(one) for one in (first, second, third)] == [30, 30, 30]
    assert len({*first, *second, *third}) == 90
    assert tracks(await person.gets(set=1, **wish)) == first


async def test_a_list_ends_where_the_release_does_and_the_pool_says_so(home: House) -> None:
    found = await home.person().posts(seeds=seeds(0), dials={"per_artist": 1}, limit=500)
    assert len(found["tracks"]) == len(set(artists(found))) == ARTISTS
    assert found["pool"]["candidates"] == crowded.SIZE - crowded.SEEDS


async def test_the_popular_list_is_whole_too(home: House) -> None:
    for wish in ({"limit": 40}, {"limit": 30, "set": 2}, {"limit": 20, "genres": "quiet"}):
        found = await home.person().gets(per_artist=1, **wish)
        assert found["tracks"][0]["reason"]["space"] == "popular"
        assert len(set(artists(found))) == wish["limit"]
    everything = await home.person().gets(per_artist=1, limit=500)
    assert (len(everything["tracks"]), everything["pool"]["candidates"]) == (ARTISTS, crowded.SIZE)


class Lossy:
    """An index whose walk of the graph finds every third track; a scan finds all."""

    def __init__(self, index: TrackIndex) -> None:
        self._index = index

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        found = await self._index.search(queries)
        return [
            hits if query.exact else Hits(hits.rows[::3], hits.scores[::3])
            for query, hits in zip(queries, found, strict=True)
        ]

    async def count(self, query: TrackQuery) -> int:
        return await self._index.count(query)


@pytest.fixture
async def serving(data: Path) -> AsyncIterator[ServedRelease]:
    release = await anyio.to_thread.run_sync(open_current, data / "releases")
    assert release
    store = ReleaseStore(data / "releases", 60, lambda one: open_index(data, one.version, one.dims))
    await store.refresh()
    async with store.lease() as opened:
        yield opened
    await store.close()


@pytest.mark.parametrize("mode", ["similar", "balanced"])
async def test_tracks_that_a_walk_of_the_index_loses_are_found_by_a_scan(serving: ServedRelease, mode: str) -> None:
    lossy = replace(serving, index=Lossy(serving.index))  # type: ignore[arg-type]
    resolved = ResolvedSeeds()
    await resolve([SeedRef(crowded.track_id(0))], [], serving, None, resolved)  # type: ignore[arg-type]
    queried = query_vectors(serving.poolings, resolved.seeds, [])
    wish = RecommendationOptions.model_validate({"limit": 60, "mode": mode, "filters": {"genres": ["quiet"]}})
    chosen = await ranked_list.nearest_tracks(wish, lossy, queried, frozenset(resolved.rows))
    assert len(chosen.rows) == len(set(chosen.rows)) == 60
    assert chosen.candidates >= 60

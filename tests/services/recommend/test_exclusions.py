"""What a person dislikes or knows stays out, also when it is half of the release."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from kit.release import Release
from tests.services.recommend.demo import demo, served  # noqa: F401 - a fixture
from tests.services.recommend.people import House, Person, house, tracks

pytestmark = pytest.mark.anyio
MANY = 2_600
LIKED = 5


@pytest.fixture(scope="module")
async def home(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:  # noqa: F811
    async with house(demo, tmp_path_factory.mktemp("house")) as opened:
        yield opened


def nearest(release: Release, count: int) -> list[str]:
    """Tracks in the order in which they answer the first LIKED of them."""
    vectors = np.asarray(release.index_vectors("graph"), np.float32)[: release.embedded]
    queried = np.asarray(release.query_vectors("graph"), np.float32)[0]
    return [release.track_id(int(row)) for row in np.argsort(-(vectors @ queried), kind="stable")[:count]]


async def rates(person: Person, kind: str, tracks: list[str]) -> None:
    for first in range(0, len(tracks), 500):
        events = [{"track": track, "kind": kind} for track in tracks[first : first + 500]]
        answer = await person.house.catalog.post("/v1/me/feedback", json={"events": events}, headers=person.bearer)
        assert {row["status"] for row in answer.json()["results"]} == {"stored"}


@pytest.mark.parametrize("kind", ["dislike", "never"])
@pytest.mark.parametrize("mode", ["similar", "balanced"])
async def test_every_disliked_track_stays_out(home: House, demo: Path, kind: str, mode: str) -> None:  # noqa: F811
    person, near = home.person(), nearest(served(demo), MANY)
    liked, disliked = near[:LIKED], near[LIKED:]
    await rates(person, kind, disliked[::-1])
    await rates(person, "like", liked)
    for exclude_known in (True, False):
        found = await person.gets(limit=500, mode=mode, exclude_known=exclude_known)
        assert found["degraded"] is None
        assert len(found["tracks"]) == 500
        assert not set(tracks(found)) & set(disliked)
    seeded = await person.posts(seeds=[{"track": liked[0]}], limit=500, mode=mode, exclude_known=False)
    assert not set(tracks(seeded)) & set(disliked)


async def test_every_known_track_stays_out(home: House, demo: Path) -> None:  # noqa: F811
    person, near = home.person(), nearest(served(demo), MANY)
    await rates(person, "like", near[::-1])
    found = await person.gets(limit=500, mode="similar")
    assert found["degraded"] is None
    assert len(found["tracks"]) == 500
    assert not set(tracks(found)) & set(near)
    assert set(tracks(await person.gets(limit=500, mode="similar", exclude_known=False))) & set(near)


async def test_disliked_tracks_stay_out_of_the_popular_list(home: House, demo: Path) -> None:  # noqa: F811
    release, person = served(demo), home.person()
    popularity = np.asarray(release.column("popularity"))[: release.embedded]
    best = [release.track_id(int(row)) for row in np.argsort(-np.nan_to_num(popularity), kind="stable")[:MANY]]
    await rates(person, "dislike", best)
    found = await person.gets(limit=500)
    assert len(found["tracks"]) == 500
    assert not set(tracks(found)) & set(best)

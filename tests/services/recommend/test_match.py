"""`match` of recommended tracks: never rising down a list whatever reorders it, and null where nothing is known."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from kit.calibration import FILE, Calibration
from kit.query import Pooled
from kit.release import Release
from kit.release_current import open_current
from services.recommend.app import create_app
from services.recommend.ranking.match import ranked_by
from services.recommend.settings import Settings
from services.recommend.values import QueryVector, SeedVectors
from tests import worlds
from tests.reranked_release import published_with_a_ranker

pytestmark = pytest.mark.anyio
SEEDS = [{"track": worlds.track_id(number)} for number in (3, 40, 90)]
ASKS: list[dict[str, Any]] = [
    *({"seeds": SEEDS, "mode": mode} for mode in ("similar", "balanced", "discover", "deep_cuts", "hits", "sequence")),
    {"seeds": SEEDS, "dials": {"popularity": 0.9, "adventurous": 1.0, "variety": 1.0}},
    {"seeds": SEEDS, "targets": {"energy": 0.1}},
    {"seeds": SEEDS, "set": 3},
    {"seeds": SEEDS[:1], "name": "rainy amber"},
    {"name": "deep cobalt"},
]


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_with_a_ranker(tmp_path_factory.mktemp("calibrated"), named=True)


@pytest.fixture
async def client(calibrated: Path) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(Settings(data=calibrated))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        yield client


async def answer(client: httpx2.AsyncClient, ask: dict[str, Any]) -> dict[str, Any]:
    answered = await client.post("/v1/recommendations", json={"limit": 40} | ask)
    assert answered.status_code == 200, answered.text
    body: dict[str, Any] = answered.json()
    return body


@pytest.mark.must("S1-04")
@pytest.mark.parametrize("ask", ASKS, ids=str)
async def test_match_is_a_percentage_that_never_rises_down_the_list(
    client: httpx2.AsyncClient, ask: dict[str, Any]
) -> None:
    tracks = (await answer(client, ask))["tracks"]
    matches = [track["match"] for track in tracks]
    assert tracks
    assert tracks[0]["reason"]["space"] != "popular"
    assert all(isinstance(match, int) and 0 <= match <= 100 for match in matches)
    assert matches == sorted(matches, reverse=True)
    assert len(set(matches)) > 1


async def test_a_track_matches_the_same_wherever_the_list_ends(client: httpx2.AsyncClient) -> None:
    longer, shorter = [(await answer(client, {"seeds": SEEDS, "limit": limit}))["tracks"] for limit in (40, 7)]
    assert [track["match"] for track in longer[:7]] == [track["match"] for track in shorter]


async def test_popular_lists_have_no_match(client: httpx2.AsyncClient) -> None:
    popular = await answer(client, {"name": "zzqx"})
    assert {track["match"] for track in popular["tracks"]} == {None}
    home = (await client.get("/v1/trending")).json()
    assert {track["match"] for track in home["tracks"]} == {None}


async def test_a_release_without_the_tables_answers_null(published: Path) -> None:
    release = await asyncio.to_thread(open_current, published / "releases")
    assert isinstance(release, Release)
    assert FILE not in release.manifest.files
    assert Calibration.of(release) is None
    app = create_app(Settings(data=published))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        assert {track["match"] for track in (await answer(client, {"seeds": SEEDS}))["tracks"]} == {None}


def test_the_kind_of_a_list_and_its_number_of_seeds_choose_the_curve() -> None:
    nothing, pooled = np.full(12, np.nan), Pooled(np.ones(2, np.float32), np.ones((1, 2), np.float32))
    seed, light = (SeedVectors(weight, {}, nothing, row) for row, weight in enumerate((1.0, 1e-9)))
    name = replace(seed, because="named")

    def kind(*seeds: SeedVectors, space: str = "graph", in_order: bool = False) -> tuple[str, float]:
        found, count = ranked_by(QueryVector(space, pooled.vector, [*seeds], pooled, in_order=in_order))
        return found, round(count, 4)

    assert kind(seed, light) == ("seeds", 1)
    assert kind(seed, seed, name) == ("named", 2)
    assert kind(name) == ("name", 0)
    assert kind(seed, light, in_order=True) == ("sequence", 2)
    assert kind(seed, space="audio") == ("audio", 1)

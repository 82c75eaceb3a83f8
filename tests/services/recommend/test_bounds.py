"""The largest, the oddest and the merely legal: what a caller may ask costs little, and what it may not is said."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio.to_thread
import httpx2
import pytest

from kit import ids
from kit.release_current import CURRENT
from kit.wire.recommend import MAX_SEEDS, RecommendationRequest
from kit.wire.recommend_options import Filters
from services.recommend.app import create_app
from services.recommend.ranking.pool_sizes import pool_size
from services.recommend.ranking.scoring import PRESETS, preferences
from services.recommend.response.reasons import SHOWN_SEEDS
from services.recommend.retrieval import popularity
from services.recommend.served.tables import Tables
from services.recommend.settings import Settings
from tests import worlds
from tests.published import copy
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
SEED = {"track": worlds.track_id(0)}
OUTSIDERS = [{"track": ids.derive(mbid=f"stranger-{number}")} for number in range(2 * MAX_SEEDS)]


class QueriedIndex:
    """A catalogue that knows nobody and remembers how many ids each question held."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/internal/events":
            return httpx2.Response(200, json={"items": [], "after": 0})
        wanted = json.loads(request.content)["ids"]
        self.sizes.append(len(wanted))
        return httpx2.Response(200, json={"items": [], "unknown": wanted})


@pytest.fixture
def catalog() -> QueriedIndex:
    return QueriedIndex()


@pytest.fixture
async def alone(published: Path, catalog: QueriedIndex) -> AsyncIterator[httpx2.AsyncClient]:
    """Recommend with that catalogue as its neighbour."""
    app = create_app(Settings(data=published), TransportWire(httpx2.MockTransport(catalog)))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://recommend") as client:
            yield client


async def test_a_reason_tells_the_seeds_that_brought_most_and_no_more(alone: httpx2.AsyncClient) -> None:
    seeds = [{"track": worlds.track_id(number)} for number in range(SHOWN_SEEDS + 10)]
    answer = await alone.post("/v1/recommendations", json={"seeds": seeds, "limit": 20})
    reasons = [track["reason"]["seeds"] for track in answer.json()["tracks"]]
    assert {len(reported) for reported in reasons} == {SHOWN_SEEDS}
    for reported in reasons:
        shares = [seed["share"] for seed in reported]
        assert shares == sorted(shares, reverse=True)


async def test_seeds_and_avoided_tracks_beyond_one_batch_are_all_asked_about(
    alone: httpx2.AsyncClient, catalog: QueriedIndex
) -> None:
    body = {"seeds": [SEED, *OUTSIDERS[: MAX_SEEDS - 1]], "avoid": OUTSIDERS[MAX_SEEDS:], "limit": 1}
    answer = await alone.post("/v1/recommendations", json=body)
    assert answer.status_code == 200
    assert catalog.sizes == [500, 499]
    assert len(answer.json()["unknown"]) == 999


async def test_similar_tracks_too_far_down_are_refused_as_in_a_post(alone: httpx2.AsyncClient) -> None:
    answer = await alone.get(f"/v1/tracks/{SEED['track']}/similar", params={"limit": 500, "set": 11})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert "limit x set is 5500, above 5000" in answer.json()["detail"]


@pytest.mark.parametrize(
    "part",
    [
        {"limit": "20"},
        {"limit": True},
        {"set": "1"},
        {"exclude_known": 0},
        {"dials": {"variety": False}},
        {"dials": {"per_artist": "2"}},
        {"filters": {"explicit": "no"}},
        {"filters": {"year": {"min": "1990"}}},
        {"targets": {"valence": "0.8"}},
        {"seeds": [{**SEED, "weight": True}]},
        {"seeds": [{"features": {"key": True}}]},
    ],
)
async def test_text_and_truth_values_are_no_numbers_and_numbers_no_truth_values(
    alone: httpx2.AsyncClient, part: dict[str, Any]
) -> None:
    answer = await alone.post("/v1/recommendations", json={"seeds": [SEED], **part})
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("mode", list(PRESETS))
def test_the_pool_of_a_set_is_the_same_for_whoever_asks_for_a_later_one(mode: str) -> None:
    second = RecommendationRequest.model_validate({"seeds": [SEED], "limit": 20, "set": 2, "mode": mode})
    first = second.model_copy(update={"set": 1})
    wish = preferences(first.mode, first.dials)
    assert pool_size(first, wish, 1) == pool_size(second, wish, 1) < pool_size(second, wish, 2)


async def test_the_current_release_is_the_one_that_answers_also_while_a_broken_one_is_named(
    published: Path, tmp_path: Path, catalog: QueriedIndex
) -> None:
    data = copy(published, tmp_path)
    app = create_app(Settings(data=data, poll_s=0.01), TransportWire(httpx2.MockTransport(catalog)))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://recommend") as client,
    ):
        served = (await client.get("/v1/releases/current")).json()["version"]
        (data / "releases" / CURRENT).write_text("broken-1")
        assert (await client.get("/v1/releases/current")).json()["version"] == served
        listed = (await client.get("/v1/releases")).json()["items"]
    assert [(one["version"], one["current"]) for one in listed] == [(served, True)]


@pytest.mark.parametrize("words", [{"matches": [None, None]}, {"matches": []}, {"matches": "none"}, []])
async def test_a_catalogue_that_speaks_otherwise_is_one_that_does_not_answer(published: Path, words: Any) -> None:
    app = create_app(
        Settings(data=published), TransportWire(httpx2.MockTransport(lambda _: httpx2.Response(200, json=words)))
    )
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://recommend") as client,
    ):
        answer = await client.post("/v1/recommendations", json={"seeds": [SEED, {"text": "Amber Song 5"}]})
    assert (answer.status_code, answer.json()["degraded"]) == (200, "catalog_unavailable")


async def test_without_a_cold_start_network_a_sound_is_refused_with_what_to_do(
    tmp_path: Path, catalog: QueriedIndex
) -> None:
    await anyio.to_thread.run_sync(worlds.published, tmp_path)
    app = create_app(Settings(data=tmp_path), TransportWire(httpx2.MockTransport(catalog)))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://recommend") as client,
    ):
        answer = await client.post("/v1/recommendations", json={"seeds": [{"features": {"energy": 0.5}}]})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_usable_seed")
    assert "seed with tracks" in answer.json()["detail"]


def test_popular_tracks_leave_out_seeds_also_when_these_have_no_vector(tmp_path: Path) -> None:
    release = worlds.write_small_release(tmp_path)
    ordered = Tables.of(release).by_popularity
    best = popularity.rows(release, ordered, Filters(), {}, [], 5)
    assert release.size > release.embedded
    without = popularity.rows(release, ordered, Filters(), {}, [int(best[0]), release.size - 1], 5)
    assert without[:4].tolist() == best[1:].tolist()

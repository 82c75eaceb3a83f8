"""The name of a list as a seed: alone, beside seeds, misspelt, in other scripts, unknown, too long."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from kit.query import Pooled
from kit.wire.recommend_response import Recommendations
from services.recommend.app import create_app
from services.recommend.retrieval.list_name import steers
from services.recommend.settings import Settings
from services.recommend.values import QueryVector, SeedVectors
from tests import worlds
from tests.named_release import published_with_names

pytestmark = pytest.mark.anyio
UNKNOWN = "Popular here: nothing is known of lists with that name"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_with_names(tmp_path_factory.mktemp("named"))


@pytest.fixture
async def named(data: Path) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(Settings(data=data))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        yield client


async def send_query(client: httpx2.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/v1/recommendations", json=body)
    assert answer.status_code == 200, answer.text
    Recommendations.model_validate(answer.json())
    found: dict[str, Any] = answer.json()
    return found


def scenes(found: dict[str, Any], first: int = 10) -> set[str]:
    return {item["track"]["title"].split()[0] for item in found["tracks"][:first]}


@pytest.mark.parametrize("mode", ["balanced", "similar", "discover", "deep_cuts", "hits"])
async def test_a_name_alone_brings_tracks_of_lists_called_so_in_every_mode(
    named: httpx2.AsyncClient, mode: str
) -> None:
    found = await send_query(named, name="rainy amber", mode=mode)
    titles = Counter(item["track"]["title"].split()[0] for item in found["tracks"][:10])
    assert titles.most_common(1)[0][0] == "Amber"
    assert mode == "deep_cuts" or set(titles) == {"Amber"}, "rare tracks of other scenes come before common ones"
    assert found["name"]["known"]
    assert found["name"]["text"] == "rainy amber"
    assert 0 < found["name"]["confidence"] <= 1
    for item in found["tracks"]:
        assert item["reason"]["text"].startswith("Fits lists called rainy amber")
        assert [(seed["name"], seed["share"]) for seed in item["reason"]["seeds"]] == [("rainy amber", 1.0)]
    values = [item["score"] for item in found["tracks"]]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("name", ["Cobalt Mornnigs", "COBALT", "colbalt blues", "🎷", "🎷 cobalt"])
async def test_a_misspelt_name_and_signs_work_as_far_as_their_n_grams_are_known(
    named: httpx2.AsyncClient, name: str
) -> None:
    found = await send_query(named, name=name)
    assert found["name"]["known"]
    assert scenes(found) == {"Cobalt"}


@pytest.mark.parametrize(("name", "scene"), [("夜の琥珀", "Amber"), ("Чёрный базальт", "Basalt"), ("صحراء", "Dune")])
async def test_a_name_in_another_script_works(named: httpx2.AsyncClient, name: str, scene: str) -> None:
    found = await send_query(named, name=name)
    assert scenes(found) == {scene}


@pytest.mark.parametrize("name", ["xqzvkj", "ポルカ", "!!!", "💤"])
async def test_a_name_of_which_nothing_is_known_says_so_and_is_answered_by_popularity(
    named: httpx2.AsyncClient, name: str
) -> None:
    found = await send_query(named, name=name)
    assert found["name"] == {"text": name, "known": False, "confidence": 0.0}
    assert len(found["tracks"]) == 20
    assert {item["reason"]["text"] for item in found["tracks"]} == {UNKNOWN}
    assert {item["reason"]["space"] for item in found["tracks"]} == {"popular"}


async def test_an_unknown_name_beside_seeds_changes_nothing(named: httpx2.AsyncClient) -> None:
    seeds = [{"track": worlds.track_id(0)}]
    plain, with_name = await send_query(named, seeds=seeds), await send_query(named, seeds=seeds, name="xqzvkj")
    assert plain["tracks"] == with_name["tracks"]
    assert plain["name"] is None
    assert not with_name["name"]["known"]


@pytest.mark.parametrize("mode", ["balanced", "similar"])
async def test_a_name_beside_one_seed_mixes_both_and_the_shares_say_so(named: httpx2.AsyncClient, mode: str) -> None:
    found = await send_query(named, seeds=[{"track": worlds.track_id(0)}], name="basalt columns", mode=mode, limit=80)
    assert scenes(found, 80) >= {"Amber", "Basalt"}
    for item in found["tracks"]:
        seeds = item["reason"]["seeds"]
        assert sum(seed["share"] for seed in seeds) == pytest.approx(1.0, abs=0.01)
        first = "Fits lists called basalt columns" if seeds[0].get("name") else "Amber Song 0"
        assert item["reason"]["text"].startswith(first)
    assert worlds.track_id(0) not in {item["track"]["id"] for item in found["tracks"]}


async def test_many_seeds_outweigh_the_name(named: httpx2.AsyncClient) -> None:
    seeds = [{"track": worlds.track_id(number)} for number in range(0, 45, 2) if number != 2]
    found = await send_query(named, seeds=seeds, name="basalt columns", dials={"per_artist": 20})
    assert scenes(found) == {"Amber"}


async def test_a_known_name_answers_for_seeds_that_cannot_be_used(named: httpx2.AsyncClient) -> None:
    lost = [{"track": worlds.track_id(999)}]
    found = await send_query(named, seeds=lost, name="dune walks")
    assert scenes(found) == {"Dune"}
    assert found["unknown"] == [worlds.track_id(999)]
    refused = await named.post("/v1/recommendations", json={"seeds": lost, "name": "xqzvkj"})
    assert refused.status_code in (404, 503)


@pytest.mark.parametrize(
    ("body", "record"),
    [
        ({"name": "x" * 10_000}, "at most 200 characters"),
        ({"name": ""}, "at least 1 character"),
        ({"name": "   "}, "at least 1 character"),
        ({"name": 7}, "valid string"),
        ({"name": None}, "give seeds, the name of a list, or both"),
        ({"seeds": []}, "give seeds, the name of a list, or both"),
        ({}, "give seeds, the name of a list, or both"),
    ],
)
async def test_a_name_that_is_none_is_refused_with_what_is_wrong(
    named: httpx2.AsyncClient, body: dict[str, Any], record: str
) -> None:
    answer = await named.post("/v1/recommendations", json=body)
    assert answer.status_code == 422
    assert record in answer.text


async def test_filters_sets_and_avoided_tracks_hold_beside_a_name(named: httpx2.AsyncClient) -> None:
    first = await send_query(named, name="rainy amber", limit=5, dials={"per_artist": 5})
    second = await send_query(named, name="rainy amber", limit=5, set=2, dials={"per_artist": 5})
    ids = [[item["track"]["id"] for item in found["tracks"]] for found in (first, second)]
    assert not set(ids[0]) & set(ids[1])
    filtered = await send_query(named, name="rainy amber", filters={"year": {"min": 2000}})
    assert all(item["track"]["year"] >= 2000 for item in filtered["tracks"])
    avoided = await send_query(named, name="rainy amber", avoid=[{"track": ids[0][0]}])
    assert ids[0][0] not in {item["track"]["id"] for item in avoided["tracks"]}


async def test_a_release_without_a_name_model_knows_no_name(client: httpx2.AsyncClient) -> None:
    found = await send_query(client, name="rainy amber")
    assert not found["name"]["known"]
    assert {item["reason"]["text"] for item in found["tracks"]} == {UNKNOWN}


@pytest.mark.parametrize("ordered", [False, True])
async def test_a_playlist_is_continued_by_its_own_name_too(named: httpx2.AsyncClient, ordered: bool) -> None:
    body = {"tracks": [worlds.track_id(50)], "ordered": ordered}
    plain = (await named.post("/v1/playlists/continue", json=body)).json()
    called = (await named.post("/v1/playlists/continue", json=body | {"name": "rainy amber"})).json()
    assert plain["name"] is None
    assert called["name"]["known"]
    amber = [sum("Amber" in item["track"]["title"] for item in found["tracks"]) for found in (plain, called)]
    assert amber[1] > amber[0]


def test_a_name_changes_neither_the_order_nor_the_weights_of_seeds_in_order() -> None:
    seeds = [SeedVectors(weight, {}, np.full(12, np.nan), row) for row, weight in ((3, 0.1), (4, 0.1), (5, 0.1))]
    name = SeedVectors(1.0, {}, np.full(12, np.nan), because="named")
    query = QueryVector("graph", np.zeros(4), seeds, None, in_order=True)  # type: ignore[arg-type]
    rows, weights = query.sequence
    named_rows, named_weights = replace(query, seeds=[*seeds, name]).sequence
    assert named_rows.tolist() == [*rows.tolist(), -1]
    assert named_weights.tolist() == [*weights.tolist(), 0.0]


async def test_avoided_tracks_steer_a_name_alone_away_from_their_surroundings(named: httpx2.AsyncClient) -> None:
    plain = await send_query(named, name="rainy amber", limit=20, mode="similar")
    avoid = [{"track": item["track"]["id"]} for item in plain["tracks"][:3]]
    steered = await send_query(named, name="rainy amber", limit=20, mode="similar", avoid=avoid)
    ids = [[item["track"]["id"] for item in found["tracks"]] for found in (plain, steered)]
    rest = [one for one in ids[0] if one not in {seed["track"] for seed in avoid}]
    assert steered["name"]["known"]
    assert [one for one in ids[1] if one in rest] != rest
    assert steered["tracks"][0]["score"] < plain["tracks"][3]["score"]


def test_a_name_steers_no_query_of_sounds() -> None:
    pooled = Pooled(np.ones(2, np.float32), np.ones((1, 2), np.float32))
    sound, learned = (QueryVector(space, pooled.vector, [], pooled) for space in ("audio", "graph"))
    assert [steers(queries) for queries in ([], [sound], [learned], [learned, sound])] == [True, False, True, True]

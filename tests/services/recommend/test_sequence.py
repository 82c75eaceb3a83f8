"""Mode `sequence` and POST /v1/playlists/continue: order matters, limits hold, and what was filled in says so."""

from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from fastapi.exceptions import RequestValidationError

from kit.cooccurrence import FILES, CooccurrenceTable
from kit.release_current import open_current
from kit.wire.recommend_response import Recommendations
from services.recommend.app import create_app
from services.recommend.request import parsing
from services.recommend.response.reasons import sentence_of_sequence
from services.recommend.settings import Settings
from services.recommend.values import SeedVectors
from tests import worlds

pytestmark = pytest.mark.anyio
AMBER, BASALT = (0, 5, 10), (50, 55, 60)
SEED = SeedVectors(1.0, {}, np.full(12, np.nan), 3, title="Hey Ya!")


def seeds(*numbers: int) -> list[dict[str, Any]]:
    return [{"track": worlds.track_id(number)} for number in numbers]


async def sequence(client: httpx2.AsyncClient, *numbers: int, **more: Any) -> dict[str, Any]:
    body = {"seeds": seeds(*numbers), "mode": "sequence", **more}
    answer = await client.post("/v1/recommendations", json=body)
    assert answer.status_code == 200, answer.text
    Recommendations.model_validate(answer.json())
    found: dict[str, Any] = answer.json()
    return found


def ids_of(found: dict[str, Any]) -> list[str]:
    return [item["track"]["id"] for item in found["tracks"]]


def first_scenes(found: dict[str, Any], count: int = 10) -> list[str]:
    return [item["track"]["title"].split()[0] for item in found["tracks"][:count]]


async def test_the_last_seed_counts_most(client: httpx2.AsyncClient) -> None:
    towards_basalt = first_scenes(await sequence(client, *AMBER, *BASALT))
    towards_amber = first_scenes(await sequence(client, *BASALT, *AMBER))
    assert towards_basalt.count("Basalt") > 7
    assert towards_amber.count("Amber") > 7


async def test_a_track_named_twice_stands_where_it_is_named_last(client: httpx2.AsyncClient) -> None:
    twice, once = await sequence(client, 0, 50, 0), await sequence(client, 50, 0)
    assert ids_of(twice) == ids_of(once)
    assert ids_of(twice) != ids_of(await sequence(client, 0, 50))


async def test_reasons_tell_what_stands_beside_the_seeds_and_what_was_filled_in(
    client: httpx2.AsyncClient, published: Path
) -> None:
    release = open_current(published / "releases")
    assert release is not None
    table = CooccurrenceTable.of(release)
    assert table is not None
    found = await sequence(client, 0, 5, limit=120)
    assert len(found["tracks"]) == 120
    rows = release.rows([worlds.track_id(0), worlds.track_id(5)])
    beside = {release.track_id(int(row)) for row in table.rows[table.entries(rows, 50)[0]]}
    for item in found["tracks"]:
        reason = item["reason"]
        assert (reason["space"] == "sequence") == (item["track"]["id"] in beside)
        if reason["space"] == "sequence":
            assert item["score"] > item["similarity"]
            assert any(word in reason["text"].lower() for word in ("follows", "close to"))
            assert sum(seed["share"] for seed in reason["seeds"]) == pytest.approx(1.0, abs=0.01)
        else:
            assert item["score"] == pytest.approx(item["similarity"], abs=1e-5)
    assert {item["reason"]["space"] for item in found["tracks"]} == {"sequence", "graph"}


@pytest.mark.parametrize(
    ("together", "follows", "text"),
    [
        (3, True, "Often follows Hey Ya! in playlists"),
        (1, True, "Follows Hey Ya! in a playlist"),
        (0, False, "Close to Hey Ya! in playlists"),
        (2, False, "Often close to Hey Ya! in playlists"),
    ],
)
def test_the_sentence_of_a_track_beside_a_seed(together: int, follows: bool, text: str) -> None:
    assert sentence_of_sequence(SEED, together, follows=follows) == text


async def test_filters_limits_and_sets_hold_as_in_other_modes(client: httpx2.AsyncClient) -> None:
    found = await sequence(client, 0, 5, limit=100, filters={"genres": ["even"], "year": {"max": 1990}})
    assert found["tracks"]
    for item in found["tracks"]:
        assert "even" in item["track"]["genres"]
        assert item["track"]["year"] <= 1990
    capped = await sequence(client, 0, 5, limit=15, dials={"per_artist": 1})
    artists = [item["track"]["artists"][0]["name"] for item in capped["tracks"]]
    assert len({*artists}) == len(artists) == 15
    sets = [ids_of(await sequence(client, 0, 5, limit=20, set=number)) for number in (1, 2)]
    assert sets[0] + sets[1] == ids_of(await sequence(client, 0, 5, limit=40))


async def test_seeds_and_other_versions_of_them_are_left_out(client: httpx2.AsyncClient) -> None:
    found = ids_of(await sequence(client, 5, 0, limit=150))
    assert not {worlds.track_id(n) for n in (0, 1, 5)} & {*found}
    assert len({*found}) == len(found) == 150


async def test_a_sound_alone_is_followed_by_what_sounds_like_it(client: httpx2.AsyncClient) -> None:
    body = {"seeds": [{"features": {"energy": 0.9}}], "mode": "sequence"}
    found = (await client.post("/v1/recommendations", json=body)).json()
    assert len(found["tracks"]) == 20
    assert {item["reason"]["space"] for item in found["tracks"]} <= {"graph", "audio"}


def test_a_taste_has_no_order() -> None:
    assert parsing.wishes_of(b"mode=similar").mode == "similar"
    with pytest.raises(RequestValidationError) as refused:
        parsing.wishes_of(b"mode=sequence")
    assert "POST them to /v1/recommendations" in refused.value.errors()[0]["msg"]


@pytest.mark.must("S3-19")
async def test_a_playlist_goes_on_in_its_order_or_without_one(client: httpx2.AsyncClient) -> None:
    tracks = [worlds.track_id(number) for number in AMBER + BASALT]
    ordered = await client.post("/v1/playlists/continue", json={"tracks": tracks, "length": 30})
    assert ids_of(ordered.json()) == ids_of(await sequence(client, *AMBER, *BASALT, limit=30))
    loose = [
        ids_of((await client.post("/v1/playlists/continue", json={"tracks": order, "ordered": False})).json())
        for order in (tracks, tracks[::-1])
    ]
    assert {*loose[0]} == {*loose[1]} != {*ids_of(ordered.json())[:20]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tracks": []},
        {"tracks": ["?"]},
        {"tracks": ["a" * 22], "length": 501},
        {"tracks": [worlds.track_id(1)], "filters": {"energy": {"min": 7}}},
    ],
)
async def test_a_malformed_continuation_is_422(client: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    answer = await client.post("/v1/playlists/continue", json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "malformed"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that serves a release without a table."""
    folder = tmp_path_factory.mktemp("older")
    assert not {*FILES} & {*worlds.published(folder).manifest.files}
    return folder


async def test_an_older_release_without_a_table_says_so(older: Path) -> None:
    app = create_app(Settings(data=older))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        found = await sequence(client, *AMBER, limit=10)
        assert found["degraded"] == "sequence_unavailable"
        assert len(found["tracks"]) == 10
        assert {item["reason"]["space"] for item in found["tracks"]} == {"graph"}

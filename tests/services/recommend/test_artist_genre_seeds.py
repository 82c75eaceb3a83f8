"""Seeds that are an artist or a genre, and targets of every attribute, in the planted world of four scenes."""

from typing import Any

import httpx2
import pytest

from kit import ids
from tests import worlds
from tests.services.recommend.test_genres import genres_of
from tests.services.recommend.test_recommendations import recommended, seeds

pytestmark = pytest.mark.anyio
ARTIST = ids.artist_id(worlds.artist_name(60))
"""Of the second scene, basalt."""
NOBODY = ids.artist_id("nobody at all")


async def test_an_artist_brings_tracks_of_their_scene(client: httpx2.AsyncClient) -> None:
    found = await recommended(client, seeds=[{"artist": ARTIST}])
    assert len(found["tracks"]) == 20
    assert {worlds.SCENES[1]} == genres_of(found) & set(worlds.SCENES)
    reason = found["tracks"][0]["reason"]
    assert reason["text"].startswith(f"Songs by {worlds.artist_name(60)}:")
    assert reason["seeds"][0]["artist"] == ARTIST


@pytest.mark.parametrize("genre", ["cobalt", "CO-BALT"])
async def test_a_genre_brings_tracks_of_its_scene(client: httpx2.AsyncClient, genre: str) -> None:
    found = await recommended(client, seeds=[{"genre": genre}])
    assert len(found["tracks"]) == 20
    assert {"cobalt"} == genres_of(found) & set(worlds.SCENES)
    reason = found["tracks"][0]["reason"]
    assert reason["text"].startswith(f"The genre {genre}:")
    assert reason["seeds"][0]["genre"] == genre


async def test_each_kind_of_seed_has_its_share(client: httpx2.AsyncClient) -> None:
    found = await recommended(
        client, seeds=[{"artist": ARTIST}, {"genre": "cobalt"}, {"track": worlds.track_id(5)}], limit=60
    )
    assert {"amber", "basalt", "cobalt"} <= genres_of(found)
    assert (found["unknown_artists"], found["unknown_genres"], found["unknown"]) == ([], [], [])


async def test_unknown_artists_and_genres_are_named(client: httpx2.AsyncClient) -> None:
    unknown = [{"artist": NOBODY}, {"genre": "polka"}]
    found = await recommended(client, seeds=[*seeds(0), *unknown])
    assert (found["unknown_artists"], found["unknown_genres"]) == ([NOBODY], ["polka"])
    answer = await client.post("/v1/recommendations", json={"seeds": unknown})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_usable_seed")
    assert (answer.json()["unknown_artists"], answer.json()["unknown_genres"]) == ([NOBODY], ["polka"])


@pytest.mark.parametrize("seed", [{"artist": "x"}, {"genre": ""}, {"artist": ARTIST, "genre": "cobalt"}])
async def test_a_seed_is_one_thing(client: httpx2.AsyncClient, seed: dict[str, Any]) -> None:
    assert (await client.post("/v1/recommendations", json={"seeds": [seed]})).status_code == 422


@pytest.mark.parametrize(("name", "low", "high"), [("duration_ms", 180_000, 400_000), ("popularity", 0, 100)])
async def test_tracks_near_a_target_come_first(client: httpx2.AsyncClient, name: str, low: int, high: int) -> None:
    means = []
    for wished in (low, high):
        found = await recommended(client, seeds=seeds(3), targets={name: wished}, limit=10)
        values = [track["track"][name] for track in found["tracks"] if track["track"][name] is not None]
        means.append(sum(values) / len(values))
    assert means[0] < means[1]

"""Genres in any spelling: in the index, in the popular list, in a person's list; and genres that nobody knows."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from kit.wire.recommend import RecommendationOptions
from services.recommend.retrieval.genre_filter import with_release_spellings
from services.recommend.served.genre_spellings import genre_rows, spellings_of
from tests import worlds
from tests.published import copy
from tests.services.recommend.people import house
from tests.services.recommend.test_failures import Running, client_store
from tests.services.recommend.test_recommendations import ids_of, recommended, seeds

pytestmark = pytest.mark.anyio


def genres_of(found: dict[str, Any]) -> set[str]:
    return {genre for track in found["tracks"] for genre in track["track"]["genres"]}


@pytest.mark.parametrize("genre", ["EVEN", "Even", "e-v-e-n", "E ven", "\uff45\uff56\uff45\uff4e"])
async def test_a_genre_in_any_spelling_finds_the_same_tracks(client: httpx2.AsyncClient, genre: str) -> None:
    as_shown = await recommended(client, seeds=seeds(1, 5), filters={"genres": ["even"]})
    found = await recommended(client, seeds=seeds(1, 5), filters={"genres": [genre]})
    assert len(as_shown["tracks"]) >= 10
    assert ids_of(found) == ids_of(as_shown)
    assert (found["unknown_genres"], "even" in genres_of(found), "odd" in genres_of(found)) == ([], True, False)


async def test_a_genre_that_no_track_has_is_named(client: httpx2.AsyncClient) -> None:
    nothing = await recommended(client, seeds=seeds(0), filters={"genres": ["Polka"]})
    assert (nothing["tracks"], nothing["unknown_genres"]) == ([], ["Polka"])
    some = await recommended(client, seeds=seeds(0), filters={"genres": ["Polka", "ODD"]})
    assert some["unknown_genres"] == ["Polka"]
    assert "even" not in genres_of(some)
    assert some["tracks"]
    assert (await recommended(client, seeds=seeds(0)))["unknown_genres"] == []


async def test_the_popular_list_knows_the_spellings_too(published: Path, tmp_path: Path) -> None:
    async with Running(copy(published, tmp_path)) as client:
        async with client_store(client).lease() as serving:
            await serving.index.close()
        found = await recommended(client, seeds=seeds(0), filters={"genres": ["O-D-D", "Polka"]})
    assert (found["degraded"], len(found["tracks"]), found["unknown_genres"]) == ("index_unavailable", 20, ["Polka"])
    assert "even" not in genres_of(found)


async def test_a_persons_own_list_knows_the_spellings_too(published: Path, tmp_path: Path) -> None:
    async with house(published, tmp_path) as home:
        person = home.person()
        await person.record("like", 0, 5)
        found, shown = await person.gets(genres=["ODD", "polka"]), await person.gets(genres=["odd"])
    assert found["tracks"] == shown["tracks"] != []
    assert found["unknown_genres"] == ["polka"]


def test_every_spelling_of_the_release_is_asked_for(tmp_path: Path) -> None:
    found = spellings_of(genre_rows(worlds.write_small_release(tmp_path))) | {"hiphop": ("Hip-Hop", "hip hop")}
    wishes = RecommendationOptions.model_validate({"filters": {"genres": ["HIPHOP", "amber"], "explicit": False}})
    spelled, unknown = with_release_spellings(wishes, found)
    assert (spelled.filters.genres, unknown) == (["Hip-Hop", "hip hop", "amber"], [])
    assert spelled.filters.explicit is False
    assert wishes.filters.genres == ["HIPHOP", "amber"]

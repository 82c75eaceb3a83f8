"""Home rows, trending tracks and similar artists."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from kit.release_current import open_current
from kit.wire.home import Home, SimilarArtists
from kit.wire.recommend_response import Recommendations
from services.recommend.served.trending_tracks import trending_rows
from tests import worlds
from tests.services.recommend.people import House, Person, house

pytestmark = pytest.mark.anyio
AMBER, BASALT = (0, 5, 10, 15), (50, 55, 60, 65)


@pytest.fixture
async def home(published: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with house(published, tmp_path) as opened:
        yield opened


async def page(of: House, person: Person | None = None, **options: Any) -> dict[str, Any]:
    headers = person.bearer if person else {}
    answer = await of.recommends[0].get("/v1/me/home", params=options, headers=headers)
    assert answer.status_code == 200, answer.text
    Home.model_validate(answer.json())
    found: dict[str, Any] = answer.json()
    return found


def by_key(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in found["rows"]}


def titles(row: dict[str, Any]) -> list[str]:
    return [item["track"]["title"] for item in row["tracks"]]


@pytest.mark.must("S4-01")
async def test_a_person_gets_rows_each_titled_by_its_reason(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    await person.record("play", BASALT[0], times=5)
    found = await page(home, person, limit=5)
    rows = by_key(found)
    assert list(rows) == ["because_listened", "because_liked", "new_to_you", "trending"]
    assert rows["because_listened"]["title"] == "Because you listened to Basalt Song 0"
    assert rows["because_listened"]["seed"]["id"] == worlds.track_id(BASALT[0])
    assert rows["because_liked"]["title"] == "Because you liked Amber Song 15"
    assert all(title.startswith("Basalt") for title in titles(rows["because_listened"]))
    assert all(title.startswith("Amber") for title in titles(rows["because_liked"]))
    for key in ("because_listened", "because_liked"):
        for item in rows[key]["tracks"]:
            assert rows[key]["seed"]["title"] in item["reason"]["text"]
            assert item["reason"]["seeds"][0]["share"] == pytest.approx(1.0)


async def test_no_track_comes_twice_and_known_or_disliked_ones_do_not_come(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER)
    await person.record("dislike", 20, 70)
    await person.record("play", *BASALT)
    found = await page(home, person, limit=10)
    shown = Counter(item["track"]["id"] for row in found["rows"] for item in row["tracks"])
    assert max(shown.values()) == 1
    known = {worlds.track_id(number) for number in (*AMBER, *BASALT)}
    personal = {item["track"]["id"] for row in found["rows"] if row["key"] != "trending" for item in row["tracks"]}
    assert known.isdisjoint(personal)
    assert {worlds.track_id(20), worlds.track_id(70)}.isdisjoint(shown)
    versions = [title for row in found["rows"] for title in titles(row)]
    assert not {"Amber Song 0 (2011 Remaster)", "Basalt Song 0 (2011 Remaster)"} & set(versions)


async def test_a_new_like_changes_the_row_of_the_very_next_visit(home: House) -> None:
    person = home.person()
    await person.record("like", AMBER[0])
    assert by_key(await page(home, person))["because_liked"]["seed"]["id"] == worlds.track_id(AMBER[0])
    [event] = await person.record("like", BASALT[0])
    assert by_key(await page(home, person))["because_liked"]["seed"]["id"] == worlds.track_id(BASALT[0])
    await person.takes_back(event)
    assert by_key(await page(home, person))["because_liked"]["seed"]["id"] == worlds.track_id(AMBER[0])


async def test_somebody_new_and_a_guest_start_with_what_is_popular(home: House) -> None:
    assert list(by_key(await page(home, home.person()))) == ["trending"]
    guest = await page(home)
    assert [row["key"] for row in guest["rows"]] == ["trending", "genre", "genre", "genre", "genre"]
    shown = Counter(item["track"]["id"] for row in guest["rows"] for item in row["tracks"])
    assert max(shown.values()) == 1
    for row in guest["rows"][1:]:
        genre = row["title"].removeprefix("Popular in ")
        assert all(genre in item["track"]["genres"] for item in row["tracks"])


@pytest.mark.must("S4-06")
async def test_a_home_page_costs_one_search_and_one_profile(home: House) -> None:
    person = home.person()
    await person.record("like", *AMBER, *BASALT)
    await page(home, person)
    searches: list[int] = []
    serving = home.apps[0].state.store._serving
    searching = serving.index.search

    async def counted(queries: Any) -> Any:
        searches.append(len(queries))
        return await searching(queries)

    serving.index.search = counted
    before = len(home.wire.statuses)
    await page(home, person)
    serving.index.search = searching
    assert len(searches) == 1
    aside = {"/internal/impressions", "/internal/trending"}
    assert [path for path, _ in home.wire.statuses[before:] if path not in aside] == ["/internal/taste"]


async def test_without_catalog_a_person_gets_a_guests_rows_marked_so(home: House) -> None:
    person = home.person()
    home.wire.cut = True
    found = await page(home, person)
    assert found["degraded"] == "taste_unavailable"
    assert {row["key"] for row in found["rows"]} == {"trending", "genre"}


async def test_a_key_without_the_scope_is_refused(home: House) -> None:
    reader = home.person(["catalog:read"])
    for path in ("/v1/me/home", "/v1/trending"):
        answer = await home.recommends[0].get(path, headers=reader.bearer)
        assert answer.status_code == 403, path


# -- trending ----------------------------------------------------------------------------------------------------------
@pytest.mark.must("S4-02")
async def test_trending_is_the_most_popular_track_of_each_of_the_most_popular_artists(
    client: httpx2.AsyncClient, published: Path
) -> None:
    answer = await client.get("/v1/trending")
    Recommendations.model_validate(answer.json())
    found = answer.json()["tracks"]
    assert len(found) == 9
    release = open_current(published / "releases")
    assert release is not None
    artist, playlists = (np.asarray(release.column(name)) for name in ("main_artist", "playlists"))
    popularity = np.nan_to_num(np.asarray(release.column("popularity")), nan=-1)
    totals = np.bincount(artist[artist >= 0], playlists[artist >= 0])
    rows = release.rows([item["track"]["id"] for item in found])
    assert len(set(artist[rows].tolist())) == 9
    assert np.all(np.diff(totals[artist[rows]]) <= 0)
    assert sorted(totals)[-9:] == sorted(totals[artist[rows]])
    for row in rows:
        assert popularity[row] == popularity[artist == artist[row]].max()
    scores = [item["score"] for item in found]
    assert scores == sorted(scores, reverse=True)


async def test_trending_within_genres_names_those_that_are_unknown(client: httpx2.AsyncClient) -> None:
    found = (await client.get("/v1/trending?genres=Amber&genres=polka&limit=20")).json()
    assert found["unknown_genres"] == ["polka"]
    assert all("amber" in item["track"]["genres"] for item in found["tracks"])
    assert (await client.get("/v1/trending?limit=0")).status_code == 422


def test_trending_rows_have_every_artist_once(published: Path) -> None:
    release = open_current(published / "releases")
    assert release is not None
    artist = np.asarray(release.column("main_artist"))
    popularity = np.asarray(release.column("popularity"))[: release.embedded]
    by_popularity = np.argsort(-np.nan_to_num(popularity, nan=-1), kind="stable")
    rows = trending_rows(release, artist, by_popularity).rows
    assert sorted(artist[rows].tolist()) == sorted(set(artist[: release.embedded].tolist()) - {-1})


# -- similar artists ---------------------------------------------------------------------------------------------------
async def test_similar_artists_are_of_the_same_scene_and_never_the_artist(client: httpx2.AsyncClient) -> None:
    similar = (await client.get(f"/v1/tracks/{worlds.track_id(12)}/similar")).json()["tracks"]
    own = next(a for item in similar for a in item["track"]["artists"] if a["name"].startswith("Amber Band"))
    answer = await client.get(f"/v1/artists/{own['id']}/similar?limit=5")
    SimilarArtists.model_validate(answer.json())
    items = answer.json()["items"]
    assert len(items) == 5
    assert own["id"] not in {item["artist"]["id"] for item in items}
    assert all(item["artist"]["name"].startswith("Amber Band") for item in items)
    assert all(1 <= len(item["tracks"]) <= 3 for item in items)
    scores = [item["score"] for item in items]
    assert scores == sorted(scores, reverse=True)
    assert len({item["artist"]["id"] for item in items}) == 5


async def test_an_unknown_artist_has_none(client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"/v1/artists/{worlds.track_id(0)}/similar")
    assert answer.status_code == 404
    assert "artists" in answer.json()["detail"]


async def test_a_genre_that_no_track_has_reads_no_card(home: House) -> None:
    serving = home.apps[0].state.store._serving
    read: list[int] = []
    card = type(serving.release).card
    serving.release.card = lambda row: read.append(row) or card(serving.release, row)
    body = {"name": "zzzz", "filters": {"genres": ["nothing"]}}
    found = (await home.recommends[0].post("/v1/recommendations", json=body)).json()
    trending = (await home.recommends[0].get("/v1/trending?genres=nothing")).json()
    del serving.release.card
    assert found["tracks"] == trending["tracks"] == []
    assert found["unknown_genres"] == ["nothing"]
    assert read == []


@pytest.mark.must("S4-06")
async def test_a_guests_page_is_computed_once(home: House) -> None:
    first = await page(home, limit=7)
    assert set(home.apps[0].state.store._serving.recent_memo[1]) == {"trending", 7}
    assert (await page(home, limit=7))["rows"] == first["rows"]

"""Tests of the interest test: its rules on vectors, its routes, and that its answers are feedback."""

from pathlib import Path

import numpy as np
import orjson
import pytest
from httpx2 import AsyncClient

from kit.release import Release
from kit.release_current import open_current
from services.catalog.interest_test.candidates import Candidates, candidates, similarity, well_known
from services.catalog.interest_test.preference import estimate, is_done, next_candidates
from tests import worlds
from tests.services.catalog.conftest import running, until
from tests.services.catalog.listener import HALO, UNKNOWN, Listener
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
PATH = "/v1/me/interest-test"


@pytest.fixture
def release(data: Path) -> Release:
    opened = open_current(data / "releases")
    assert opened
    return opened


def artificial(count: int = 30) -> Candidates:
    """Candidates on a circle, one artist each, equally popular."""
    angles = np.linspace(0, np.pi, count, dtype=np.float32)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    even = np.full(count, 0.5, np.float32)
    return Candidates(np.arange(count), similarity(vectors, 2000 * even), np.arange(count), even)


# -- rules -------------------------------------------------------------------------------------------------------------
def test_candidates_are_learned_well_known_and_of_different_artists(release: Release) -> None:
    known = well_known(release, np.arange(release.size), most=100)
    popularity = np.asarray(release.column("popularity"))
    assert len(known) == 100
    assert np.all(np.diff(popularity[known]) <= 0)
    assert np.all(np.asarray(release.column("state"))[known] == 2)
    chosen = candidates(release, known, most=20)
    assert len(set(chosen.rows.tolist())) == len(set(chosen.artists.tolist())) == 20
    scenes = {orjson.loads(release.card(row))["genres"][0] for row in chosen.rows}
    assert scenes >= set(worlds.SCENES), "all four scenes are covered"


def test_candidates_end_with_the_artists(release: Release) -> None:
    chosen = candidates(release, well_known(release, np.arange(release.size)))
    assert 40 <= len(chosen) == len(set(chosen.artists.tolist())) < 60


def test_the_posterior_follows_the_ratings_and_is_surest_beside_them() -> None:
    world = artificial()
    prior, after = estimate(world, {}), estimate(world, {0: 1.0, 29: -1.0})
    assert after.mean[1] > 0.3 > -0.3 > after.mean[28]
    assert np.all(after.deviation <= prior.deviation + 1e-9)
    assert after.deviation[1] < after.deviation[10]


def test_the_posterior_equals_the_direct_formula() -> None:
    world, rated = artificial(12), {2: 1.0, 7: 0.0, 9: -1.0}
    full = world.similarity.astype(np.float64)
    at, y = list(rated), np.array(list(rated.values()))
    gain = full[:, at] @ np.linalg.inv(full[np.ix_(at, at)] + 0.3 * np.eye(3))
    now = estimate(world, rated)
    assert np.allclose(now.mean, -0.1 + gain @ (y + 0.1))
    assert np.allclose(now.deviation**2, np.diag(full - gain @ full[at]), atol=1e-9)


def test_a_like_leads_to_its_neighbourhood_and_a_dislike_away() -> None:
    world = artificial()
    liked, disliked = next_candidates(world, {0: 1.0}, 5), next_candidates(world, {0: -1.0}, 5)
    assert np.mean(liked) < np.mean(disliked)


def test_next_candidates_are_of_new_artists_and_the_same_each_time() -> None:
    world = artificial()
    twice = Candidates(world.rows, world.similarity, np.arange(30) // 2, world.popularity)
    chosen = next_candidates(twice, {0: 1.0}, 12)
    artists = [at // 2 for at in chosen]
    assert len(set(artists)) == len(chosen) == 12
    assert 0 not in artists
    assert chosen == next_candidates(twice, {0: 1.0}, 12)


@pytest.mark.parametrize(
    ("answered", "likes", "done"), [(0, 0, False), (7, 7, False), (8, 6, True), (11, 5, False), (12, 0, True)]
)
def test_the_test_ends_after_twelve_or_with_enough_likes(answered: int, likes: int, done: bool) -> None:
    assert is_done(answered, likes) is done


# -- routes ------------------------------------------------------------------------------------------------------------
async def take(listener: Listener, value: int, limit: int = 4) -> list[dict[str, object]]:
    """Takes the test to its end with one value for every track; returns every response."""
    pages = [(await listener.request("GET", f"{PATH}?limit={limit}")).json()]
    while pages[-1]["tracks"]:
        answers = [{"track": track["id"], "value": value} for track in pages[-1]["tracks"]]
        response = await listener.request("POST", f"{PATH}?limit={limit}", json={"answers": answers})
        assert response.status_code == 200, response.text
        pages.append(response.json())
    return pages


@pytest.mark.must("S0-03", "S0-21", "S0-31", "S0-61")
@pytest.mark.parametrize("limit", [1, 4, 12])
async def test_a_test_asks_twelve_tracks_of_twelve_artists(ann: Listener, limit: int) -> None:
    pages = await take(ann, value=0, limit=limit)
    queried = [track for page in pages for track in page["tracks"]]  # type: ignore[attr-defined]
    assert len(queried) == len({track["id"] for track in queried}) == 12
    assert len({track["artists"][0]["id"] for track in queried}) == 12
    assert (pages[-1]["answered"], pages[-1]["done"], pages[-1]["likes"]) == (12, True, 0)
    assert pages[0]["candidates"] >= 40  # type: ignore[operator]


async def test_the_test_stops_early_when_enough_is_liked(ann: Listener) -> None:
    pages = await take(ann, value=1, limit=1)
    assert (pages[-1]["answered"], pages[-1]["likes"], pages[-1]["done"]) == (8, 8, True)
    assert len(await ann.liked()) == 8


async def test_answers_are_feedback_and_neutral_is_no_opinion(ann: Listener) -> None:
    first, second, third = (await ann.request("GET", f"{PATH}?limit=3")).json()["tracks"]
    answers = [{"track": track["id"], "value": value} for track, value in ((first, 1), (second, -1), (third, 0))]
    page = (await ann.request("POST", PATH, json={"answers": answers})).json()
    feedback = await ann.user_feedback()
    assert (feedback["likes"], feedback["dislikes"]) == ([first["id"]], [second["id"]])
    assert (page["answered"], page["likes"], page["refused"]) == (3, 1, [])
    again = {track["id"] for track in page["tracks"]}
    assert again.isdisjoint({first["id"], second["id"], third["id"]})


async def test_answers_adapt_the_next_tracks(ann: Listener, ben: Listener) -> None:
    first = (await ann.request("GET", f"{PATH}?limit=2")).json()["tracks"]
    assert first == (await ben.request("GET", f"{PATH}?limit=2")).json()["tracks"]
    responses = []
    for listener, values in ((ann, (1, -1)), (ben, (-1, 1))):
        answers = [{"track": track["id"], "value": value} for track, value in zip(first, values, strict=True)]
        responses.append((await listener.request("POST", PATH, json={"answers": answers})).json()["tracks"])
    assert responses[0] != responses[1]


async def test_earlier_likes_count_as_ratings(ann: Listener, ben: Listener) -> None:
    [track] = (await ann.request("GET", f"{PATH}?limit=1")).json()["tracks"]
    await ann.like(track["id"])
    page = (await ann.request("GET", f"{PATH}?limit=12")).json()
    assert page["answered"] == 0
    assert track["id"] not in {one["id"] for one in page["tracks"]}


@pytest.mark.must("S0-31")
async def test_only_tracks_of_the_wanted_genres(ann: Listener) -> None:
    page = (await ann.request("GET", f"{PATH}?genres=AMBER&genres=polka&limit=12")).json()
    assert page["tracks"]
    assert all("amber" in track["genres"] for track in page["tracks"])
    assert page["unknown_genres"] == ["polka"]


async def test_an_unknown_genre_alone_ends_the_test_and_says_why(ann: Listener) -> None:
    page = (await ann.request("GET", f"{PATH}?genres=polka")).json()
    assert (page["tracks"], page["done"], page["unknown_genres"], page["candidates"]) == ([], True, ["polka"], 0)


async def test_an_unknown_track_is_refused_and_loses_no_other(ann: Listener) -> None:
    answers = [{"track": UNKNOWN, "value": 1}, {"track": HALO, "value": 1}]
    page = (await ann.request("POST", PATH, json={"answers": answers})).json()
    assert [row["track"] for row in page["refused"]] == [UNKNOWN]
    assert page["answered"] == 1
    assert await ann.liked() == [HALO]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answers": []},
        {"answers": [{"track": HALO, "value": 2}]},
        {"answers": [{"track": HALO, "value": "like"}]},
        {"answers": [{"track": HALO, "value": False}]},
        {"answers": [{"track": "no id", "value": 1}]},
        {"answers": [{"track": HALO, "value": 1}] * 51},
    ],
)
async def test_malformed_answers_are_422(ann: Listener, body: dict[str, object]) -> None:
    assert (await ann.request("POST", PATH, json=body)).status_code == 422


async def test_restarting_keeps_likes_and_forgets_neutral_answers(ann: Listener, ben: Listener) -> None:
    first = (await ann.request("GET", f"{PATH}?limit=2")).json()["tracks"]
    answers = [{"track": first[0]["id"], "value": 1}, {"track": first[1]["id"], "value": 0}]
    await ann.request("POST", PATH, json={"answers": answers})
    assert (await ann.request("DELETE", PATH)).status_code == 204
    page = (await ann.request("GET", f"{PATH}?limit=12")).json()
    assert page["answered"] == 0
    assert await ann.liked() == [first[0]["id"]]
    await ben.like(first[0]["id"])
    fresh = (await ben.request("GET", f"{PATH}?limit=12")).json()
    assert [track["id"] for track in page["tracks"]] == [track["id"] for track in fresh["tracks"]]


async def test_every_persons_test_is_their_own(ann: Listener, ben: Listener) -> None:
    await take(ann, value=0)
    assert (await ben.request("GET", PATH)).json()["answered"] == 0


async def test_guests_and_narrow_keys_are_refused(client: AsyncClient, issuer: Issuer) -> None:
    assert (await client.get(PATH)).status_code == 401
    reader = Listener(client, issuer, "catalog:read")
    assert (await reader.request("GET", PATH)).status_code == 200
    answer = await reader.request("POST", PATH, json={"answers": [{"track": HALO, "value": 1}]})
    assert answer.status_code == 403


async def test_without_a_release_the_answer_says_what_to_do(tmp_path: Path, issuer: Issuer) -> None:
    async with running(tmp_path, issuer.transport) as client:
        answer = await Listener(client, issuer).request("GET", PATH)
        assert answer.status_code == 503
        assert "publish" in answer.json()["detail"]
        assert (await client.get("/v1/genres")).status_code == 503


# -- genres and artists --------------------------------------------------------------------------------------------
async def test_genres_are_counted_the_most_frequent_first(client: AsyncClient, release: Release) -> None:
    page = (await client.get("/v1/genres")).json()
    counts = {item["name"]: item["tracks"] for item in page["items"]}
    assert set(counts) == {*worlds.SCENES, "odd", "even"}
    assert page["total"] == 6
    assert [item["tracks"] for item in page["items"]] == sorted(counts.values(), reverse=True)
    amber = sum(b'"amber"' in release.card(row) for row in range(release.size))
    assert counts["amber"] == amber
    assert len((await client.get("/v1/genres?limit=2")).json()["items"]) == 2


async def test_an_artists_tracks_are_paged_without_a_gap(client: AsyncClient) -> None:
    artist = (await client.get(f"/v1/tracks/{worlds.track_id(10)}")).json()["artists"][0]["id"]
    found = (await client.get(f"/v1/artists/{artist}")).json()
    ids, cursor = [], ""
    while cursor is not None:
        page = (await client.get(f"/v1/artists/{artist}/tracks?limit=2{cursor and '&cursor=' + cursor}")).json()
        ids += [track["id"] for track in page["items"]]
        cursor = page["next_cursor"]
    assert ids == [track["id"] for track in found["top_tracks"]]
    assert len(ids) == found["track_count"]


async def test_an_unknown_artist_and_a_foreign_cursor_are_refused(client: AsyncClient) -> None:
    assert (await client.get(f"/v1/artists/{UNKNOWN}/tracks")).status_code == 404
    artist = (await client.get(f"/v1/tracks/{worlds.track_id(10)}")).json()["artists"][0]["id"]
    assert (await client.get(f"/v1/artists/{artist}/tracks?cursor=abc")).status_code == 422


async def test_a_release_without_the_column_of_main_artists_is_asked_about_all_the_same(
    data: Path, issuer: Issuer
) -> None:
    release = open_current(data / "releases")
    assert release is not None
    manifest = release.path / "manifest.json"
    described = orjson.loads(manifest.read_bytes())
    del described["files"]["columns/main_artist.npy"]
    manifest.write_bytes(orjson.dumps(described))
    (release.path / "columns" / "main_artist.npy").unlink()
    async with running(data, issuer.transport) as client:
        await until(client, "ok")
        page = (await Listener(client, issuer).request("GET", PATH)).json()
    assert len(page["tracks"]) == 4

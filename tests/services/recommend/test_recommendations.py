"""POST /v1/recommendations on a world whose answer is planted: four scenes that never share a playlist."""

from typing import Any

import httpx2
import numpy as np
import pytest

from kit.query import Pooling
from kit.release_current import open_current
from kit.wire.recommend_response import Recommendations
from tests import worlds

pytestmark = pytest.mark.anyio
AMBER, BASALT = 0, 50


def seeds(*numbers: int) -> list[dict[str, Any]]:
    return [{"track": worlds.track_id(number)} for number in numbers]


async def recommended(client: httpx2.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/v1/recommendations", json=body)
    assert answer.status_code == 200, answer.text
    Recommendations.model_validate(answer.json())
    found: dict[str, Any] = answer.json()
    return found


def scenes(found: dict[str, Any]) -> set[str]:
    return {item["track"]["title"].split()[0] for item in found["tracks"]}


def ids_of(found: dict[str, Any]) -> list[str]:
    return [item["track"]["id"] for item in found["tracks"]]


@pytest.mark.must("S0-57", "S1-01")
async def test_three_seeds_of_one_island_bring_twenty_tracks_of_that_island(client: httpx2.AsyncClient) -> None:
    found = await recommended(client, seeds=seeds(0, 5, 10), limit=20, dials={"per_artist": 20})
    assert len(found["tracks"]) == 20
    assert scenes(found) == {"Amber"}
    assert not set(ids_of(found)) & {worlds.track_id(n) for n in (0, 5, 10)}


@pytest.mark.must("S1-04", "S1-17")
async def test_every_track_has_a_score_that_never_rises_and_a_reason_whose_shares_sum_to_one(
    client: httpx2.AsyncClient,
) -> None:
    found = await recommended(client, seeds=seeds(0, 5, 10))
    values = [item["score"] for item in found["tracks"]]
    assert values == sorted(values, reverse=True)
    titles = {"Amber Song 0", "Amber Song 5", "Amber Song 10"}
    for item in found["tracks"]:
        reason = item["reason"]
        assert sum(seed["share"] for seed in reason["seeds"]) == pytest.approx(1.0, abs=0.01)
        assert {seed["title"] for seed in reason["seeds"]} == titles
        assert reason["text"].startswith(reason["seeds"][0]["title"])


async def test_the_evidence_is_the_number_of_playlists_that_hold_both(
    client: httpx2.AsyncClient,
) -> None:
    together: dict[tuple[str, str], int] = {}
    for _, group in worlds.entries().group_by("playlist_id"):
        held = group["track_id"].to_list()
        for first in held:
            for second in held:
                together[first, second] = together.get((first, second), 0) + 1
    found = await recommended(client, seeds=seeds(0), mode="similar", limit=30)
    reported = [item for item in found["tracks"] if item["reason"]["together_in"]]
    assert len(reported) >= 5
    for item in reported:
        assert item["reason"]["together_in"] == together[worlds.track_id(0), item["track"]["id"]]
        assert f"in {item['reason']['together_in']} playlist" in item["reason"]["text"]


async def test_similar_mode_is_the_exact_ranking_of_the_published_vectors(
    client: httpx2.AsyncClient, published: Any
) -> None:
    release = open_current(published / "releases")
    assert release is not None
    rows = release.rows([worlds.track_id(n) for n in (0, 55, 110)])
    queries = np.asarray(release.query_vectors("graph"), np.float32)[rows]
    scores = (
        np.asarray(release.index_vectors("graph"), np.float32)
        @ Pooling.of(release, "graph").pool(queries, np.ones(3)).vector
    )
    group = np.asarray(release.column("group"))[: release.embedded]
    scores[np.isin(group, group[rows])] = -np.inf
    scores[~np.any(release.index_vectors("graph"), axis=1)] = -np.inf
    found = await recommended(client, seeds=seeds(0, 55, 110), mode="similar", limit=50)
    expected = [release.track_id(int(row)) for row in np.argsort(-scores, kind="stable")[:50]]
    assert ids_of(found) == expected
    assert [item["score"] for item in found["tracks"]] == pytest.approx(np.sort(-scores)[:50] * -1, abs=2e-4)


async def test_an_avoided_track_and_its_island_sink(client: httpx2.AsyncClient) -> None:
    plain = await recommended(client, seeds=seeds(0, 55), mode="similar", limit=20)
    wary = await recommended(client, seeds=seeds(0, 55), avoid=seeds(60), mode="similar", limit=20)
    count = [sum(item["track"]["title"].startswith("Basalt") for item in found["tracks"]) for found in (plain, wary)]
    assert count[1] < count[0]
    assert worlds.track_id(60) not in ids_of(wary)


async def test_no_artist_has_more_tracks_than_the_dial_allows(client: httpx2.AsyncClient) -> None:
    found = await recommended(client, seeds=seeds(0), dials={"per_artist": 1}, limit=9)
    artists = [item["track"]["artists"][0]["name"] for item in found["tracks"]]
    assert len(artists) == len(set(artists))


async def test_lists_show_one_version_of_a_recording_and_the_pure_ranking_shows_all(
    client: httpx2.AsyncClient,
) -> None:
    versions = {worlds.track_id(0), worlds.track_id(1)}
    balanced = await recommended(client, seeds=seeds(7), limit=40, dials={"per_artist": 40})
    similar = await recommended(client, seeds=seeds(7), limit=200, mode="similar")
    assert len(versions & set(ids_of(balanced))) == 1
    assert versions <= set(ids_of(similar))


@pytest.mark.must("S0-24", "S0-32")
async def test_another_set_repeats_no_track_and_the_same_set_is_the_same_answer(client: httpx2.AsyncClient) -> None:
    lists = [ids_of(await recommended(client, seeds=seeds(0), limit=8, set=n)) for n in (1, 2, 3)]
    assert len({item for found in lists for item in found}) == 24
    assert lists[1] == ids_of(await recommended(client, seeds=seeds(0), limit=8, set=2))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("energy", 0.25, 0.45),
        ("year", 1990, 1995),
        ("tempo", None, 95),
        ("duration_ms", 200_000, 230_000),
        ("popularity", 60, None),
    ],
)
async def test_a_range_is_exact_in_what_it_returns(
    client: httpx2.AsyncClient, published: Any, name: str, low: float | None, high: float | None
) -> None:
    bounds = {key: value for key, value in (("min", low), ("max", high)) if value is not None}
    found = await recommended(client, seeds=seeds(0), mode="similar", limit=500, filters={name: bounds})
    everything = await recommended(client, seeds=seeds(0), mode="similar", limit=500)

    def passes(item: dict[str, Any]) -> bool:
        track = item["track"]
        value = track[name] if name in track else (track["features"] or {}).get(name)
        return value is not None and (low is None or value >= low) and (high is None or value <= high)

    assert ids_of(found) == [item["track"]["id"] for item in everything["tracks"] if passes(item)]
    assert 0 < len(found["tracks"]) < len(everything["tracks"])


@pytest.mark.must("S3-18")
async def test_genres_and_explicit_filter_exactly(client: httpx2.AsyncClient) -> None:
    found = await recommended(
        client, seeds=seeds(0), mode="similar", limit=500, filters={"genres": ["even"], "explicit": False}
    )
    assert found["tracks"]
    assert all("even" in item["track"]["genres"] and item["track"]["explicit"] is not True for item in found["tracks"])


async def test_ranges_that_nothing_satisfies_give_an_empty_list(client: httpx2.AsyncClient) -> None:
    found = await recommended(client, seeds=seeds(0), filters={"year": {"min": 2900}})
    assert found["tracks"] == []
    assert found["pool"]["candidates"] == 0


@pytest.mark.must("S2-10")
async def test_a_sound_alone_finds_the_island_that_sounds_so(client: httpx2.AsyncClient) -> None:
    found = await recommended(
        client, seeds=[{"features": {"energy": 0.8, "loudness": -10, "acousticness": 0.2, "tempo": 150}}], limit=10
    )
    dune = sum(item["track"]["title"].startswith("Dune") for item in found["tracks"])
    assert dune >= 8
    assert found["tracks"][0]["reason"]["seeds"] == [{"track": None, "features": True, "title": None, "share": 1.0}]


async def test_a_track_in_no_playlist_is_placed_by_its_sound_and_says_so(client: httpx2.AsyncClient) -> None:
    found = await recommended(client, seeds=seeds(49), mode="similar", limit=20)
    assert found["unknown"] == []
    amber = sum(item["track"]["title"].startswith("Amber") for item in found["tracks"])
    assert amber >= 15
    everything = await recommended(client, seeds=seeds(0), mode="similar", limit=500)
    placed = [item for item in everything["tracks"] if item["track"]["in_release"] == "placed by sound"]
    assert placed
    assert {"its sound", "its artist"} == {
        item["reason"]["text"].split("placed by ")[1].split(",")[0] for item in placed
    }


@pytest.mark.must("S1-03")
async def test_words_are_searched_for_and_misspelt_words_too(client: httpx2.AsyncClient) -> None:
    by_text = await recommended(client, seeds=[{"text": "Basalt Band 10 Basalt Song 0"}], mode="similar")
    by_typo = await recommended(client, seeds=[{"text": "basallt song 0 basalt band 10"}], mode="similar")
    assert ids_of(by_text) == ids_of(await recommended(client, seeds=seeds(BASALT), mode="similar"))
    assert scenes(by_typo) == {"Basalt"}


async def test_unknown_seeds_are_listed_and_the_rest_is_answered(client: httpx2.AsyncClient) -> None:
    outsider = "7KXjTSCq5nL1LoYtL7XAwS"
    found = await recommended(client, seeds=[*seeds(0, 46), {"track": outsider}, {"text": "zzzzqqqq xxyy"}])
    assert found["unknown"] == [worlds.track_id(46), outsider]
    assert found["unknown_texts"] == ["zzzzqqqq xxyy"]
    assert scenes(found) == {"Amber"}


@pytest.mark.must("S1-03")
async def test_only_unknown_seeds_is_no_usable_seed(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/v1/recommendations", json={"seeds": seeds(46)})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "no_usable_seed"
    assert body["unknown"] == [worlds.track_id(46)]
    assert "/v1/search" in body["detail"]


GOOD = {"track": "7KXjTSCq5nL1LoYtL7XAwS"}


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"seeds": [{"track": "abc"}]}, "seeds.0.track"),
        ({"seeds": [GOOD], "limit": 0}, "limit"),
        ({"seeds": [GOOD], "limit": 501}, "limit"),
        ({"seeds": [GOOD], "limit": 500, "set": 11}, "body"),
        ({"seeds": []}, "seeds"),
        ({"seeds": [GOOD] * 501}, "seeds"),
        ({"seeds": [{"text": "la"}] * 51}, "more than 50 seeds are text"),
        ({"seeds": [{}]}, "exactly one"),
        ({"seeds": [{**GOOD, "text": "la"}]}, "exactly one"),
        ({"seeds": [{"features": {"energy": 1}, "text": "la"}]}, "exactly one"),
        ({"seeds": [{"features": {}}]}, "at least one feature"),
        ({"seeds": [{**GOOD, "weight": -1}]}, "weight"),
        ({"seeds": [GOOD], "filters": {"energy": {"min": 0.9, "max": 0.1}}}, "min 0.9 is above max 0.1"),
        ({"seeds": [GOOD], "filters": {"energy": {}}}, "needs min, max or both"),
        ({"seeds": [GOOD], "filters": {"energy": {"min": 7}}}, "expected a number from 0 to 1"),
        ({"seeds": [GOOD], "filters": {"tempo": {"max": 10**400}}}, "valid number"),
        ({"seeds": [GOOD], "filters": {"energie": {"min": 0}}}, "filters.energie"),
        ({"seeds": [GOOD], "mode": "best"}, "mode"),
        ({"seeds": "abc"}, "seeds"),
        ([1, 2], "body"),
        ("text", "body"),
    ],
)
async def test_a_malformed_request_is_422_and_says_where(client: httpx2.AsyncClient, body: Any, at: str) -> None:
    answer = await client.post("/v1/recommendations", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "malformed"
    assert at in answer.json()["detail"]
    assert "Value error" not in answer.text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize(
    "position",
    [
        '"seeds":[{%s,"weight":%s}]',
        '"seeds":[{%s}],"filters":{"energy":{"min":%s}}',
        '"seeds":[{%s}],"dials":{"variety":%s}',
    ],
)
async def test_a_number_that_is_none_is_422(client: httpx2.AsyncClient, number: str, position: str) -> None:
    body = "{" + position % (f'"track":"{GOOD["track"]}"', number) + "}"
    answer = await client.post("/v1/recommendations", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"seeds": [{"text": "\\ud800"}]}'])
async def test_a_body_that_is_not_json_is_422(client: httpx2.AsyncClient, content: bytes) -> None:
    answer = await client.post("/v1/recommendations", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text


@pytest.mark.must("S1-10")
async def test_similar_leaves_out_the_track_itself(client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"/v1/tracks/{worlds.track_id(0)}/similar", params={"limit": 6})
    assert answer.status_code == 200
    assert len(answer.json()["tracks"]) == 6
    assert worlds.track_id(0) not in ids_of(answer.json())
    assert ids_of(answer.json()) == ids_of(await recommended(client, seeds=seeds(0), mode="similar", limit=6))


@pytest.mark.parametrize(("path", "status"), [("abc", 422), ("7KXjTSCq5nL1LoYtL7XAwS", 404)])
async def test_similar_of_what_is_no_track_or_unknown(client: httpx2.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(f"/v1/tracks/{path}/similar")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_current_release_tells_its_counts(client: httpx2.AsyncClient) -> None:
    current = (await client.get("/v1/releases/current")).json()
    listed = (await client.get("/v1/releases")).json()["items"]
    assert listed == [current]
    assert current["current"] is True
    assert current["counts"]["vectors"] > 180


async def test_the_features_of_the_release_are_told_as_distributions(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/v1/releases/current/features")).json()
    assert answer["release"] == (await client.get("/v1/releases/current")).json()["version"]
    found = {item["name"]: item for item in answer["items"]}
    assert {"energy", "valence", "tempo"} <= set(found)
    assert found["energy"]["tracks"] > 180
    assert sum(found["energy"]["shares"]) == pytest.approx(1, abs=0.001)

"""Seeds given in words: what the answer says of them, what counts once, and what slow look-ups may cost."""

from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from kit.http import BREAKS
from services.recommend.retrieval.text_seeds import AT_ONCE
from tests import worlds
from tests.services.recommend.people import PATIENT_S, house
from tests.services.recommend.test_recommendations import BASALT, ids_of, recommended, scenes, seeds

pytestmark = pytest.mark.anyio
TRACK = "Basalt Song 0 Basalt Band 10"


def texts(*of: str, **more: Any) -> list[dict[str, Any]]:
    return [{"text": text} | more for text in of]


def text_of(number: int) -> str:
    return f"{worlds.title(number)} {worlds.artist_name(number)}"


async def test_the_answer_says_what_each_text_was_taken_for_and_how_surely(client: httpx2.AsyncClient) -> None:
    queried = [TRACK, "basallt song 0 basalt band 10", worlds.track_id(BASALT), "zzzzqqqq xxyy"]
    found = await recommended(client, seeds=texts(*queried))
    artist = {"id": found["resolved"][0]["artist"]["id"], "name": "Basalt Band 10"}
    track = {"track": worlds.track_id(BASALT), "title": "Basalt Song 0", "artist": artist}
    assert found["resolved"] == [
        {"text": TRACK, "confidence": 1.0, "by": "exact"} | track,
        {"text": "basallt song 0 basalt band 10", "confidence": 0.9, "by": "fuzzy"} | track,
        {"text": worlds.track_id(BASALT), "confidence": 1.0, "by": "id"} | track,
    ]
    assert found["unknown_texts"] == ["zzzzqqqq xxyy"]


@pytest.mark.parametrize("text", ["Basalt Song 0 Amber Bond 0", "Basalt Song 777", "Cobalt Song 0 by Nobody", "Song"])
async def test_another_track_of_that_name_is_no_seed(client: httpx2.AsyncClient, text: str) -> None:
    answer = await client.post("/v1/recommendations", json={"seeds": texts(text)})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_usable_seed")
    assert answer.json()["unknown_texts"] == [text]


async def test_where_only_the_artist_is_known_the_artist_is_the_seed_and_the_answer_says_so(
    client: httpx2.AsyncClient,
) -> None:
    found = await recommended(
        client, seeds=texts("A Song Of Nobody - Basalt Band 10"), limit=30, dials={"per_artist": 30}
    )
    [resolved] = found["resolved"]
    assert (resolved["by"], resolved["track"], resolved["title"]) == ("artist", None, None)
    assert resolved["artist"]["name"] == "Basalt Band 10"
    assert scenes(found) == {"Basalt"}
    assert {"Basalt Band 10"} < {track["track"]["artists"][0]["name"] for track in found["tracks"]}
    for track in found["tracks"]:
        assert track["reason"]["text"].startswith("Songs by Basalt Band 10: ")
        share = {"track": None, "features": False, "title": "Basalt Band 10", "artist": resolved["artist"]["id"]}
        assert track["reason"]["seeds"] == [share | {"share": 1.0}]


async def test_texts_and_ids_that_mean_one_track_are_one_seed(client: httpx2.AsyncClient) -> None:
    once = await recommended(client, seeds=[*seeds(0, BASALT)], mode="similar", limit=40)
    several = [*seeds(0, BASALT, BASALT), *texts(TRACK, "basalt band 10 - basalt song 0", TRACK)]
    found = await recommended(client, seeds=several, mode="similar", limit=40)
    assert ids_of(found) == ids_of(once)
    assert [track["reason"] for track in found["tracks"]] == [track["reason"] for track in once["tracks"]]
    assert {len(track["reason"]["seeds"]) for track in found["tracks"]} == {2}


async def test_of_seeds_that_mean_one_track_the_heaviest_counts(client: httpx2.AsyncClient) -> None:
    heavy = [*seeds(0), {"track": worlds.track_id(BASALT), "weight": 5.0}]
    mixed = [*seeds(0), *texts(TRACK), *texts(TRACK, weight=5.0), *texts(TRACK, weight=0.5)]
    first, second = [await recommended(client, seeds=some, mode="similar", limit=40) for some in (heavy, mixed)]
    assert [track["score"] for track in first["tracks"]] == [track["score"] for track in second["tracks"]]


async def test_texts_that_were_found_in_time_are_the_seeds_and_the_answer_says_so(
    published: Path, tmp_path: Path
) -> None:
    queried = [text_of(number) for number in (0, 5, 10, 15, 20, 25, 30)]
    assert len(queried) > AT_ONCE
    async with house(published, tmp_path, texts_wait_s=1.5) as home:
        home.wire.late_s, home.wire.late_for = 2 * PATIENT_S, queried[-1].encode()
        found = await home.person().posts(seeds=texts(*queried), mode="similar")
    assert found["degraded"] == "texts_unfinished"
    assert [one["text"] for one in found["resolved"]] == queried[:AT_ONCE]
    assert found["unknown_texts"] == queried[AT_ONCE:]


async def test_slow_texts_do_not_cut_off_the_tastes(published: Path, tmp_path: Path) -> None:
    async with house(published, tmp_path, texts_wait_s=0.05) as home:
        person = home.person()
        await person.record("like", 0, 5, 10)
        home.wire.late_s, home.wire.late_for = PATIENT_S, b"/internal/search:batch"
        body = {"seeds": [*seeds(BASALT), *texts(TRACK)]}
        async with anyio.create_task_group() as guests:  # at once: what succeeds in between starts the count anew
            for _ in range(2 * BREAKS):
                guests.start_soon(partial(home.recommends[0].post, "/v1/recommendations", json=body))
        mine = await home.person().gets()
        liked = await person.gets()
    assert (mine["degraded"], liked["degraded"]) == (None, None)
    assert scenes(liked) == {"Amber"}

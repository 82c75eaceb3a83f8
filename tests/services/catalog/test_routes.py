"""Tests of catalog's routes with valid and invalid requests."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from kit import ids
from tests import worlds

pytestmark = pytest.mark.anyio
UNKNOWN = ids.derive(mbid="in no release")
TOO_LARGE = "Z" * 22

WRONG_BODIES = (
    *(b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"ids": "x"}', b'{"ids": [1]}', b'{"ids": [null]}'),
    *(b'{"ids": ["short"]}', b'{"ids": ["\\ud800"]}', b'{"texts": ["\\ud800"]}', b'{"texts": [""]}', b'{"ids": {}}'),
    f'{{"ids": ["{UNKNOWN}"], "more": 1}}'.encode(),
    f'{{"ids": ["{TOO_LARGE}"]}}'.encode(),
)
WRONG_SEARCHES = (
    *({}, {"q": ""}, {"q": "   "}, {"q": "x" * 201}, {"q": "x" * 10_000}),
    *({"q": "x", "limit": limit} for limit in (0, -1, 51, "many", 10**30, "1.5", "nan")),
    *({"q": "x", "by": by} for by in ("genre", "")),
)
STRANGE_WORDS = (
    *('"', "*", "NEAR(", "'; drop table tracks; --", "%", "(", "title:x", "AND", "-", "^x", "{title}: x", "\\", "?"),
    *("\x00", "\x01\x02", "a\x00b", "\u202e", "\ufffd", "\u0301", "\U0001f600", "x" * 200, "ab " * 66),
)


async def searched(reader: AsyncClient, q: str, **more: object) -> list[str]:
    answer = await reader.get("/v1/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def test_a_track_is_answered_as_the_contract_has_it(reader: AsyncClient) -> None:
    answer = await reader.get(f"/v1/tracks/{worlds.track_id(6)}")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["id"], body["title"], body["artists"][0]["name"]) == (worlds.track_id(6), "Halo", "Beyoncé")
    assert (body["year"], body["duration_ms"], body["genres"]) == (1976, 186_000, ["amber", "even"])
    assert (body["in_release"], body["like"]) == ("learned", None)
    assert 0 < body["popularity"] <= 100
    assert 80 <= body["features"]["tempo"] <= 100


async def test_placed_and_unknown_tracks_say_so_and_null_stays_null(reader: AsyncClient) -> None:
    answer = await reader.post("/v1/tracks:batch", json={"ids": [worlds.track_id(i) for i in (49, 48, 47)]})
    placed, unknown, bare = answer.json()["items"]
    assert (placed["in_release"], unknown["in_release"], bare["in_release"]) == (
        "placed by sound",
        "unknown",
        "learned",
    )
    assert (unknown["features"], bare["features"], bare["year"], bare["duration_ms"]) == (None, None, None, None)


@pytest.mark.parametrize("path", ["/v1/tracks", "/v1/artists"])
async def test_an_unknown_id_is_404_and_a_malformed_one_422(reader: AsyncClient, path: str) -> None:
    missing = await reader.get(f"{path}/{UNKNOWN}")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert UNKNOWN in missing.json()["detail"]
    for malformed in ("short", UNKNOWN + "x", TOO_LARGE, "%00" * 22, "é" * 22, UNKNOWN[:-1] + "-", UNKNOWN + "%0A"):
        answer = await reader.get(f"{path}/{malformed}")
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), malformed
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_batch_keeps_order_and_duplicates_and_names_the_unknown_once(reader: AsyncClient) -> None:
    a, b = worlds.track_id(5), worlds.track_id(3)
    answer = await reader.post("/v1/tracks:batch", json={"ids": [a, UNKNOWN, b, a, UNKNOWN]})
    assert answer.status_code == 200
    assert [item["id"] for item in answer.json()["items"]] == [a, b, a]
    assert answer.json()["unknown"] == [UNKNOWN]


async def test_a_batch_of_500_is_answered_and_one_of_none_or_501_is_not(reader: AsyncClient) -> None:
    one = worlds.track_id(5)
    assert len((await reader.post("/v1/tracks:batch", json={"ids": [one] * 500})).json()["items"]) == 500
    for wrong in ([], [one] * 501):
        assert (await reader.post("/v1/tracks:batch", json={"ids": wrong})).status_code == 422


@pytest.mark.parametrize("body", WRONG_BODIES)
async def test_a_wrong_body_is_422(reader: AsyncClient, body: bytes) -> None:
    for path in ("/v1/tracks:batch", "/internal/search:batch"):
        answer = await reader.post(path, content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), path


@pytest.mark.must("S1-18")
async def test_misspelt_unaccented_and_reversed_words_find_the_track_first(reader: AsyncClient) -> None:
    for words, title in {
        "metalica": "Nothing Else Matters",
        "nirvan": "Smells Like Teen Spirit",
        "beyonce halo": "Halo",
        "hey ya outkast": "Hey Ya!",
        "OUTKATS hey ya": "Hey Ya!",
    }.items():
        assert (await searched(reader, words))[0] == title, words


async def test_search_reads_the_names_it_is_told_to(reader: AsyncClient) -> None:
    assert set(await searched(reader, "beyonce", by="artist")) == {"Halo", "Crazy In Love"}
    assert await searched(reader, "beyonce", by="title") == []


async def test_pages_follow_each_other_and_end(reader: AsyncClient) -> None:
    whole, cursor = [], None
    for _ in range(100):
        wanted = {"q": "amber song", "limit": 7} | ({"cursor": cursor} if cursor else {})
        page = (await reader.get("/v1/search", params=wanted)).json()
        whole += [item["id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(whole) == len(set(whole)) > 40


async def test_an_offset_begins_where_a_cursor_would(reader: AsyncClient) -> None:
    async def page(**query: Any) -> Any:
        return (await reader.get("/v1/search", params={"q": "amber song", "limit": 7} | query)).json()

    first = await page()
    following = await page(cursor=first["next_cursor"])
    assert await page(offset=7) == following
    assert first["total"] == following["total"] == len((await page(limit=50))["items"])
    assert (await page(offset=1_000))["items"] == []
    both = await reader.get("/v1/search", params={"q": "amber song", "offset": 7, "cursor": first["next_cursor"]})
    assert (both.status_code, both.json()["code"]) == (422, "malformed")


async def test_a_changed_or_foreign_cursor_is_422(reader: AsyncClient) -> None:
    cursor = (await reader.get("/v1/search", params={"q": "amber song", "limit": 5})).json()["next_cursor"]
    changed = [cursor[:at] + ("B" if cursor[at] == "A" else "A") + cursor[at + 1 :] for at in range(len(cursor))]
    for wrong in [*changed, cursor[:-1], cursor + "A", "", "x", "é", "\x00", "A" * 100, "A" * 10_000]:
        answer = await reader.get("/v1/search", params={"q": "amber song", "cursor": wrong})
        assert answer.status_code == 422, wrong
    for foreign in ({"q": "basalt song"}, {"q": "amber song", "by": "title"}):
        assert (await reader.get("/v1/search", params={**foreign, "cursor": cursor})).status_code == 422


@pytest.mark.parametrize("wanted", WRONG_SEARCHES)
async def test_a_malformed_search_is_422(reader: AsyncClient, wanted: dict[str, object]) -> None:
    answer = await reader.get("/v1/search", params=wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("q", STRANGE_WORDS)
async def test_any_words_are_only_words(reader: AsyncClient, q: str) -> None:
    for by in ("title", "artist", "both"):
        await searched(reader, q, by=by)
    assert (await searched(reader, "halo"))[0] == "Halo"


async def test_q_that_is_not_utf_8_does_no_harm(reader: AsyncClient) -> None:
    assert (await reader.get("/v1/search?q=%ff%fe")).status_code == 200


async def test_an_artist_shows_its_most_popular_tracks(reader: AsyncClient) -> None:
    artist = (await reader.get(f"/v1/tracks/{worlds.track_id(6)}")).json()["artists"][0]
    body = (await reader.get(f"/v1/artists/{artist['id']}")).json()
    assert (body["id"], body["name"], body["track_count"]) == (artist["id"], "Beyoncé", 2)
    popularity = [item["popularity"] for item in body["top_tracks"]]
    assert {item["title"] for item in body["top_tracks"]} == {"Halo", "Crazy In Love"}
    assert popularity == sorted(popularity, reverse=True)


@pytest.mark.must("S1-19")
async def test_texts_find_the_track_that_they_name_or_none(reader: AsyncClient) -> None:
    texts = [
        "Hey Ya! Outkast",
        "zxqwv kjhgf",
        "outkast hey ya",
        "Hey Ya! Outkast",
        "Metalica - nothing else maters",
        "😀",
    ]
    answer = await reader.post("/internal/search:batch", json={"texts": texts})
    assert answer.status_code == 200
    found = [match and match["track"]["title"] for match in answer.json()["matches"]]
    assert found == ["Hey Ya!", None, "Hey Ya!", "Hey Ya!", "Nothing Else Matters", None]


async def test_wrong_methods_and_addresses_are_problems(reader: AsyncClient) -> None:
    assert (await reader.delete("/v1/search?q=x")).status_code == 405
    assert (await reader.get("/v1/nothing")).json()["code"] == "not_found"

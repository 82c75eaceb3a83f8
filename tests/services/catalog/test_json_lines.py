"""Tests of JSON Lines: feedback and track lookups line by line, lists as lines."""

import json
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from kit.json_lines import LINE_BYTES, MOST_BYTES, MOST_LINES
from tests import worlds
from tests.services.catalog.listener import CRAZY, HALO, HEY_YA, TEEN, UNKNOWN, Listener, event

pytestmark = pytest.mark.anyio
LINES = {"content-type": "application/x-ndjson"}
AS_LINES = {"accept": "application/x-ndjson"}


def body(*rows: Any) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


def rows(answer: Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


async def send(ann: Listener, *given: Any, **headers: str) -> list[dict[str, Any]]:
    answer = await ann.request("POST", "/v1/me/feedback", content=body(*given), headers=LINES | headers)
    return rows(answer)


async def test_good_lines_count_and_each_bad_one_is_answered_by_its_number(ann: Listener) -> None:
    answers = await send(
        ann,
        event(HALO, "like"),
        b"",
        b"{not json",
        event(UNKNOWN, "like"),
        event(HALO, "adored"),
        event(HALO, "like") | {"trak": 1},
        b"[1]",
        event(CRAZY, "like"),
    )
    assert [(row["line"], row["status"]) for row in answers] == [
        *((1, "stored"), (3, "refused"), (4, "refused"), (5, "refused"), (6, "refused"), (7, "refused"), (8, "stored"))
    ]
    details = [row["detail"] for row in answers]
    assert all(
        word in detail
        for word, detail in zip(("not JSON", UNKNOWN, "kind: ", "'trak'", "object"), details[1:6], strict=True)
    )
    assert await ann.liked() == [CRAZY, HALO]


async def test_the_same_lines_with_the_same_key_change_nothing(ann: Listener) -> None:
    plays = [event(HALO, "play"), event(CRAZY, "play"), {}]
    first, again = [await send(ann, *plays, **{"idempotency-key": "k"}) for _ in range(2)]
    assert [row["status"] for row in first] == ["stored", "stored", "refused"]
    assert [row["status"] for row in again] == ["repeated", "repeated", "refused"]
    assert [row["id"] for row in first] == [row["id"] for row in again]


async def test_more_lines_than_a_batch_are_all_stored(ann: Listener) -> None:
    plays = [event(HALO, "play", at=f"2026-01-{1 + n // 60:02}T12:{n % 60:02}:00Z") for n in range(1_100)]
    answers = await send(ann, *plays)
    assert [row["line"] for row in answers] == list(range(1, 1_101))
    assert {row["status"] for row in answers} == {"stored"}
    sent = rows(await ann.request("GET", "/v1/me/plays", headers=AS_LINES))
    assert len({row["id"] for row in sent[:-1]}) == 1_100
    assert sent[-1] == {"next_cursor": None}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"\n \n", 422),
        (b"{}\n" * (MOST_LINES + 1), 413),
        (b"x" * (MOST_BYTES + 1), 413),
        (b"\n" * (2 * MOST_LINES + 1), 413),
    ],
    ids=["blank", "lines", "bytes", "blank lines"],
)
async def test_a_body_out_of_bounds_is_refused_whole(ann: Listener, content: bytes, status: int) -> None:
    answer = await ann.request("POST", "/v1/me/feedback", content=content, headers=LINES)
    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_a_line_that_is_too_long_costs_no_other(ann: Listener) -> None:
    answers = await send(ann, event(HALO, "like") | {"context": "x" * LINE_BYTES}, event(CRAZY, "like"))
    assert [row["status"] for row in answers] == ["refused", "stored"]
    assert str(LINE_BYTES) in answers[0]["detail"]


async def test_lines_need_a_person_too(client: AsyncClient) -> None:
    answer = await client.post("/v1/me/feedback", content=body(event(HALO, "like")), headers=LINES)
    assert answer.status_code == 401


async def test_tracks_are_looked_up_line_by_line(client: AsyncClient, ann: Listener) -> None:
    await ann.like(HALO)
    content = body({"id": HALO}, {"id": UNKNOWN}, {"id": "?"}, {"id": HALO})
    guest = rows(await client.post("/v1/tracks:batch", content=content, headers=LINES))
    assert [row["status"] for row in guest] == ["found", "unknown", "refused", "found"]
    assert guest[0]["track"]["title"] == "Halo"
    assert all(row["detail"] for row in guest[1:3])
    own = rows(await ann.request("POST", "/v1/tracks:batch", content=content, headers=LINES))
    assert own[0]["track"]["like"] == 1


async def test_a_document_of_ids_may_be_answered_in_lines(client: AsyncClient) -> None:
    answer = await client.post("/v1/tracks:batch", json={"ids": [TEEN, UNKNOWN]}, headers=AS_LINES)
    assert [(row["line"], row["status"]) for row in rows(answer)] == [(1, "found"), (2, "unknown")]
    assert answer.headers["vary"] == "accept"


async def test_a_list_as_lines_ends_with_the_cursor_to_go_on_from(ann: Listener) -> None:
    for track in (HALO, CRAZY, TEEN, HEY_YA):
        await ann.like(track)
    first = rows(await ann.request("GET", "/v1/me/likes?limit=3", headers=AS_LINES))
    assert [row["track"]["id"] for row in first[:-1]] == [HEY_YA, TEEN, CRAZY]
    cursor = first[-1]["next_cursor"]
    last = rows(await ann.request("GET", f"/v1/me/likes?cursor={cursor}", headers=AS_LINES))
    assert [row.get("track", row).get("id") for row in last] == [HALO, None]
    assert last[-1] == {"next_cursor": None}


async def test_search_and_an_artists_tracks_come_as_the_same_tracks_in_lines(client: AsyncClient) -> None:
    artist = (await client.get(f"/v1/tracks/{worlds.track_id(20)}")).json()["artists"][0]["id"]
    for path in ("/v1/search?q=a", f"/v1/artists/{artist}/tracks?"):
        page = (await client.get(f"{path}&limit=50")).json()
        sent = rows(await client.get(f"{path}&limit=50", headers=AS_LINES))
        assert sent == [*page["items"], {"next_cursor": page["next_cursor"]}]
        assert page["items"]
        whole = rows(await client.get(path, headers=AS_LINES))
        assert whole[: len(page["items"])] == page["items"]
        assert whole[-1] == {"next_cursor": None}


async def test_a_wrong_cursor_is_refused_before_the_first_line(ann: Listener) -> None:
    answer = await ann.request("GET", "/v1/me/likes?cursor=nonsense", headers=AS_LINES)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")

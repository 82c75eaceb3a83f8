"""Tests of the play history: GET /v1/me/plays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.services.catalog.listener import CRAZY, HALO, TEEN, Listener, event

pytestmark = pytest.mark.anyio
PATH = "/v1/me/plays"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(minute: int) -> str:
    return (START + timedelta(minutes=minute)).isoformat()


async def pages(listener: Listener, limit: int) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while cursor is not None:
        answer = await listener.request("GET", f"{PATH}?limit={limit}{cursor and '&cursor=' + cursor}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
    return found


async def test_plays_come_by_when_they_happened_in_pages_without_gaps(ann: Listener, ben: Listener) -> None:
    plays = [event(HALO, "play", at=at(minute), ms=1_000 * minute) for minute in (5, 1, 3)]
    same = [event(track, "play", at=at(2)) for track in (HALO, CRAZY, TEEN)]
    await ann.record(*plays, *same, event(HALO, "skip", at=at(9)), event(HALO, "like"))
    await ben.record(event(HALO, "play", at=at(4)))
    await ann.like(HALO)
    found = await pages(ann, 2)
    assert [item["played_at"] for item in found] == sorted((item["played_at"] for item in found), reverse=True)
    assert len({item["id"] for item in found}) == len(found) == 6
    first = found[0]
    assert (first["track"]["id"], first["track"]["like"], first["ms"], first["counts"]) == (HALO, 1, 5_000, True)
    assert found == await pages(ann, 500)
    assert len(await pages(ben, 10)) == 1


async def test_an_undone_play_is_gone_and_an_excluded_one_does_not_count(ann: Listener) -> None:
    stored = await ann.record(event(HALO, "play", at=at(1)), event(CRAZY, "play", at=at(2), source="speaker"))
    await ann.undo(stored["results"][0]["id"])
    await ann.request("POST", "/v1/me/exclusions", json={"source": "speaker"})
    found = await pages(ann, 10)
    assert [(item["track"]["id"], item["source"], item["counts"]) for item in found] == [(CRAZY, "speaker", False)]


async def test_cursors_of_others_and_guests_are_refused(client: AsyncClient, ann: Listener, ben: Listener) -> None:
    await ann.record(*(event(HALO, "play", at=at(minute)) for minute in range(3)))
    cursor = (await ann.request("GET", f"{PATH}?limit=1")).json()["next_cursor"]
    for answer in (
        await ben.request("GET", f"{PATH}?cursor={cursor}"),
        await ann.request("GET", f"{PATH}?cursor=nonsense"),
        await ann.request("GET", f"{PATH}?limit=501"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert (await client.get(PATH)).status_code == 401

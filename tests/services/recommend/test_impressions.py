"""What was shown reaches catalog in the background, in few calls, and a catalog that is away costs no answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import anyio
import httpx2
import pytest

from kit.http import ServiceClient
from kit.wire.library import ImpressionBatch
from services.recommend.profile.catalog_client import CatalogClient
from services.recommend.profile.impressions import AT, MAX_TRACKS, Impressions
from tests import worlds
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
ANN, BEN = UUID(int=1), UUID(int=2)
TRACKS = [worlds.track_id(number) for number in range(20)]


class Library:
    """A catalog that keeps what it is told, or is away."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.away = False
        self.tried = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.tried += 1
        if self.away:
            return httpx2.Response(500)
        assert request.headers["authorization"] == "Segue-Service the-key"
        ImpressionBatch.model_validate_json(request.content)
        self.calls.append(json.loads(request.content)["lists"])
        return httpx2.Response(200, json={"lists": len(self.calls[-1])})

    @property
    def people(self) -> list[str]:
        return [shown["person"] for lists in self.calls for shown in lists]


@pytest.fixture
def library() -> Library:
    return Library()


@asynccontextmanager
async def telling(library: Library, every_s: float = 60, again_s: float = 60) -> AsyncIterator[Impressions]:
    """A queue whose work runs beside the test; closed in the end."""
    catalog = CatalogClient(
        ServiceClient("catalog", "http://catalog", TransportWire(httpx2.MockTransport(library))),
        "the-key",
        taste_wait_s=5,
    )
    impressions = Impressions(catalog, every_s, again_s)
    task = asyncio.create_task(impressions.run())
    yield impressions
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await impressions.close()


async def until(holds: Any) -> None:
    with anyio.fail_after(5):
        while not holds():  # noqa: ASYNC110
            await anyio.sleep(0.005)


async def test_lists_of_a_moment_travel_together_in_order(library: Library) -> None:
    async with telling(library, every_s=0.05) as impressions:
        for person in (ANN, BEN, ANN):
            impressions.add(person, "release-1", "taste", TRACKS)
        assert library.calls == []
        await until(lambda: library.calls)
    [lists] = library.calls
    assert [shown["person"] for shown in lists] == [str(ANN), str(BEN), str(ANN)]
    assert len({shown["id"] for shown in lists}) == 3
    assert {key: lists[0][key] for key in ("release", "source", "tracks")} == {
        "release": "release-1",
        "source": "taste",
        "tracks": TRACKS,
    }


async def test_many_lists_do_not_wait(library: Library) -> None:
    async with telling(library) as impressions:
        for _ in range(AT + 5):
            impressions.add(ANN, "r", "taste", TRACKS[:1])
        await until(lambda: library.calls)
        assert [len(lists) for lists in library.calls] == [AT]
    assert [len(lists) for lists in library.calls] == [AT, 5]


async def test_closing_tells_what_is_left_and_an_empty_list_is_none(library: Library) -> None:
    async with telling(library) as impressions:
        impressions.add(ANN, "r", "taste", [])
        impressions.add(BEN, "r", "taste", TRACKS)
    assert library.people == [str(BEN)]


async def test_what_failed_is_told_once_more_with_the_same_ids(library: Library) -> None:
    library.away = True
    async with telling(library, every_s=0.02, again_s=0.1) as impressions:
        impressions.add(ANN, "r", "taste", TRACKS)
        await until(lambda: library.tried)
        library.away = False
        assert impressions.unsent(ANN) == TRACKS
        impressions.add(BEN, "r", "taste", TRACKS[:2])
        await until(lambda: len(library.people) == 2)
        assert impressions.unsent(ANN) == []
    assert library.people == [str(ANN), str(BEN)]


async def test_what_failed_twice_is_given_up_and_later_lists_are_told(library: Library) -> None:
    library.away = True
    async with telling(library, every_s=0.02, again_s=0.02) as impressions:
        impressions.add(ANN, "r", "taste", TRACKS)
        await until(lambda: not impressions.unsent(ANN))
        library.away = False
        impressions.add(BEN, "r", "taste", TRACKS)
        await until(lambda: library.people)
    assert library.people == [str(BEN)]


async def test_the_oldest_lists_leave_a_queue_that_is_full(library: Library) -> None:
    async with telling(library) as impressions:
        impressions.add(ANN, "r", "taste", TRACKS)
        for _ in range(MAX_TRACKS // 500):
            impressions.add(BEN, "r", "taste", TRACKS[:1] * 500)
        assert impressions.unsent(ANN) == []
        assert len(impressions.unsent(BEN)) == MAX_TRACKS


@pytest.mark.parametrize("steps", range(4))
async def test_a_cancellation_at_the_moment_of_a_full_queue_ends_the_task(library: Library, steps: int) -> None:
    """asyncio.wait_for would return the result instead and swallow the cancellation."""
    async with telling(library) as impressions:
        task = asyncio.create_task(impressions.run())
        await asyncio.sleep(0.01)
        for _ in range(AT):
            impressions.add(ANN, "r", "taste", TRACKS[:1])
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=5)
        assert task.cancelled()


async def test_closing_ends_also_while_catalog_is_away(library: Library) -> None:
    library.away = True
    with anyio.fail_after(5):
        async with telling(library) as impressions:
            for _ in range(3 * AT):
                impressions.add(ANN, "r", "taste", TRACKS)
    assert library.tried == 1
    assert impressions.unsent(ANN) == []

"""Searches that wait at the same time are one call, and each is answered as it would be alone."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from kit.errors import IndexUnavailable
from kit.vectors import Hits, TrackQuery
from kit.vectors.batching import PATIENCE_S, TOGETHER, Arrivals, SearchBatcher

pytestmark = pytest.mark.anyio


def query(row: int) -> TrackQuery:
    return TrackQuery("graph", np.full(2, row, np.float32), 1)


def rows(found: Sequence[Hits]) -> list[int]:
    return [int(hits.rows[0]) for hits in found]


class Index:
    """Finds the row that a query's vector holds; a vector of -1 cannot be searched. Keeps the size of each call."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.arrivals = Arrivals()
        self.batcher = SearchBatcher(self.search, self.arrivals)

    def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        self.calls.append(len(queries))
        if any(one.vector[0] < 0 for one in queries):
            raise IndexUnavailable("a vector that cannot be searched")
        return [Hits(one.vector[:1].astype(np.int64), one.vector[:1]) for one in queries]


async def test_searches_of_several_requests_are_one_call_and_each_gets_its_own_hits() -> None:
    index = Index()
    found = await asyncio.gather(*(index.batcher.search([query(row), query(row + 10)]) for row in range(3)))
    assert [rows(one) for one in found] == [[0, 10], [1, 11], [2, 12]]
    assert index.calls == [6]


async def test_a_request_that_is_read_while_a_search_waits_joins_it() -> None:
    index = Index()
    loop = asyncio.get_running_loop()
    later: list[asyncio.Task[list[Hits]]] = []

    def read() -> None:  # what a socket brings starts a request, which searches in the next turn
        later.append(loop.create_task(index.batcher.search([query(2)])))

    first = asyncio.create_task(index.batcher.search([query(1)]))
    loop.call_soon(loop.call_soon, read)
    assert rows(await first) == [1]
    assert rows(await later[0]) == [2]
    assert index.calls == [2]


async def test_a_search_that_comes_later_is_a_call_of_its_own() -> None:
    index = Index()
    for row in (1, 2):
        assert rows(await index.batcher.search([query(row)])) == [row]
    assert index.calls == [1, 1]


async def test_more_queries_than_one_call_takes_wait_for_the_next() -> None:
    index = Index()
    found = await asyncio.gather(*(index.batcher.search([query(row)]) for row in range(TOGETHER + 3)))
    assert [rows(one) for one in found] == [[row] for row in range(TOGETHER + 3)]
    assert index.calls == [TOGETHER, 3]


async def test_a_search_that_fails_fails_alone() -> None:
    index = Index()
    searches = [index.batcher.search([query(row)]) for row in (1, -1, 2)]
    first, failed, last = await asyncio.gather(*searches, return_exceptions=True)
    assert not isinstance(first, BaseException)
    assert not isinstance(last, BaseException)
    assert (rows(first), rows(last)) == ([1], [2])
    assert isinstance(failed, IndexUnavailable)
    assert rows(await index.batcher.search([query(3)])) == [3]


async def test_a_request_that_was_cancelled_holds_up_nobody() -> None:
    index = Index()
    gone = asyncio.create_task(index.batcher.search([query(1)]))
    waits = asyncio.create_task(index.batcher.search([query(2)]))
    await asyncio.sleep(0)  # both wait now
    gone.cancel()
    assert rows(await waits) == [2]
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_any_failure_reaches_the_request_that_waits() -> None:
    def search(queries: Sequence[TrackQuery]) -> list[Hits]:
        raise MemoryError(f"{len(queries)} queries")

    batcher = SearchBatcher(search)
    waiting = [batcher.search([query(row)]) for row in range(3)]
    failures = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10)
    assert [str(one) for one in failures] == ["1 queries"] * 3
    with pytest.raises(MemoryError):
        await asyncio.wait_for(batcher.search([query(1)]), 10)


async def test_a_cancelled_search_is_not_made() -> None:
    index = Index()
    cancelled = asyncio.ensure_future(index.batcher.search([query(1)]))
    other = asyncio.ensure_future(index.batcher.search([query(2)]))
    await asyncio.sleep(0)
    cancelled.cancel()
    assert rows(await other) == [2]
    assert index.calls == [1]


def test_a_loop_that_ended_while_a_search_waited_leaves_the_next_one_unharmed() -> None:
    index, loop = Index(), asyncio.new_event_loop()
    left = loop.create_task(index.batcher.search([query(1)]))
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    assert not left.done()
    assert rows(asyncio.run(asyncio.wait_for(index.batcher.search([query(2)]), 10))) == [2]


class Profile:
    """What a request fetches before its search: it is there when `come` is set."""

    def __init__(self, index: Index) -> None:
        self._index, self.come = index, asyncio.Event()

    async def then_search(self, row: int) -> list[Hits]:
        with self._index.arrivals.coming():
            await self.come.wait()
        return await self._index.batcher.search([query(row)])


async def test_a_search_waits_for_requests_that_fetch_what_they_need_for_theirs() -> None:
    index = Index()
    profiles = [Profile(index), Profile(index)]
    coming = [asyncio.create_task(one.then_search(row)) for row, one in enumerate(profiles)]
    await asyncio.sleep(0)
    first = asyncio.create_task(index.batcher.search([query(7)]))
    for one in profiles:
        await asyncio.sleep(0)
        one.come.set()
    assert [rows(await one) for one in [first, *coming]] == [[7], [0], [1]]
    assert index.calls == [3]


async def test_a_search_waits_no_longer_than_a_moment() -> None:
    index = Index()
    slow = Profile(index)
    coming = asyncio.create_task(slow.then_search(1))
    await asyncio.sleep(0)
    began = asyncio.get_running_loop().time()
    assert rows(await index.batcher.search([query(7)])) == [7]
    assert asyncio.get_running_loop().time() - began >= 0.9 * PATIENCE_S
    assert index.calls == [1]
    slow.come.set()
    assert rows(await coming) == [1]


async def test_a_request_that_ends_before_its_search_is_not_waited_for() -> None:
    index = Index()
    given_up = Profile(index)
    coming = asyncio.create_task(given_up.then_search(1))
    await asyncio.sleep(0)
    waits = asyncio.create_task(index.batcher.search([query(7)]))
    await asyncio.sleep(0)
    coming.cancel()
    assert rows(await waits) == [7]
    assert not index.arrivals.wait(lambda: None)


async def test_a_full_call_waits_for_nobody() -> None:
    index = Index()
    slow = Profile(index)
    coming = asyncio.create_task(slow.then_search(1))
    await asyncio.sleep(0)
    searches = [index.batcher.search([query(row)]) for row in range(TOGETHER)]
    await asyncio.gather(*searches)
    assert index.calls == [TOGETHER]
    slow.come.set()
    assert rows(await coming) == [1]


async def test_what_waits_for_arrivals_does_not_pile_up_while_somebody_is_always_coming() -> None:
    arrivals, called = Arrivals(), []

    def then() -> None:
        called.append(True)

    with arrivals.coming():
        for _ in range(1000):
            with arrivals.coming():
                assert arrivals.wait(then)
        assert called == []
    assert called == [True]

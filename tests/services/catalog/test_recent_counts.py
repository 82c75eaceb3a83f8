"""What most people liked and played lately is counted once for all who ask, and nobody waits long for it."""

import asyncio

import pytest

from kit.errors import StorageUnavailable, Unavailable
from kit.wire.library import RecentTracks
from services.catalog.library.recent_counts import LONG_S, SHARE, RecentCount

pytestmark = pytest.mark.anyio


class Counting:
    """Counts that end when `go` is set, each of one person more, after `takes` seconds of a clock of its own."""

    def __init__(self, takes: float = 0.0, failure: Exception | None = None) -> None:
        self.takes, self.failure = takes, failure
        self.now, self.calls = 1000.0, 0
        self.go = asyncio.Event()
        self.recent = RecentCount(self.count, wait_s=0.02, now=lambda: self.now)

    async def count(self) -> RecentTracks:
        self.calls += 1
        await self.go.wait()
        self.now += self.takes
        if self.failure:
            raise self.failure
        return RecentTracks(items=[], people=self.calls, days=7)


async def test_callers_of_one_moment_share_a_count_and_the_next_gets_a_new_one() -> None:
    counting = Counting()
    counting.go.set()
    found = await asyncio.gather(counting.recent.current(), counting.recent.current())
    assert [one.people for one in found] == [1, 1]
    assert (await counting.recent.current()).people == 2


async def test_a_count_that_takes_too_long_goes_on_and_is_there_for_the_next() -> None:
    counting = Counting()
    with pytest.raises(Unavailable, match="being counted"):
        await counting.recent.current()
    with pytest.raises(Unavailable):
        await counting.recent.current()
    counting.go.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert counting.calls == 1
    assert (await counting.recent.current()).people == 2


async def test_the_last_count_answers_while_another_takes_long() -> None:
    counting = Counting()
    counting.go.set()
    assert (await counting.recent.current()).people == 1
    counting.go.clear()
    assert (await counting.recent.current()).people == 1
    assert counting.calls == 2


async def test_one_that_took_long_is_kept_for_a_while() -> None:
    counting = Counting(takes=20 * LONG_S)
    counting.go.set()
    for _ in range(2):
        assert (await counting.recent.current()).people == 1
    counting.now += counting.takes / SHARE - 1
    assert (await counting.recent.current()).people == 1
    counting.now += 2
    assert (await counting.recent.current()).people == 2


async def test_a_count_that_fails_is_made_again_for_the_next_and_the_last_one_is_not_shown_for_it() -> None:
    counting = Counting(takes=20 * LONG_S, failure=StorageUnavailable("the disk is full"))
    counting.go.set()
    for calls in (1, 2):
        with pytest.raises(StorageUnavailable):
            await counting.recent.current()
        assert counting.calls == calls


async def test_a_caller_who_leaves_does_not_end_it_and_closing_does() -> None:
    counting = Counting()
    gone = asyncio.create_task(counting.recent.current())
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    counting.go.set()
    await asyncio.sleep(0)
    assert (await counting.recent.current()).people >= 1
    counting.go.clear()
    with pytest.raises(asyncio.CancelledError):
        await _cancelled_by_close(counting)


async def _cancelled_by_close(counting: Counting) -> None:
    waits = asyncio.create_task(counting.recent.current())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await counting.recent.close()
    await waits

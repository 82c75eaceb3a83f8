"""What most people liked and played lately is counted once for all who ask, and nobody waits long for it."""

import asyncio

import pytest

from kit.errors import StorageUnavailable, Unavailable
from kit.wire.library import RecentTracks
from services.catalog.library.recent_count_cache import KEPT_S, LONG_S, SHARE, RecentCountCache

pytestmark = pytest.mark.anyio


class Counting:
    """Counts that end when `go` is set, each of one person more, after `takes` seconds of a clock of its own."""

    def __init__(self, takes: float = 0.0) -> None:
        self.takes, self.failure = takes, None
        self.now, self.calls = 10_000.0, 0
        self.go = asyncio.Event()
        self.go.set()
        self.recent = RecentCountCache(self.count, wait_s=0.02, now=lambda: self.now)

    failure: Exception | None

    async def count(self) -> RecentTracks:
        self.calls += 1
        people = self.calls
        await self.go.wait()
        self.now += self.takes
        if self.failure:
            raise self.failure
        return RecentTracks(items=[], people=people, days=7)

    async def people(self) -> int:
        return (await self.recent.current()).people


async def test_callers_of_one_moment_share_a_count_and_the_next_gets_a_new_one() -> None:
    counting = Counting(takes=LONG_S / 2)
    assert await asyncio.gather(counting.people(), counting.people()) == [1, 1]
    assert await counting.people() == 2


async def test_a_count_that_takes_too_long_goes_on_and_is_there_for_the_next() -> None:
    counting = Counting(takes=20.0)
    counting.go.clear()
    for _ in range(2):
        assert (await counting.recent.current()).unfinished
    counting.go.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await counting.people() == 1
    assert counting.calls == 1


async def test_the_last_count_answers_while_another_takes_long_but_not_for_ever() -> None:
    counting = Counting()
    assert await counting.people() == 1
    counting.go.clear()
    assert await counting.people() == 1
    assert counting.calls == 2
    counting.now += KEPT_S + 1
    assert (await counting.recent.current()).unfinished


async def test_one_that_took_long_is_made_again_only_after_a_while() -> None:
    counting = Counting(takes=2 * LONG_S)
    for _ in range(2):
        assert await counting.people() == 1
    counting.now += counting.takes / SHARE - 1
    assert await counting.people() == 1
    counting.now += 2
    assert await counting.people() == 2


@pytest.mark.parametrize("takes", [0.0, 30.0])
async def test_a_count_that_fails_is_told_and_made_again_no_sooner_than_another(takes: float) -> None:
    counting = Counting(takes)
    counting.failure = StorageUnavailable("the disk is full")
    with pytest.raises(Unavailable, match="the disk is full"):
        await counting.recent.current()
    with pytest.raises(Unavailable, match="the disk is full"):
        await counting.recent.current()
    assert counting.calls == (1 if takes else 2)
    counting.failure = None
    counting.now += takes / SHARE
    assert await counting.people() == counting.calls


async def test_while_counts_fail_the_last_good_one_answers_for_a_while() -> None:
    counting = Counting()
    assert await counting.people() == 1
    counting.failure = RuntimeError("a fault of ours")
    assert await counting.people() == 1
    counting.now += KEPT_S + 1
    with pytest.raises(Unavailable, match="a fault of ours"):
        await counting.recent.current()


async def test_a_quick_failure_does_not_shorten_how_long_a_long_count_answers() -> None:
    counting = Counting(takes=100.0)
    assert await counting.people() == 1
    counting.now += 100.0 / SHARE + 1
    counting.takes, counting.failure = 0.0, RuntimeError("the database is locked")
    assert await counting.people() == 1


async def test_a_slow_failure_does_not_end_the_last_count_before_another_may_be_made() -> None:
    counting = Counting()
    assert await counting.people() == 1
    counting.now += KEPT_S - 1
    counting.takes, counting.failure = 40.0, RuntimeError("the database hangs")
    assert await counting.people() == 1
    counting.now += counting.takes / SHARE - 1
    assert await counting.people() == 1
    counting.now += KEPT_S + counting.takes / SHARE
    with pytest.raises(Unavailable, match="the database hangs"):
        await counting.recent.current()


async def test_a_caller_who_leaves_does_not_end_it() -> None:
    counting = Counting(takes=20.0)
    counting.go.clear()
    gone = asyncio.create_task(counting.recent.current())
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    counting.go.set()
    assert await counting.people() == 1
    assert counting.calls == 1


async def test_closing_ends_it_and_waits_no_longer_than_it_must() -> None:
    counting = Counting()
    counting.go.clear()
    waits = asyncio.create_task(counting.recent.current())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await counting.recent.close()
    assert (await waits).unfinished

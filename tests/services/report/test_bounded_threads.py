"""Tests of the bounded threads: results, refusal of one too many, and places that come free again."""

import threading

import anyio
import pytest

from kit.errors import Overloaded
from services.report.bounded_threads import BoundedThreads

pytestmark = pytest.mark.anyio


async def test_one_more_than_may_wait_is_refused_and_places_come_free() -> None:
    threads, go = BoundedThreads(1, 1), threading.Event()
    done: list[bool] = []

    async def wait() -> None:
        done.append(await threads.run(go.wait, 20))

    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(wait)
        await anyio.sleep(0.05)
        with pytest.raises(Overloaded) as refused:
            await threads.run(go.is_set)
        go.set()
    assert refused.value.extra["retry_after_s"] == 2
    assert done == [True, True]
    assert await threads.run(lambda: 7) == 7
    threads.close()


async def test_what_fails_in_a_thread_fails_for_the_caller_and_frees_its_place() -> None:
    threads = BoundedThreads(1, 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0)
    threads.close()


async def test_a_caller_that_gives_up_keeps_its_place_until_the_thread_is_done() -> None:
    threads, go = BoundedThreads(1, 0), threading.Event()
    with anyio.move_on_after(0.05):
        await threads.run(go.wait, 20)
    with pytest.raises(Overloaded):
        await threads.run(go.is_set)
    go.set()
    with anyio.fail_after(10):
        while True:
            try:
                assert await threads.run(go.is_set)
                break
            except Overloaded:
                await anyio.sleep(0.01)
    threads.close()

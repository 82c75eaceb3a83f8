"""Tests of supervised background tasks: restart with backoff, and readiness."""

import asyncio
import time

import pytest

from kit.background import Background

pytestmark = pytest.mark.anyio


async def until(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen within 20 s"
        await asyncio.sleep(0.005)


async def test_a_failed_task_is_restarted_and_others_continue() -> None:
    runs = {"fails": 0, "goes on": 0}

    async def fails() -> None:
        runs["fails"] += 1
        raise OSError("too many open files")

    async def goes_on() -> None:
        runs["goes on"] += 1
        await asyncio.Event().wait()

    background = Background(first_pause_s=0.01)
    async with background.running({"fails": fails, "steady": goes_on}):
        await until(lambda: runs["fails"] >= 3)
    assert runs["goes on"] == 1


async def test_readiness_fails_while_a_task_is_down_and_recovers_with_it() -> None:
    broken = True

    async def watch() -> None:
        if broken:
            raise ValueError("unreadable")
        await asyncio.Event().wait()

    background = Background(first_pause_s=0.2)
    async with background.running({"watch": watch}):
        await until(lambda: bool(background._down))
        with pytest.raises(RuntimeError, match="watch stopped: unreadable"):
            await background.ping()
        broken = False
        await until(lambda: not background._down)
        assert await background.ping() == "ok"


async def test_a_task_that_returns_counts_as_down() -> None:
    async def ends() -> None:
        return

    background = Background(first_pause_s=5)
    async with background.running({"ends": ends}):
        await until(lambda: bool(background._down))
        with pytest.raises(RuntimeError, match="ends stopped: it ended"):
            await background.ping()


async def test_leaving_the_block_cancels_the_tasks() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async with Background().running({"work": work}):
        await asyncio.sleep(0)
    assert ended == [True]


async def test_a_task_with_a_stop_function_is_awaited_not_cancelled() -> None:
    stop, ended = asyncio.Event(), []

    async def work() -> None:
        await stop.wait()
        await asyncio.sleep(0.01)
        ended.append("whole")

    async with Background().running({"work": work}, {"work": stop.set}):
        await asyncio.sleep(0)
    assert ended == ["whole"]


async def test_a_task_with_a_cancelled_inner_await_is_restarted() -> None:
    """A CancelledError that nobody meant for the task would end it without a word."""
    runs = 0

    async def waits() -> None:
        nonlocal runs
        runs += 1
        cancelled = asyncio.get_running_loop().create_future()
        cancelled.cancel()
        await cancelled

    background = Background(first_pause_s=0.01)
    async with background.running({"waits": waits}):
        await until(lambda: runs >= 2)


async def test_a_permanently_failed_task_fails_readiness() -> None:
    background = Background()

    async def work() -> None:
        await asyncio.Event().wait()

    async with background.running({"work": work}):
        await asyncio.sleep(0)
        [task] = [task for task in asyncio.all_tasks() if task.get_name() == "work"]
        task.cancel()
        await until(task.done)
        with pytest.raises(RuntimeError, match="work stopped: its task ended"):
            await background.ping()

"""The fleet stops callers before what they call, and cuts off what takes too long: with real processes."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from supervisor.child import Child
from supervisor.programs import Program, listen_once
from supervisor.stop_order import stop_in_order

pytestmark = pytest.mark.anyio
STOPS = """
import signal, sys, time
name, diary, seconds = sys.argv[1], open(sys.argv[2], "a", buffering=1), float(sys.argv[3])
def stop(*_):
    diary.write(f"{name} stops\\n")
    time.sleep(seconds)
    diary.write(f"{name} has ended\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
diary.write(f"{name} runs\\n")
while True:
    signal.pause()
"""


@dataclass(frozen=True)
class Recorded(Program):
    """A process that writes down when it is told to stop and, some time later, that it has ended."""

    diary: Path = Path()
    seconds: float = 0.05

    def command(self) -> list[str]:
        return [sys.executable, "-c", STOPS, self.name, str(self.diary), str(self.seconds)]


@asynccontextmanager
async def running(
    programs: list[Recorded], folder: Path
) -> AsyncIterator[tuple[list[Child], list["asyncio.Task[None]"]]]:
    children = [Child(program, folder, os.environ, lambda _: None) for program in programs]
    tasks = [asyncio.create_task(child.keep_running()) for child in children]
    async with asyncio.timeout(60):
        while not all(f"{program.name} runs" in written(program.diary) for program in programs):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    yield children, tasks
    for child in children:
        child.stop()
        child.kill()
    await asyncio.gather(*tasks)


def written(diary: Path) -> list[str]:
    return diary.read_text().splitlines() if diary.exists() else []


def program(name: str, folder: Path, seconds: float = 0.05) -> Recorded:
    return Recorded(name, "", listen_once(0), {}, diary=folder / "diary", seconds=seconds)


async def test_a_caller_has_ended_before_what_it_calls_is_told_to_stop(tmp_path: Path) -> None:
    names = ["auth", "catalog", "recommend", "gateway"]
    async with running([program(name, tmp_path) for name in names], tmp_path) as (children, tasks):
        assert await stop_in_order(children, tasks)
    ends = [line for line in written(tmp_path / "diary") if not line.endswith("runs")]
    assert ends == [line for name in reversed(names) for line in (f"{name} stops", f"{name} has ended")]


async def test_one_that_does_not_end_in_time_is_passed_over(tmp_path: Path) -> None:
    programs = [program("catalog", tmp_path), program("recommend", tmp_path, seconds=60)]
    async with running(programs, tmp_path) as (children, tasks):
        assert not await stop_in_order(children, tasks, grace_s=0.2)
        ends = [line for line in written(tmp_path / "diary") if not line.endswith("runs")]
    assert ends == ["recommend stops", "catalog stops", "catalog has ended"]

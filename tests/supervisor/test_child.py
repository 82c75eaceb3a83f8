"""Tests of process supervision: exits, hangs and log floods, with real processes."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path

import pytest

from supervisor.child import Child
from supervisor.health import Patience, is_answering
from supervisor.programs import Program, listen_once

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc"),
]
PATIENCE = Patience(every_s=0.1, answer_s=1.0, silences=2, start_s=20)


class Answering(Program):
    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.supervisor.answering", str(self.port)]


class Missing(Program):
    def command(self) -> list[str]:
        return ["/nowhere/such-a-program"]


class NeverAnswering(Program):
    def command(self) -> list[str]:
        return [sys.executable, "-c", "import time; time.sleep(600)"]


@dataclass
class Kept:
    """A child that is kept running, what was said, and its process."""

    child: Child
    printed: list[str]
    task: "asyncio.Task[None]"

    @property
    def port(self) -> int:
        return self.child.program.port

    @property
    def pid(self) -> int:
        process = self.child._process
        return process.pid if process and process.returncode is None else 0

    async def request(self, path: str) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async def is_answering(self) -> bool:
        return await is_answering(self.port, 1)

    async def until_answering(self) -> None:
        await until(self.is_answering)


async def until(holds: Callable[[], object], patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while not (await found if asyncio.iscoroutine(found := holds()) else found):
        assert time.monotonic() < end, f"not within {patience_s:g} s"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def kept(kind: type[Program], logs: Path, patience: Patience = PATIENCE) -> AsyncIterator[Kept]:
    printed: list[str] = []
    program = kind("answering", "", listen_once(0), {})
    child = Child(program, logs, os.environ, printed.append, patience=patience)
    task = asyncio.create_task(child.keep_running())
    try:
        yield Kept(child, printed, task)
    finally:
        child.stop()
        child.kill()
        await task


@pytest.mark.parametrize("hang", ["stopped", "blocked"])
async def test_an_unresponsive_process_is_restarted_and_reported(tmp_path: Path, hang: str) -> None:
    async with kept(Answering, tmp_path) as running:
        await running.until_answering()
        await asyncio.sleep(5 * PATIENCE.every_s)  # the supervisor has had an answer too
        before = running.pid
        if hang == "stopped":
            os.kill(before, signal.SIGSTOP)
        else:
            await running.request("/block")
        await until(lambda: running.pid not in (0, before))
        await running.until_answering()
    assert "answering did not answer 2 times in a row and was ended; starting it again" in "\n".join(running.printed)


async def test_a_process_that_never_answers_is_started_again(tmp_path: Path) -> None:
    async with kept(NeverAnswering, tmp_path, Patience(every_s=0.1, answer_s=1, start_s=0.3)) as running:
        await until(lambda: running.printed)
    assert "gave no first answer within 0.3 s and was ended" in "\n".join(running.printed)


async def test_a_process_that_answers_is_left_alone(tmp_path: Path) -> None:
    async with kept(Answering, tmp_path, Patience(every_s=0.02, answer_s=5, silences=1)) as running:
        await running.until_answering()
        before = running.pid
        await asyncio.sleep(0.5)
        assert running.pid == before
    assert running.printed == ["answering | begins"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems start processes anew")
async def test_a_process_is_started_anew_where_the_socket_of_the_fork_server_is_gone(tmp_path: Path) -> None:
    async with kept(Answering, tmp_path) as running:
        await running.until_answering()
        before = running.pid
        os.unlink(forkserver._forkserver._forkserver_address)  # type: ignore[attr-defined]  # noqa: PTH108
        await running.request("/end")
        await until(lambda: running.pid not in (0, before))
        await running.until_answering()
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)  # type: ignore[attr-defined]
    assert "answering could not be forked (" in "\n".join(running.printed)


async def test_an_exited_process_is_restarted_and_reported(tmp_path: Path) -> None:
    async with kept(Answering, tmp_path) as running:
        await running.until_answering()
        before = running.pid
        await running.request("/end")
        await until(lambda: running.pid not in (0, before))
    assert "answering ended with exit code 3; starting it again" in "".join(running.printed)


async def test_a_process_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    async with kept(Missing, tmp_path) as running:
        await until(lambda: len(running.printed) >= 2)
        assert not running.task.done()
    assert "answering could not be started" in "\n".join(running.printed)
    assert "starting it again in 0.4 s" in "\n".join(running.printed)


async def test_a_process_that_logs_much_is_not_blocked_by_a_slow_reader(tmp_path: Path) -> None:
    """It writes 1 MB while the supervisor's thread is busy with something else for as long."""
    async with kept(Answering, tmp_path) as running:
        await running.until_answering()
        await running.request("/flood")
        log, end = tmp_path / "answering.log", time.monotonic() + 30
        while "line 19999" not in log.read_text() and time.monotonic() < end:
            time.sleep(0.05)  # noqa: ASYNC251
        assert "line 19999 of a flood" in log.read_text()
        await running.until_answering()


async def test_a_process_runs_without_a_log_file(tmp_path: Path) -> None:
    (tmp_path / "answering.log").mkdir()
    async with kept(Answering, tmp_path) as running:
        await running.until_answering()
    assert "answering runs without a log" in "\n".join(running.printed)


async def test_stop_during_the_restart_pause_takes_effect_immediately(tmp_path: Path) -> None:
    async with kept(Missing, tmp_path) as running:
        await until(lambda: any("again in 1.6 s" in line for line in running.printed))
        began = time.monotonic()
        running.child.stop()
        await running.task
        assert time.monotonic() - began < 1

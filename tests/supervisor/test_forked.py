"""Tests of processes forked from one that has imported what they share."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping
from importlib.util import find_spec
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest

from supervisor.forked import Forked, can_fork, fork
from tests.fleet.fleets import ROOT, alive, command_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="other systems start processes anew"),
]
PATIENCE_S = 60
LISTED = "import json, supervisor.shared_imports as shared; print(json.dumps(shared.SHARED))"


async def forked(*arguments: str, output: int = DEVNULL, environment: Mapping[str, str] | None = None) -> Forked:
    """tests.supervisor.reporting in a process of its own."""
    command = [sys.executable, "-m", "tests.supervisor.reporting", *arguments]
    assert can_fork(command)
    return await fork(command, os.environ if environment is None else environment, output)


async def printed_by(path: Path, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What such a process printed."""
    with path.open("wb") as output:
        process = await forked("tell", "it", output=output.fileno(), environment=environment)
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    return printed_in(path)


def printed_in(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


async def end_of(process: Forked) -> int | None:
    await asyncio.wait_for(process.wait(), PATIENCE_S)
    return process.returncode


async def test_a_forked_process_is_as_if_started_anew(tmp_path: Path) -> None:
    found = await printed_by(tmp_path / "printed", {"ONLY": "this"})
    assert found["arguments"] == ["tell", "it"]
    assert found["environment"] == {"ONLY": "this"}
    assert (found["input"], found["input descriptor"]) == ("", 0)
    assert found["leads its session"]
    assert found["shared"]
    assert found["threads"] == 1


async def test_two_forked_processes_draw_different_numbers(tmp_path: Path) -> None:
    one, other = [await printed_by(tmp_path / name) for name in ("one", "other")]
    assert one["id"] != other["id"]
    assert not set(one["random"]) & set(other["random"])


async def test_its_end_is_reported() -> None:
    assert await end_of(await forked("end", "7")) == 7
    staying = await forked("stay")
    assert staying.returncode is None
    staying.terminate()
    assert await end_of(staying) == -signal.SIGTERM


async def test_it_shows_its_own_command() -> None:
    staying = await forked("stay")
    try:
        for _ in range(100):
            if "tests.supervisor.reporting" in command_of(staying.pid):
                break
            await asyncio.sleep(0.1)
        assert command_of(staying.pid)[1:] == ["-m", "tests.supervisor.reporting", "stay"]
    finally:
        staying.terminate()
        await end_of(staying)


async def test_a_sigterm_for_all_processes_leaves_the_fork_server_to_report_ends() -> None:
    staying = await forked("stay")
    os.kill(server_pid(), signal.SIGTERM)
    await asyncio.sleep(0.3)
    assert staying.returncode is None
    staying.terminate()
    assert await end_of(staying) == -signal.SIGTERM


async def test_processes_end_with_their_fork_server_and_a_new_one_follows() -> None:
    staying = await forked("stay")
    for _ in range(100):  # until it has arranged its end
        if "stay" in command_of(staying.pid):
            break
        await asyncio.sleep(0.1)
    os.kill(server_pid(), signal.SIGKILL)
    assert await end_of(staying) is not None
    for _ in range(100):
        if not alive(staying.pid):
            break
        await asyncio.sleep(0.1)
    assert not alive(staying.pid)
    assert await end_of(await forked("end", "3")) == 3


def server_pid() -> int:
    """multiprocessing tells it nowhere in public."""
    pid: int = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    return pid


def test_everything_that_is_shared_is_installed_here() -> None:
    listed = subprocess.run([sys.executable, "-c", LISTED], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [name for name in json.loads(listed) if not find_spec(name)] == []


@pytest.mark.parametrize("command", [["/bin/true"], [sys.executable, "fleet.py"]])
def test_what_is_no_module_of_this_python_is_not_forked(command: list[str]) -> None:
    assert not can_fork(command)

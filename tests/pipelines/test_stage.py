"""Stages of two runs at once: the second waits for what the first builds."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from pipelines import stage
from pipelines.stage import Built

ROOT = Path(__file__).parents[2]
KILLED = """
import sys, time
from pathlib import Path
from pipelines import stage
def build(folder):
    print("building", flush=True)
    time.sleep(60)
stage.run(Path(sys.argv[1]), "graph", 1, {}, {}, build)
"""


def run(work: Path, build: Any, **settings: int) -> Built:
    return stage.run(work, "graph", 1, {}, settings, build)


def test_a_stage_needed_twice_at_once_is_built_once(tmp_path: Path) -> None:
    """The second run gets the folder that the first one finished; another stage does not wait."""
    begun, finish, built = Event(), Event(), []

    def slow(folder: Path) -> Mapping[str, Any]:
        begun.set()
        assert finish.wait(20)
        (folder / "made").write_text("by the first")
        built.append(folder)
        return {}

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(run, tmp_path, slow)
        assert begun.wait(20)
        second = threads.submit(run, tmp_path, slow)
        assert not run(tmp_path, lambda _: {}, other=1).reused
        time.sleep(0.1)
        assert not second.done()
        finish.set()
        one, other = first.result(20), second.result(20)
    assert (one.reused, other.reused, len(built)) == (False, True, 1)
    assert (other.path / "made").read_text() == "by the first"
    assert [path.name for path in tmp_path.rglob(".*")] == []


def test_when_the_first_run_fails_the_one_that_waits_builds(tmp_path: Path) -> None:
    begun, finish = Event(), Event()

    def failing(_: Path) -> Mapping[str, Any]:
        begun.set()
        assert finish.wait(20)
        raise ValueError("it failed")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(run, tmp_path, failing)
        assert begun.wait(20)
        second = threads.submit(run, tmp_path, lambda _: {})
        time.sleep(0.1)
        finish.set()
        with pytest.raises(ValueError, match="it failed"):
            first.result(20)
        assert not second.result(20).reused


def test_when_the_first_run_is_killed_the_one_that_waits_builds(tmp_path: Path) -> None:
    words = [sys.executable, "-c", KILLED, str(tmp_path)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "building\n"
    with ThreadPoolExecutor(1) as threads:
        second = threads.submit(run, tmp_path, lambda _: {})
        time.sleep(0.1)
        assert not second.done()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert not second.result(20).reused
    assert [path.name for path in tmp_path.rglob(".*")] == []

"""Stages in several processes at once: what each needs, who builds what, errors, threads, and how many processes."""

import os
import signal
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from threading import Thread

import orjson
import pytest
import torch
from rich.console import Console
from threadpoolctl import threadpool_info

from pipelines.chain import Chain
from pipelines.console import Spinner
from pipelines.side_by_side import jobs
from pipelines.side_by_side.process import StageFailed, StageProcess, stage_processes
from pipelines.side_by_side.schedule import STEPS, Schedule
from pipelines.side_by_side.threads import limited
from pipelines.stage import Built, StageError
from pipelines.stage_files import DESCRIPTION
from tests.pipelines.test_cli import lonely_tracks
from tests.published import QUICK, SMALL


class Named(Chain):
    """A chain whose stages are names: nothing is built."""

    def _once(self, name: str, build: Callable[..., Built]) -> Built:
        return self.built.setdefault(name, Built(Path(name), name, reused=False))


def closure(name: str) -> set[str]:
    """A stage and all that it needs, by the table."""
    return {name}.union(*(closure(needed) for needed in STEPS[name].needs))


@pytest.mark.parametrize("name", STEPS)
def test_a_stage_builds_what_the_table_says_it_needs(name: str) -> None:
    chain = Named([], Path("work"), ingested=Built(Path("ingest"), "ingest", reused=True))
    STEPS[name].run(chain)
    assert set(chain.built) == closure(name)


def test_a_release_needs_every_stage_of_the_table() -> None:
    chain = Named([], Path("work"), ingested=Built(Path("ingest"), "ingest", reused=True))
    chain._finished()
    assert set(chain.built) == set(STEPS)


def test_a_stage_is_given_when_all_that_it_needs_is_built() -> None:
    schedule = Schedule({"roof": ("walls",), "walls": ("floor",), "floor": (), "garden": ()})
    assert schedule.take() == "floor"
    assert schedule.take() == "garden"
    taken: list[str | None] = []
    waiting = Thread(target=lambda: taken.append(schedule.take()))
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    schedule.built("floor")
    waiting.join()
    assert taken == ["walls"]
    schedule.built("walls")
    assert (schedule.take(), schedule.take()) == ("roof", None)


def test_after_a_failure_nothing_is_given_and_the_first_one_is_raised() -> None:
    schedule = Schedule({"one": (), "two": ("one",)})
    schedule.take()
    taken: list[str | None] = ["nothing"]
    waiting = Thread(target=lambda: taken.append(schedule.take()))
    waiting.start()
    assert schedule.fail(StageError("the disk is full"))
    assert not schedule.fail(KeyboardInterrupt())
    waiting.join()
    assert taken[-1] is None
    with pytest.raises(StageError, match="the disk is full"):
        schedule.raise_failure()


@pytest.mark.slow
def test_another_process_builds_stages_and_passes_on_how_they_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its progress is printed here; a user error keeps its sentence, a bug its traceback; a killed one is reported."""
    chain = Chain([lonely_tracks(tmp_path)], tmp_path / "work", 1, SMALL, QUICK)
    chain.ingest()
    with stage_processes(1) as (other,):
        other.give(chain, 1)
        known = other.build("graph train", {})
        assert list(known) == ["graph train"]
        assert (known["graph train"].path / DESCRIPTION).exists()
        assert "graph train" in capsys.readouterr().err
        with pytest.raises(StageFailed, match=r"only 0 tracks stand in 2 or more .* ingest more playlists"):
            other.build("train train", known)
        with pytest.raises(RuntimeError, match="KeyError: 'no stage'"):
            other.build("no stage", known)
        os.kill(child_of(other), signal.SIGKILL)
        with pytest.raises(StageFailed, match=r"'graph all' ended by SIGKILL: .*--jobs 1"):
            other.build("graph all", known)


def child_of(process: StageProcess) -> int:
    assert process._child.pid
    return process._child.pid


def test_threads_are_limited_for_a_time() -> None:
    before = torch.get_num_threads(), [pool["num_threads"] for pool in threadpool_info()]
    with limited(1):
        assert torch.get_num_threads() == 1
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
    assert (torch.get_num_threads(), [pool["num_threads"] for pool in threadpool_info()]) == before


def ingested(folder: Path, entries: int, tracks: int) -> Built:
    rows = {"entries": entries, "tracks": tracks}
    (folder / DESCRIPTION).write_bytes(orjson.dumps({"figures": {"rows": rows}}))
    return Built(folder, "key", reused=True)


def test_two_processes_where_data_and_memory_are_enough_and_as_many_as_one_wants(tmp_path: Path) -> None:
    enough = jobs.SEVERAL if jobs.cores() >= jobs.SEVERAL else 1
    assert jobs.number_of_processes(None, ingested(tmp_path, jobs.ENTRIES_LEAST, 1)) == enough
    assert jobs.number_of_processes(None, ingested(tmp_path, jobs.ENTRIES_LEAST - 1, 1)) == 1
    assert jobs.number_of_processes(None, ingested(tmp_path, jobs.ENTRIES_LEAST, 1 << 32)) == 1
    assert jobs.number_of_processes(3, ingested(tmp_path, 1, 1)) == 3


@pytest.mark.parametrize(("limit", "free"), [("max", 3 << 20), ("1048576", 1 << 20), (None, 3 << 20)])
def test_free_memory_is_bounded_by_the_control_group(tmp_path: Path, limit: str | None, free: int) -> None:
    (tmp_path / "meminfo").write_text("MemTotal:  9999 kB\nMemAvailable:  3072 kB\n")
    if limit:
        (tmp_path / "memory.max").write_text(limit + "\n")
    assert jobs.free_bytes(tmp_path / "meminfo", tmp_path / "memory.max") == free
    assert jobs.free_bytes(tmp_path / "absent", tmp_path / "memory.max") == 0


def test_a_terminal_shows_what_runs_side_by_side_in_one_line() -> None:
    out = StringIO()
    spinner = Spinner(Console(file=out, force_terminal=True, width=80))
    spinner.show("a", "train train")
    spinner.show("b", "query model")
    until(lambda: "train train  |  query model" in plain(out))
    spinner.show("a", None)
    shown = len(plain(out))
    until(lambda: "query model" in plain(out)[shown:])
    assert "train train" not in plain(out)[shown + 80 :]
    spinner.show("b", None)


def plain(out: StringIO) -> str:
    """What was written, without styles."""
    return "".join(part.partition("m")[2] if part[:1] == "[" else part for part in out.getvalue().split("\x1b"))


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)

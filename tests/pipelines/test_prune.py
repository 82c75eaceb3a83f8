"""Stages that no run has used for a while are removed; everything else in the folder stays."""

import os
import time
from pathlib import Path

import pytest

from pipelines import stage
from pipelines.folders import held_while_open
from pipelines.prune import DAY_S, Pruned, prune
from tests.pipelines.test_cli import run_main

NOW = time.time()


def stage_of(work: Path, name: str, days_ago: float) -> Path:
    """A finished stage with 100 bytes beside its description, last used so long ago."""

    def build(folder: Path) -> dict[str, int]:
        (folder / "deep").mkdir()
        (folder / "deep" / "array.npy").write_bytes(bytes(100))
        return {}

    path = stage.run(work, name, 1, {}, {}, build).path
    os.utime(path, (NOW - days_ago * DAY_S,) * 2)
    return path


def test_only_what_was_not_used_for_so_long_goes(tmp_path: Path) -> None:
    old, recent = stage_of(tmp_path, "train", 31), stage_of(tmp_path, "graph", 29)
    described = (old / stage.DESCRIPTION).stat().st_size
    assert prune(tmp_path, 30, NOW) == [Pruned(f"train/{old.name}", 100 + described)]
    assert (old.exists(), recent.exists()) == (False, True)


def test_a_reused_stage_was_used_now(tmp_path: Path) -> None:
    path = stage_of(tmp_path, "train", 31)
    assert stage.run(tmp_path, "train", 1, {}, {}, lambda _: {}).reused
    assert prune(tmp_path, 30, NOW) == []
    assert path.exists()


def test_a_removed_stage_is_built_again(tmp_path: Path) -> None:
    first = stage_of(tmp_path, "train", 31)
    prune(tmp_path, 30, NOW)
    again = stage_of(tmp_path, "train", 0)
    assert again == first
    assert (again / "deep" / "array.npy").exists()


def test_what_is_no_finished_stage_stays_and_an_interrupted_removal_ends(tmp_path: Path) -> None:
    """Files of people, and the folder of a run that builds; `.removing-` is what a killed prune left."""
    kept = [tmp_path / "notes.txt", tmp_path / "mine" / "key" / "data.csv", tmp_path / "train" / ".key-1a" / "key"]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
        os.utime(path.parent, (0, 0))
    left = tmp_path / "train" / ".removing-key"
    left.mkdir()
    (left / stage.DESCRIPTION).write_text("{}")
    assert prune(tmp_path, 1, NOW) == []
    assert all(path.exists() for path in kept)
    assert not left.exists()
    assert prune(tmp_path / "no such folder", 1, NOW) == []


def test_what_a_killed_run_left_half_built_goes_and_what_another_builds_stays(tmp_path: Path) -> None:
    left, held = (tmp_path / "ingest-group" / f".12a6403346b63048-{token}" for token in ("a9dbac87", "0b0b0b0b"))
    for folder in (left, held):
        (folder / "part").mkdir(parents=True)
    descriptor = held_while_open(held)
    assert prune(tmp_path, 1, NOW) == []
    assert (left.exists(), held.exists()) == (False, True)
    os.close(descriptor)
    assert prune(tmp_path, 1, NOW) == []
    assert not held.exists()


def test_the_command_says_what_it_removed(tmp_path: Path) -> None:
    path = stage_of(tmp_path / "work", "train", 31)
    done = run_main("prune", "--data", tmp_path, "--days", "30")
    assert f"removed train/{path.name}" in done.stderr
    assert not path.exists()


@pytest.mark.parametrize("days", ["0", "-1", "x"])
def test_less_than_a_day_is_refused(tmp_path: Path, days: str) -> None:
    """A run takes hours, and reads stages that it marked at their turn."""
    assert run_main("prune", "--data", tmp_path, "--days", days).returncode == 2

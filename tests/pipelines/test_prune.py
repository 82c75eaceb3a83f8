"""Stages that no run has used for a while are removed; everything else in the folder stays."""

import os
import re
import shutil
import time
from pathlib import Path

import pytest

from pipelines import stage
from pipelines.folders import held_while_open
from pipelines.ingest.sources import find
from pipelines.prune import DAY_S, Pruned, prune
from pipelines.stage import holding
from pipelines.stage_files import DESCRIPTION
from tests.pipelines.test_cli import output_of, run_main
from tests.published import source_files

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
    described = (old / DESCRIPTION).stat().st_size
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
    (left / DESCRIPTION).write_text("{}")
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


@pytest.mark.parametrize("through", [Path(), Path("linked")])
def test_reading_a_source_that_lies_in_a_stage_uses_the_stage(through: Path, tmp_path: Path) -> None:
    """As `open sessions` prints a folder of the work folder, which refresh reads."""
    path, other = stage_of(tmp_path / "work", "open_sessions", 40), stage_of(tmp_path / "work", "open_features", 40)
    (path / "listenbrainz").mkdir()
    (path / "listenbrainz" / "playlists.csv").write_text("playlist_id,artist,title\np,Ferry Band,Quiet\n")
    os.utime(path, (NOW - 40 * DAY_S,) * 2)
    (tmp_path / "linked").symlink_to(path)
    assert find([tmp_path / through if through.name else path / "listenbrainz"])
    assert [one.name for one in prune(tmp_path / "work", 30, NOW)] == [f"open_features/{other.name}"]
    assert path.exists()


def test_a_stage_that_holds_a_source_of_the_run_stays_however_long_the_run_takes(tmp_path: Path) -> None:
    path = stage_of(tmp_path, "open_sessions", 40)
    assert prune(tmp_path, 30, NOW, holding([path / "deep" / "array.npy"])) == []
    assert path.exists()


def test_refresh_with_prune_days_keeps_the_stages_that_it_read(tmp_path: Path) -> None:
    """The input was last used 40 days ago; the same command works again."""
    data = tmp_path / "data"
    path = stage_of(data / "work", "open_sessions", 40)
    copied = [shutil.copy(file, path) for file in source_files(tmp_path / "files")]
    os.utime(path, (NOW - 40 * DAY_S,) * 2)
    for _ in range(2):
        done = run_main("refresh", *copied, "--data", data, "--no-map", "--prune-days", "30")
        assert done.returncode == 0, done.stderr
    assert path.exists()


@pytest.mark.parametrize("option", ["--data", "--work"])
def test_a_folder_that_is_not_there_is_named(option: str, tmp_path: Path) -> None:
    done = run_main("prune", option, tmp_path / "typo")
    assert re.search(r"'.*/typo' is no folder: name the data folder with --data", output_of(done))


@pytest.mark.parametrize("days", ["0", "-1", "x"])
def test_less_than_a_day_is_refused(tmp_path: Path, days: str) -> None:
    """A run takes hours, and reads stages that it marked at their turn."""
    assert run_main("prune", "--data", tmp_path, "--days", days).returncode == 2

"""`refresh --jobs 2`: the release of one process after another, and no process or half-written folder left behind."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pipelines.console import INTERRUPTED
from tests.pipelines.test_cli import STAGES, lonely_tracks, output_of, scratch, segue, started, wait_for
from tests.published import source_files

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return source_files(tmp_path_factory.mktemp("sources"))


def version_of(output: str) -> str:
    return output.partition(" ")[0]


def wait_until_gone(group: int) -> None:
    """Waits until no process of a group is left: that which keeps semaphores notices the end of the others last."""
    deadline = time.monotonic() + 60
    with suppress(ProcessLookupError):
        while True:
            os.killpg(group, 0)
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_killed_refresh_leaves_no_process_and_the_next_gives_the_release_of_one_process(
    sources: list[Path], tmp_path: Path
) -> None:
    words = ("refresh", *sources, "--jobs", 2, "--data", tmp_path / "two")
    process = started(*words)
    wait_for(lambda: len(scratch(tmp_path / "two" / "work" / "train")) == 2, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    wait_until_gone(process.pid)
    again, alone = segue(*words), segue("refresh", *sources, "--jobs", 1, "--data", tmp_path / "one")
    assert again.returncode == alone.returncode == 0, again.stderr + alone.stderr
    assert version_of(again.stdout) == version_of(alone.stdout)
    for done, reused in ((again, 3), (alone, 0)):
        lines = [line.removeprefix("done ")[:21].strip() for line in done.stderr.splitlines()]
        assert sorted(lines) == sorted(STAGES)
        assert done.stderr.count("(reused)") == reused  # ingest and the two graphs
    assert scratch(tmp_path / "two" / "work") == []


def test_ctrl_c_ends_both_processes_in_one_line(sources: list[Path], tmp_path: Path) -> None:
    process = started("refresh", *sources, "--jobs", 2, "--data", tmp_path)
    wait_for(lambda: len(scratch(tmp_path / "work" / "train")) == 2, process)
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate()
    assert process.returncode == INTERRUPTED
    assert out == ""
    assert errors.splitlines()[-1] == "stopped by Ctrl-C: what is finished is kept, run the same command again to go on"
    assert all(line.startswith("done ") for line in errors.splitlines()[:-1])
    wait_until_gone(process.pid)
    assert scratch(tmp_path / "work") == []


def test_an_error_in_one_process_ends_both_in_one_sentence(tmp_path: Path) -> None:
    done = segue("refresh", lonely_tracks(tmp_path), "--jobs", 2, "--data", tmp_path / "data")
    assert "ingest more playlists" in output_of(done)
    assert scratch(tmp_path / "data" / "work") == []

"""A refresh killed in each of its stages, one after another, gives the release of one that ran undisturbed."""

import os
import signal
from pathlib import Path

import pytest

from kit.release_current import current_version
from pipelines import console
from tests.pipelines.test_cli import STAGES, Done, scratch, segue, started, wait_for
from tests.published import source_files

pytestmark = pytest.mark.slow


def stages_of(errors: str) -> list[str]:
    """The stages of a run, in order."""
    return [line.removeprefix("done ")[: console.NAME_WIDTH].strip() for line in errors.splitlines()]


def killed(words: tuple[object, ...], data: Path, before: str | None, half_done: bool) -> None:
    """Runs a refresh and kills it right after the stage `before` (None: when it begins to ingest), or when a later one
    has begun to fill its folder."""
    left = set(scratch(data))  # by the run that was killed before
    process = started(*words)
    assert process.stderr
    if before is None:
        wait_for((data / "work" / "ingest").exists, process)
    else:
        line = next((line for line in process.stderr if line.startswith(f"done {before} ")), None)
        assert line, f"it ended before {before}"
    if half_done:
        wait_for(lambda: set(scratch(data)) - left, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return source_files(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def undisturbed(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Done:
    return segue("refresh", *sources, "--jobs", 1, "--data", tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize("half_done", [False, True])
def test_a_refresh_killed_in_every_stage_gives_the_release_of_one_that_was_not(
    sources: list[Path], undisturbed: Done, tmp_path: Path, half_done: bool
) -> None:
    words = ("refresh", *sources, "--jobs", 1, "--data", tmp_path)
    assert stages_of(undisturbed.stderr) == list(STAGES)
    for before, stage in zip([None, *STAGES], STAGES, strict=False):
        killed(words, tmp_path, before, half_done)
        assert current_version(tmp_path / "releases") is None, f"half of a release serves after {stage} was killed"
    finished = segue(*words)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.partition(" ")[0] == undisturbed.stdout.partition(" ")[0]
    assert stages_of(finished.stderr) == list(STAGES)
    assert scratch(tmp_path) == []

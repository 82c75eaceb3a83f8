"""A refresh killed in each of its stages, one after another, gives the release of one that ran undisturbed."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from kit.release_current import current_version
from pipelines import console
from tests.pipelines.test_cli import STAGES, Done, scratch, segue, started, wait_for
from tests.published import source_files

pytestmark = pytest.mark.slow
SECONDS = re.compile(r"\((\d+\.\d) s\)$")


def stages_of(errors: str) -> dict[str, float]:
    """The seconds of each stage of a run, in order; 0 for one that was reused."""
    lines = [line.removeprefix("done ") for line in errors.splitlines()]
    found = {line[: console.NAME_WIDTH].strip(): SECONDS.search(line) for line in lines}
    return {name: float(seconds[1]) if seconds else 0 for name, seconds in found.items()}


def killed(words: tuple[object, ...], data: Path, before: str | None, wait_s: float) -> None:
    """Runs a refresh and kills it so long after the stage `before` (None: after it began to ingest)."""
    process = started(*words)
    assert process.stderr
    if before is None:
        wait_for((data / "work" / "ingest").exists, process)
    else:
        line = next((line for line in process.stderr if line.startswith(f"done {before} ")), None)
        assert line, f"it ended before {before}"
    time.sleep(wait_s)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return source_files(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def undisturbed(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Done:
    return segue("refresh", *sources, "--jobs", 1, "--data", tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize("share", [0.0, 0.5], ids=["begun", "half done"])
def test_a_refresh_killed_in_every_stage_gives_the_release_of_one_that_was_not(
    sources: list[Path], undisturbed: Done, tmp_path: Path, share: float
) -> None:
    words = ("refresh", *sources, "--jobs", 1, "--data", tmp_path)
    seconds = stages_of(undisturbed.stderr)
    assert list(seconds) == list(STAGES)
    for before, stage in zip([None, *STAGES], STAGES, strict=False):
        wait_s = share * seconds[stage] if stage != "publish" else 0  # its end is what must not be reached
        killed(words, tmp_path, before, wait_s)
        assert current_version(tmp_path / "releases") is None, f"half of a release serves after {stage} was killed"
    finished = segue(*words)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.partition(" ")[0] == undisturbed.stdout.partition(" ")[0]
    assert list(stages_of(finished.stderr)) == list(STAGES)
    assert [path for path in scratch(tmp_path) if not path.endswith(".lock")] == []

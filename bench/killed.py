"""A refresh killed halfway through each of its stages: python -m bench.killed SOURCES FOLDER [--at 0.5]

Runs `refresh` of SOURCES (a file or folder of playlists) undisturbed with data in FOLDER/whole; its output says how
long each stage takes. Then the same into FOLDER/killed: each run is ended by SIGKILL when the share `--at` of the time
of its next stage has passed, and started again. Prints what each run did anew, whether a last run gives the release of
the undisturbed one, and whether a scratch file of a killed run is left. The tests do this with a small world
(tests/pipelines/test_killed_refresh.py); bench.world writes larger ones. With `--update` SOURCES is a share that
bench.scale has measured whole, and what is killed is the update of bench.update_cost, on copies of its folders.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench import update_cost
from bench.cost import ROOT
from bench.tables import Table
from pipelines.console import NAME_WIDTH

DONE = re.compile(rf"^done (?P<stage>.{{{NAME_WIDTH}}}) .*\((?:(?P<seconds>[\d.]+) s|reused)\)$")
TOO_SHORT_S = 0.2  # a stage below it is over before a signal arrives


@dataclass(frozen=True, slots=True)
class Stage:
    """A finished stage and how long it took; None: it was there."""

    name: str
    seconds: float | None


class Run:
    """A refresh that is running, and the stages that it has finished so far; killed at the end of a `with`."""

    def __init__(self, words: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.stages: list[Stage] = []
        self.version, self._errors = "", ""
        assert self._process.stderr
        self._reading = threading.Thread(target=self._read, args=(self._process.stderr,))
        self._reading.start()

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _read(self, errors: IO[str]) -> None:
        for line in errors:
            self._errors = line
            if found := DONE.match(line.rstrip()):
                self.stages.append(Stage(found["stage"].strip(), float(found["seconds"]) if found["seconds"] else None))

    def wait_for(self, stages: int) -> None:
        """Until so many stages are finished."""
        self.wait_until(lambda: len(self.stages) >= stages)

    def wait_until(self, true: Callable[[], bool]) -> None:
        """Until that is true; SystemExit where the refresh ends before."""
        while not true():
            if self._process.poll() is not None:
                self._reading.join()
                if true():
                    return
                raise SystemExit(f"the refresh ended after {len(self.stages)} stages: {self._errors}")
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL to the process and all that it started, unless it has ended."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()
        self._reading.join()

    def finish(self) -> "Run":
        """Waits for its end; SystemExit where it failed."""
        assert self._process.stdout
        self.version = self._process.stdout.read().partition(" ")[0]
        self._reading.join()
        if self._process.wait():
            raise SystemExit(f"the refresh failed: {self._errors}")
        return self


def killed_in_each(words: Sequence[str], stages: Sequence[Stage], at: float) -> list[list[str]]:
    """A row for each stage: when its run was killed, and what that run had still to do before."""
    rows = []
    for number, stage in enumerate(stages):
        if stage.seconds is None or stage.seconds < TOO_SHORT_S:
            continue
        with Run(words) as run:
            run.wait_for(number)
            time.sleep(at * stage.seconds)
            run.kill()
        anew = [one.name for one in run.stages if one.seconds is not None]
        over = "after it" if len(run.stages) > number else f"{at * stage.seconds:.1f} of {stage.seconds:.1f} s"
        rows.append([stage.name, over, ", ".join(anew) or "nothing"])
        print(*rows[-1], sep=": ", file=sys.stderr, flush=True)
    return rows


def words_of(sources: Path, folder: Path, update: bool) -> list[str]:
    """The words of a refresh into the folder; of an update, copies are made there."""
    if update:
        return update_cost.prepare_update(update_cost.Refreshed.of_share(sources), folder)[0]
    return ["refresh", str(sources), "--jobs", "1", "--data", str(folder)]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", type=float, default=0.5, help="share of the time of a stage")
    parser.add_argument("--update", action="store_true", help="of an update, of a share of bench.scale")
    options = parser.parse_args()
    sources, folder = options.sources.resolve(), options.folder.resolve()
    whole, killed = folder / "whole", folder / "killed"
    if there := [one for one in (whole, killed) if one.exists()]:
        raise SystemExit(f"{there[0]} exists: give an empty folder")
    with Run(words_of(sources, whole, options.update)) as run:
        undisturbed = run.finish()
    if options.update:
        shutil.rmtree(whole)  # the copies of a large share are large
    words = words_of(sources, killed, options.update)
    rows = killed_in_each(words, undisturbed.stages, options.at)
    with Run(words) as run:
        last = run.finish()
    left = sorted(str(path.relative_to(killed)) for path in killed.rglob(".*"))
    same = "the same" if last.version == undisturbed.version else f"not {undisturbed.version}"
    caption = f"Killed in each stage: {last.version}, {same}; left over: {left or 'nothing'}"
    print(Table(caption, ["stage", "killed", "done anew"], rows))


if __name__ == "__main__":
    main()

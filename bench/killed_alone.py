"""Single stages of a large refresh killed halfway: python -m bench.killed_alone FOLDER/1 SCRATCH [--stages "graph all"]

FOLDER/1 is a share that bench.scale has measured whole. For each stage SCRATCH gets its work folder without what that
stage made (hard links to large files). A refresh of it is ended by SIGKILL when the share `--at` of the time of the
stage has passed since it began; the next one makes the stage anew. What it makes is compared with what bench.scale
kept, each file to the byte, and where that is not the same, as it was made by older code, with what one more run makes
that is not killed. A release's name is a hash of its files. An index is not compared, publish checks it. bench.killed
kills a whole refresh in one stage after another, and runs one more that it leaves alone, which takes two and a half
times as long as a refresh. This one does it in pieces, in any order.
"""

import argparse
import filecmp
import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.killed import Run
from bench.tables import Table
from bench.update_cost import Refreshed, linked

ORDER = (
    *("ingest", "graph train", "train train", "train held-out", "query model", "names train", "evaluate"),
    *("cold-start evaluation", "graph all", "train all", "coldstart", "names all", "map", "calibrate"),
    *("release", "publish"),
)
"""The stages of `refresh --jobs 1`."""
PARTS = ("train", "all")
HEADINGS = ["stage", "killed after", "CPU s of the next run", "what that made", "half-made there"]
DESCRIPTION = "stage.json"
INGEST = ("ingest", "ingest-file", "ingest-group")  # tables, what is kept of each file, merged groups of files
OF_THE_RUN = ("cpu_s", "commit")  # figures that a stage does not repeat
SHORT_S = 0.2  # of a stage that bench.scale does not measure: the name models


@dataclass(frozen=True, slots=True)
class Killed:
    """What a refresh was killed in and how the next one went on: seconds until the signal of those that the stage took,
    whether the stage was over by then, CPU seconds of the run that made it anew, what that run made of it, and what is
    left half-made in the folders of the stage."""

    stage: str
    after_s: float
    of_s: float
    over: bool
    cpu_s: float
    made: str
    left: Sequence[str]

    def row(self) -> list[str]:
        """Of the table."""
        when = "after it" if self.over else f"{self.after_s:.1f} of {self.of_s:.1f} s"
        return [self.stage, when, f"{self.cpu_s:.0f}", self.made, ", ".join(self.left) or "nothing"]


def described(folder: Path) -> dict[str, Any]:
    """What a finished stage says of itself."""
    found: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text())
    return found


def part_of(work: Path, folder: Path) -> str:
    """Whether a stage of both parts is that of the training playlists ("train") or of all."""
    one = described(folder)
    if part := one["settings"].get("part"):
        return str(part)
    before = "graph" if "graph" in one["inputs"] else "train"
    return part_of(work, work / before / one["inputs"][before])


def kept_by(work: Path, stage: str) -> Path:
    """The folder of a finished stage; SystemExit where there is none or more than one."""
    kind, _, part = stage.rpartition(" ")
    of_part = part in PARTS
    folders = sorted((work / (kind if of_part else stage.replace(" ", "-"))).glob("[!.]*"))
    found = [folder for folder in folders if not of_part or part_of(work, folder) == part]
    if len(found) != 1:
        raise SystemExit(f"{work} holds {len(found)} of {stage!r}: give a share that bench.scale has measured whole")
    return found[0]


def differences(made: Path, kept: Path) -> list[str]:
    """Names of files that are not the same to the byte; of the description, figures of the run apart."""
    names = {path.relative_to(folder) for folder in (made, kept) for path in folder.rglob("*") if path.is_file()}
    return sorted(str(name) for name in names if not _same(made / name, kept / name))


def _same(made: Path, kept: Path) -> bool:
    if not (made.exists() and kept.exists()):
        return False
    if made.name == DESCRIPTION:
        return _repeated(made.parent) == _repeated(kept.parent)
    return filecmp.cmp(made, kept, shallow=False)


def _repeated(folder: Path) -> dict[str, Any]:
    one = described(folder)
    figures = {name: value for name, value in one["figures"].items() if name not in OF_THE_RUN}
    return one | {"figures": figures}


def killed_in(full: Refreshed, scratch: Path, stage: str, seconds: float, at: float) -> Killed:
    """Kills a refresh in a stage that takes so many seconds, and has another one finish it; SCRATCH is removed."""
    number = 0 if stage == "publish" else ORDER.index(stage)
    try:
        words = _prepared(full, scratch, stage)
        with Run(words) as run:
            run.wait_for(number)
            run.wait_until(lambda: len(run.stages) > number or _begun(scratch, stage))
            time.sleep(at * seconds)
            run.kill()
        before = _children_cpu_s()
        with Run(words) as again:
            again.wait_for(number + 1)
            again.finish() if stage == "publish" else again.kill()
        if again.stages[number].name != stage:
            raise SystemExit(f"stage {number + 1} of a refresh is {again.stages[number].name!r}, not {stage!r}")
        cpu_s, over, left = _children_cpu_s() - before, len(run.stages) > number, _left(scratch, stage)
        made = _made(full, scratch, stage, lambda: _once_more(words, scratch, stage, number))
        return Killed(stage, at * seconds, seconds, over, cpu_s, made, left)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _folders(scratch: Path, stage: str) -> list[Path]:
    """Where a stage writes, under temporary names until it is finished."""
    if stage in ("release", "publish"):
        return [scratch / "data" / name for name in ("releases", "index")[: 1 + (stage == "publish")]]
    if stage == "ingest":
        return [scratch / "work" / name for name in INGEST]
    kind, _, part = stage.rpartition(" ")
    return [scratch / "work" / (kind if part in PARTS else stage.replace(" ", "-"))]


def _begun(scratch: Path, stage: str) -> bool:
    """Whether the stage builds something. Release and publish read for long before they write: they have begun when the
    stages before are finished."""
    folders = [folder for folder in _folders(scratch, stage) if folder.exists()]
    return stage in ("release", "publish") or any(next(folder.rglob(".*-*"), None) for folder in folders)


def _left(scratch: Path, stage: str) -> list[str]:
    folders = [folder for folder in _folders(scratch, stage) if folder.exists()]
    return sorted(str(path.relative_to(scratch)) for folder in folders for path in folder.rglob(".*"))


def _prepared(full: Refreshed, scratch: Path, stage: str) -> list[str]:
    """Copies what the stage needs; the words of the command."""
    work, data = scratch / "work", scratch / "data"
    if stage == "publish":
        shutil.copytree(full.data / "releases", data / "releases", copy_function=linked)
        for name in ("CURRENT", "SERVED"):
            (data / "releases" / name).unlink()
        return ["publish", str(_release(full.data)), "--data", str(data)]
    shutil.copytree(full.work, work, copy_function=linked)
    for folder in (
        _folders(scratch, stage) if stage == "ingest" else [kept_by(work, stage)] if stage != "release" else []
    ):
        shutil.rmtree(folder, ignore_errors=True)
    named = [str(path) for path in full.named]
    return ["refresh", *named, "--jobs", "1", "--data", str(data), "--work", str(work)]


def _release(data: Path) -> Path:
    return data / "releases" / (data / "releases" / "CURRENT").read_text().strip()


def _made(full: Refreshed, scratch: Path, stage: str, once_more: Callable[[], tuple[Path, Path]]) -> str:
    """How the finished stage compares with the kept one; where that is of other code, with what a run makes that
    nobody kills."""
    if stage == "publish":
        return f"serves {_release(scratch / 'data').name}"
    if stage == "release":
        [made], kept = _releases(scratch), _release(full.data)
        other = [] if made.name == kept.name else [made.name]
    else:
        other = differences(kept_by(scratch / "work", stage), kept_by(full.work, stage))
    if not other:
        return "the same"
    made, undisturbed = once_more()
    same = made.name == undisturbed.name
    off = [] if stage == "release" and same else differences(made, undisturbed)  # its manifest has a date
    return f"{', '.join(off) or 'the same as undisturbed'}; not as kept: {', '.join(other)}"


def _releases(scratch: Path) -> list[Path]:
    return sorted((scratch / "data" / "releases").glob("[!.]*"))


def _once_more(words: Sequence[str], scratch: Path, stage: str, number: int) -> tuple[Path, Path]:
    """The folder of the finished stage, put aside, and what a run makes in its place."""
    [made] = _releases(scratch) if stage == "release" else [kept_by(scratch / "work", stage)]
    aside = scratch / "aside" / made.name
    aside.parent.mkdir()
    made.rename(aside)
    with Run(words) as run:
        run.wait_for(number + 1)
        run.kill()
    [undisturbed] = _releases(scratch) if stage == "release" else [kept_by(scratch / "work", stage)]
    return aside, undisturbed


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("share", type=Path)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--stages", nargs="+", choices=ORDER, default=ORDER)
    parser.add_argument("--at", type=float, default=0.5, help="share of the time of a stage")
    options = parser.parse_args()
    if options.scratch.exists():
        raise SystemExit(f"{options.scratch} exists: give a folder that does not")
    share, scratch = options.share.resolve(), options.scratch.resolve()
    full, costs = Refreshed.of_share(share), json.loads((share / "costs.json").read_text())
    rows = []
    for stage in options.stages:
        seconds = costs[stage]["wall_s"] if stage in costs else SHORT_S
        rows.append(killed_in(full, scratch, stage, seconds, options.at).row())
        print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    print(
        Table("Stages killed one by one", ["stage", "killed after", "CPU s of the next run", "made", "left over"], rows)
    )


if __name__ == "__main__":
    main()

"""Cost of every refresh stage on generated worlds: python -m bench.scale FOLDER [--shares 1/64 1/16] [--stages ingest]

Writes a world of each share of the Million Playlist size (bench.world) under FOLDER, runs the stages of a refresh one
by one, each in a process of its own, and prints CPU seconds, the peak memory and wall seconds of each, and its
exponent: the slope of log CPU over log entries. Measured stages are kept in FOLDER and not measured again, so a stopped
run continues; `--again` measures the named stages anew. A stage that fails is shown with its error, and the stages
after it that need it fail as well. This program loads no library, so that it takes no memory from what it measures.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

from bench.cost import ROOT, exponent, run_stage
from bench.tables import Table, show

STAGES = (
    *("ingest", "graph train", "train held-out", "train train", "query model", "evaluate", "cold-start evaluation"),
    *("graph all", "train all", "coldstart", "map", "calibrate", "release", "publish"),
)
SHARES = (Fraction(1, 64), Fraction(1, 16))
MILLION = 66_346_428  # entries of the Million Playlist Dataset
Costs = dict[str, dict[str, float]]  # by stage: cpu_s, peak_mb, wall_s


@dataclass(frozen=True, slots=True)
class Measured:
    """A share, the number of entries of its world, and the costs of the stages that ran."""

    share: Fraction
    entries: int
    costs: Mapping[str, Mapping[str, float]]


def measure(
    folder: Path, share: Fraction, stages: Sequence[str], again: bool, progress: Callable[[str], None]
) -> Measured:
    """Runs the stages that are not measured yet; the world and the costs stay in the folder of the share."""
    own = folder / str(share).replace("/", "-of-")
    entries, costs = _world(own, share), _kept(own)
    for stage in stages:
        if again or stage not in costs:
            try:
                costs[stage] = run_stage(stage, own / "world", own)
            except SystemExit as failed:
                progress(f"{share} {stage} failed: {failed}")
                break
            (own / "costs.json").write_text(json.dumps(costs, indent=1))
            progress(f"{share} {stage}: {costs[stage]}")
    return Measured(share, entries, costs)


def _world(own: Path, share: Fraction) -> int:
    """Writes the world unless it is there, complete; returns its number of entries."""
    counted = own / "entries.json"
    if not counted.exists():
        shutil.rmtree(own / "world", ignore_errors=True)
        command = [sys.executable, "-m", "bench.world", str(own / "world"), "--share", str(share)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        counted.write_text(done.stdout.split(" playlists, ")[1].split(" entries")[0].replace(",", ""))
    return int(counted.read_text())


def _kept(own: Path) -> Costs:
    path = own / "costs.json"
    kept: Costs = json.loads(path.read_text()) if path.exists() else {}
    return kept


def table(sizes: Sequence[Measured], stages: Sequence[str] = STAGES) -> Table:
    """A row a stage: CPU s, MB at the peak and wall s at each size, the exponent, and the CPU s at a share of 1, which
    is extrapolated by that exponent from the largest size where that size is smaller."""
    headings = ["stage", *(f"{what} at {size.share}" for size in sizes for what in ("CPU s", "MB", "wall s"))]
    rows = [
        [stage, *chain.from_iterable(_cells(size, stage) for size in sizes), *_growth(sizes, stage)] for stage in stages
    ]
    counts = ", ".join(f"{size.entries:,}" for size in sizes)
    caption = f"Refresh stages on generated worlds of {counts} entries; the last column is extrapolated"
    return Table(caption, [*headings, "exponent", "CPU h at 1"], rows)


def _cells(size: Measured, stage: str) -> list[str]:
    if stage not in size.costs:
        return ["-", "-", "-"]
    cost = size.costs[stage]
    return [f"{cost['cpu_s']:.1f}", f"{cost['peak_mb']:,.0f}", f"{cost['wall_s']:.1f}"]


def _growth(sizes: Sequence[Measured], stage: str) -> list[str]:
    """The exponent, and the hours at a share of 1."""
    ran = [size for size in sizes if stage in size.costs]
    slope = exponent([size.entries for size in ran], [size.costs[stage]["cpu_s"] for size in ran])
    if slope is None:
        return ["-", "-"]
    last = ran[-1]
    return [f"{slope:.2f}", f"{last.costs[stage]['cpu_s'] * (MILLION / last.entries) ** slope / 3600:.2f}"]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shares", type=Fraction, nargs="+", default=SHARES)
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    parser.add_argument("--again", action="store_true", help="also stages that were measured before")
    parser.add_argument("--out", type=Path, help="also write the table here, as Markdown")
    options = parser.parse_args()
    folder = options.folder.resolve()

    def note(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    sizes = [measure(folder, share, options.stages, options.again, note) for share in sorted(options.shares)]
    show([table(sizes, options.stages)], options.out)


if __name__ == "__main__":
    main()

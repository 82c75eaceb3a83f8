"""CPU and memory of each pipeline stage and their growth with the data: python -m bench.cost PLAYLISTS [--out FILE]

An eighth, a quarter, half and all of the playlists, each part of the next, go through every stage of the pipeline, each
stage in a process of its own. CPU seconds count all threads and child processes; memory is the peak of the process or
a child. The exponent is the slope of log CPU over log entries: 1 grows with the data, 2 with its square.
This program imports no library, so that it takes neither memory nor time from what it measures.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import linear_regression

from bench.tables import Table, show

SHARES = (0.125, 0.25, 0.5, 1.0)
ROOT = Path(__file__).resolve().parents[1]
START = "start"
REFRESH = (
    *("ingest", "graph train", "train held-out", "train train", "query model", "evaluate", "cold-start evaluation"),
    *("graph all", "train all", "coldstart", "release", "publish"),
)
PARTS = ("spectral", "gcn", "artist graph")
SUM = "sum of refresh"


@dataclass(frozen=True, slots=True)
class Size:
    """A share of the playlists and the cost of every stage: (CPU seconds, megabytes at the peak)."""

    playlists: int
    entries: int
    costs: Mapping[str, tuple[float, float]]


def run(playlists: Path, shares: Sequence[float], progress: Callable[[str], None]) -> list[Size]:
    """All stages for each share, smallest first."""
    with tempfile.TemporaryDirectory() as scratch:
        return [_size(playlists, share, Path(scratch) / f"{share}", progress) for share in shares]


def _size(playlists: Path, share: float, folder: Path, progress: Callable[[str], None]) -> Size:
    counted = run_stage("subset", playlists, folder / "sources", "--share", str(share))
    costs = {}
    for stage in (START, *REFRESH, *PARTS):
        result = run_stage(stage, folder / "sources", folder)
        costs[stage] = result["cpu_s"], result["peak_mb"]
        progress(f"{share:5} {stage:14} {result['cpu_s']:8.2f} CPU s {result['peak_mb']:7.0f} MB")
    return Size(int(counted["playlists"]), int(counted["entries"]), costs)


def run_stage(*words: object) -> dict[str, float]:
    """The output of bench.cost_stage; ends the program with its last error lines when it fails."""
    command = [sys.executable, "-m", "bench.cost_stage", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def exponent(entries: Sequence[int], cpu_s: Sequence[float]) -> float | None:
    """The slope of log CPU over log entries; None where a stage took no time, or with one size."""
    if len(entries) < 2 or min(cpu_s) <= 0:
        return None
    return linear_regression([log(count) for count in entries], [log(seconds) for seconds in cpu_s]).slope


def cost_tables(sizes: Sequence[Size]) -> list[Table]:
    """CPU seconds with the exponent, then memory, a column a size."""
    headings = [f"{size.playlists:,} playlists" for size in sizes]
    entries = [size.entries for size in sizes]
    spent = {stage: [size.costs[stage][0] for size in sizes] for stage in (START, *REFRESH)}
    spent[SUM] = [sum(size.costs[stage][0] for stage in REFRESH) for size in sizes]
    spent |= {stage: [size.costs[stage][0] for size in sizes] for stage in PARTS}
    held = {stage: [size.costs[stage][1] for size in sizes] for stage in (START, *REFRESH, *PARTS)}
    result = ", ".join(f"{count:,}" for count in entries)
    return [
        Table(
            f"CPU seconds of each stage, its process's start apart, for {result} entries",
            ["stage", *headings, "exponent"],
            [[stage, *(f"{value:.2f}" for value in row), _shown(entries, row)] for stage, row in spent.items()],
        ),
        Table(
            "Megabytes at the peak, libraries included",
            ["stage", *headings],
            [[stage, *(f"{value:,.0f}" for value in row)] for stage, row in held.items()],
        ),
    ]


def _shown(entries: Sequence[int], cpu_s: Sequence[float]) -> str:
    slope = exponent(entries, cpu_s)
    return "-" if slope is None else f"{slope:.2f}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("playlists", type=Path)
    parser.add_argument("--out", type=Path, help="also write the tables here, as Markdown")
    options = parser.parse_args()
    sizes = run(options.playlists.resolve(), SHARES, lambda line: print(line, file=sys.stderr, flush=True))
    show(cost_tables(sizes), options.out)


if __name__ == "__main__":
    main()

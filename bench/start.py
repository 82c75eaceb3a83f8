"""Cost of starting: `python -m bench.start --rounds 5`.

Starts fleet.py on a data folder that it has served before, as the second `make run` does, and prints seconds until it
says that it runs and CPU seconds of each process, and of the fork server, which imports what they share. Then the CPU
seconds of importing each service alone, and what the packages that a start does not load
(tests/repo/test_start_imports.py) would add, in turn.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.fleets import command_of, end, published_demo
from bench.load import children, cpu_seconds, own_cpu_seconds
from bench.tables import Table, show
from kit.topology import GATEWAY, SERVICES
from supervisor.programs import listen_once

READY = "Ctrl-C stops everything"
APPS = {**{row.name: f"services.{row.name}.app" for row in SERVICES}, GATEWAY: "gateway.app"}
LEFT_OUT = {"rich": "rich.traceback", "Alembic": "alembic.command", "spotipy": "spotipy"}
LEFT_OUT |= {"Authlib": "authlib.integrations.requests_client"}
"""Packages that services load only where they are needed, and what they import of them then."""
Costs = dict[str, list[float]]


def starts(data: Path, rounds: int) -> Costs:
    """Seconds to ready, and CPU seconds by process, of each start after one that is not counted."""
    found: Costs = {}
    for at in range(rounds + 1):
        begun = time.monotonic()
        with ready(data) as pid:
            took = {"seconds until it runs": time.monotonic() - begun, **_cpu(pid)}
        for name, cost in took.items() if at else ():
            found.setdefault(name, []).append(cost)
    return found


@contextmanager
def ready(data: Path) -> Iterator[int]:
    """The process id of fleet.py, once it says that all services run."""
    command = [sys.executable, "fleet.py", "--port", str(listen_once(0)), "--data", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        if not any(READY in line for line in process.stdout):
            raise SystemExit("fleet.py did not start; run make run to see why")
        yield process.pid
    finally:
        end([process])


def _cpu(pid: int) -> Mapping[str, float]:
    """CPU seconds of fleet.py alone, and of each process that it started with all below it."""
    below = [child for one in children(pid) for child in (one, *children(one))]
    started = {name: cpu_seconds(child) for child in below if (name := _name(child))}
    others = {"fleet.py": own_cpu_seconds(pid), "all": cpu_seconds(pid)}
    return {**started, **others, "shared imports": others["all"] - others["fleet.py"] - sum(started.values())}


def _name(pid: int) -> str:
    """The program that a process is; empty for the fork server and the helper of multiprocessing."""
    words = command_of(pid)
    return next((name for name, app in APPS.items() if any(word.startswith(f"{app}:") for word in words)), "")


def imports(rounds: int) -> dict[str, tuple[float, dict[str, float]]]:
    """By service: least CPU seconds of importing it, and what each package of LEFT_OUT adds to them; on a shared
    machine the least of several is what repeats."""
    found: dict[str, Costs] = {name: {} for name in APPS}
    for _ in range(rounds):
        for name, app in APPS.items():
            for package, module in {"": "sys", **LEFT_OUT}.items():
                found[name].setdefault(package, []).append(_import_cpu(app, module))
    least = {name: {package: min(costs) for package, costs in of.items()} for name, of in found.items()}
    return {name: (of[""], {package: of[package] - of[""] for package in LEFT_OUT}) for name, of in least.items()}


def _import_cpu(app: str, more: str) -> float:
    before = _children_cpu()
    subprocess.run([sys.executable, "-c", f"import {app}, {more}"], check=True)
    return _children_cpu() - before


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        warm = starts(published_demo(Path(folder)), options.rounds)
    rows = [
        [name, *(f"{figure:.1f}" for figure in (min(of), statistics.median(of), max(of)))] for name, of in warm.items()
    ]
    loaded = [
        [name, f"{cost:.2f}", *(f"{more[package]:+.2f}" for package in LEFT_OUT)]
        for name, (cost, more) in imports(options.rounds).items()
    ]
    caption = f"{options.rounds} starts on {os.cpu_count()} cores; below the first row CPU seconds"
    show(
        [
            Table(caption, ["", "least", "median", "most"], rows),
            Table("CPU seconds of an import, and what would be added by", ["", "alone", *LEFT_OUT], loaded),
        ],
        options.out,
    )


if __name__ == "__main__":
    main()

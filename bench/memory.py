"""Memory of each process over minutes of mixed load: python -m bench.memory [--minutes 10] [--people N] [--servers]

fleet.py serves the demo release, or a data folder of yours (--data DIR); eight people with 50 likes and eight with
1,000 send what bench.routes measures, one request of each kind in turn over 4 kept connections, as fast as it is
answered. At each minute resident memory and what is no file's (anonymous) of each process, its workers included, in MB.
Growth is that of the last half: the first minutes fill caches, which have bounds. So many further --people with 50
likes each get one list before minute 0. Then what the mix cost: how many cores a rate of requests needs.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, zip_longest
from pathlib import Path

from bench.fleets import call, imported, person, published_demo, ready, supervised
from bench.load import ApiCall, Connection, cpu_seconds, memory_with_children_mb, own_cpu_seconds
from bench.routes import routes
from bench.serve import FIRST_START_S, ME, listeners
from bench.servers import published_on, servers
from bench.tables import Table
from bench.turns import CONNECTIONS, FLEET
from kit.release import Release
from kit.release_current import current_version

KINDS = ("resident", "anonymous")


@dataclass
class Load:
    """Requests until it is told to stop; how many were answered, and those that failed."""

    answered: int = 0
    failures: list[str] = field(default_factory=list)
    stopped: bool = False

    async def run(self, port: int, calls: Sequence[ApiCall]) -> None:
        """Sends the calls in turn over CONNECTIONS connections."""
        turn = cycle([call.raw() for call in calls])

        async def one() -> None:
            connection = Connection(port)
            while not self.stopped:
                status, body = await connection.send(next(turn))
                self.answered += 1
                if status not in (200, 204):
                    self.failures.append(f"{status} {body[:200]!r}")
            connection.close()

        await asyncio.gather(*(one() for _ in range(CONNECTIONS)))


async def mixed(port: int, release: Release) -> list[ApiCall]:
    """One call of each route in turn, until all calls of the route with the most have come."""
    scenarios = (await routes(port, port, release))[1:]
    most = max(len(scenario.calls) for scenario in scenarios)
    repeated = [[scenario.calls[at % len(scenario.calls)] for at in range(most)] for scenario in scenarios]
    return [call for turn in zip_longest(*repeated) for call in turn]


async def visited(port: int, release: Release, people: int) -> None:
    """Signs up so many people with 50 likes, and requests one list of each."""
    likes = cycle(listeners(release, 50))
    for number in range(people):
        token = await person(port, f"more{number}", next(likes))
        await call(port, ApiCall("GET", ME, token))


async def measure(data: Path, minutes: int, people: int, beneath: Mapping[str, int]) -> None:
    """Prints the tables."""
    version = current_version(data / "releases")
    assert version is not None
    release = Release(data / "releases" / version)
    with supervised(data) as real:
        await ready(real.port, patience_s=FIRST_START_S)
        await imported(real.programs)
        calls = await mixed(real.port, release)
        await visited(real.port, release, people)
        pids = real.pids | {FLEET: real.pid, **beneath}
        load, began, before = Load(), time.monotonic(), _cpu(pids)
        running = asyncio.create_task(load.run(real.port, calls))
        seen = [_held(pids)]
        for minute in range(1, minutes + 1):
            await asyncio.sleep(began + minute * 60 - time.monotonic())
            seen.append(_held(pids))
            print(f"minute {minute}: {load.answered:,} answered, {len(load.failures)} failed", flush=True)
        load.stopped = True
        await running
        spent = _cpu(pids) - before
    print(f"{load.answered / spent:.0f} requests of the mix a CPU second, {spent / load.answered * 1e3:.1f} ms each")
    for kind in KINDS:
        print(f"\n{table(kind, seen)}")
    if load.failures:
        raise SystemExit(f"{len(load.failures)} of {load.answered} failed, the first: {load.failures[0]}")


Held = Mapping[str, Mapping[str, float]]
"""Process -> kind of memory -> MB."""


def _held(pids: Mapping[str, int]) -> Held:
    return {name: memory_with_children_mb(pid, own=name == FLEET) for name, pid in pids.items()}


def _cpu(pids: Mapping[str, int]) -> float:
    """CPU seconds so far of all processes together."""
    return sum((own_cpu_seconds if name == FLEET else cpu_seconds)(pid) for name, pid in pids.items())


def table(kind: str, seen: Sequence[Held]) -> Table:
    """A row a process and a column a minute, then the growth from the middle to the end; all in MB."""
    heads = ["MB", *(str(minute) for minute in range(len(seen))), f"from {len(seen) // 2} on"]
    rows = []
    for name in seen[0]:
        figures = [held[name][kind] for held in seen]
        rows.append([name, *(f"{figure:.0f}" for figure in figures), f"{figures[-1] - figures[len(seen) // 2]:+.1f}"])
    return Table(f"{kind} memory by minute", heads, rows)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--people", type=int, default=0, help="beside the sixteen that send the requests")
    parser.add_argument("--data", type=Path, help="a data folder with a published release (default: the demo, anew)")
    parser.add_argument("--servers", action="store_true", help="the demo on PostgreSQL, Redis and Qdrant's stand-in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        beneath = stack.enter_context(servers(folder)) if options.servers else None
        data = published_on(beneath, folder) if beneath else options.data or published_demo(folder)
        asyncio.run(measure(data, options.minutes, options.people, beneath.pids if beneath else {}))


if __name__ == "__main__":
    main()

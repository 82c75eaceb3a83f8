"""What a recommendation costs, all processes together: python -m bench.serve [--data DIR] [--rounds N] [--requests N]

Starts fleet.py on the committed demo release or a data folder of yours, signs up people with 50 and 1,000 likes and
asks in a closed loop over kept connections. CPU is user + system time of each process, that of fleet.py itself
included. Costs are ratios to a no-op, a route that checks the token and answers nothing: every round asks every
scenario once, between two turns of the no-op, so that a busy moment of the machine falls on both sides of a ratio; the
table has the median of the rounds' ratios with its 95 % interval (bench/turns.py). What a turn leaves to be done later,
as what was shown is reported in lots, is waited for; the CPU of an idle fleet in that time is taken off. Then what
recommend holds in memory.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from bench.fleets import end, imported, person, published_demo, ready, start, supervised
from bench.load import ApiCall, children, memory_mb
from bench.servers import published_on, servers
from bench.turns import CONNECTIONS, FLEET, Scenario, Turns, in_turns
from kit.float16 import to_float32
from kit.release import Release
from kit.release_current import current_version
from kit.vectors import TrackIndex, TrackQuery
from kit.vectors.choice import open_release_index
from supervisor.programs import LOOPBACK, Program, free_port

PEOPLE = 8
ROWS = 65_536  # vectors widened at once
RANGES = "&min_energy=0.2&max_energy=0.95&min_year=1970"
ME = "/v1/me/recommendations?limit=20"
NOOP = "no-op with a token"
FIRST_START_S = 600.0  # a folder published elsewhere is imported into catalog first: a minute for 500,000 tracks
PARTS = ("gateway", "report", "recommend", "catalog", "auth", FLEET)
RATIOS = "requests a CPU second | x no-op CPU [95 %] | % of no-op rate | median ms | p99 ms"


def listeners(release: Release, likes: int) -> list[list[str]]:
    """Likes of several people: neighbourhoods of random tracks, as somebody's likes are not a random draw either."""
    draw = np.random.default_rng(likes)
    vectors = release.index_vectors("graph")[: release.embedded]
    found = []
    for _ in range(PEOPLE):
        heart = to_float32(vectors[draw.integers(release.embedded, size=3)])
        blocks = (vectors[start : start + ROWS] for start in range(0, release.embedded, ROWS))
        scores = np.concatenate([(to_float32(block) @ heart.T).max(axis=1) for block in blocks])
        near = np.argsort(-scores)[: likes * 3]
        found.append([release.track_id(int(row)) for row in draw.permutation(near)[:likes]])
    return found


async def scenarios(port: int, noop: int, release: Release) -> list[Scenario]:
    """What is asked; signs up the people it needs."""
    few = [await person(port, f"few{i}", likes) for i, likes in enumerate(listeners(release, 50))]
    many = [await person(port, f"many{i}", likes) for i, likes in enumerate(listeners(release, 1000))]
    tracks = [release.track_id(int(row)) for row in np.random.default_rng(0).integers(release.embedded, size=64)]
    seeds = [{"seeds": [{"track": track} for track in tracks[i : i + 3]], "limit": 20} for i in range(0, 60, 3)]
    return [
        Scenario(NOOP, [ApiCall("GET", ME, token) for token in few], noop),
        Scenario("the account (/v1/me)", [ApiCall("GET", "/v1/me", token) for token in few], port),
        Scenario("similar", [ApiCall("GET", f"/v1/tracks/{track}/similar?limit=20") for track in tracks], port),
        Scenario("3 seeds", [ApiCall("POST", "/v1/recommendations", body=body) for body in seeds], port),
        Scenario("me, 50 likes", [ApiCall("GET", ME, token) for token in few], port),
        Scenario("me, 50 likes, ranges", [ApiCall("GET", ME + RANGES, token) for token in few], port),
        Scenario("me, 1,000 likes", [ApiCall("GET", ME, token) for token in many], port),
        Scenario("me, 1,000 likes, ranges", [ApiCall("GET", ME + RANGES, token) for token in many], port),
    ]


Choice = Callable[[int, int, Release], Awaitable[list[Scenario]]]
"""(port of the gateway, port of the no-op's, the release) -> what is measured, the no-op first."""


async def bare_query(index: TrackIndex, release: Release, exclude: int, limit: int = 20) -> float:
    """Microseconds of CPU of one look-up in the index of this process, with as many tracks left out."""
    vectors = release.query_vectors("graph")
    draw = np.random.default_rng(1)
    times = []
    for _ in range(300):
        rows = draw.integers(release.embedded, size=max(exclude, 5))
        left_out = rows.tolist() if exclude else []
        query = TrackQuery("graph", to_float32(vectors[rows[:5]]).sum(axis=0), limit, exclude=left_out)
        started = time.process_time()
        await index.search([query])
        times.append(time.process_time() - started)
    return statistics.median(times) * 1e6


async def measure(
    options: argparse.Namespace, data: Path, logs: Path, beneath: Mapping[str, int], choice: Choice
) -> None:
    """Everything, then the tables; `beneath` are the servers' process ids."""
    version = current_version(data / "releases")
    assert version is not None
    release = Release(data / "releases" / version)
    with supervised(data, options.workers) as real:
        extra = _noop_programs(real.programs, {real.port})
        beside = {program.name: start(program, logs, {}) for program in extra}
        try:
            await ready(real.port, patience_s=FIRST_START_S)
            noop_port = extra[-1].port
            await ready(noop_port, "/health/live")
            await imported(real.programs)
            measured_scenarios = await choice(real.port, noop_port, release)
            pids = real.pids | {name: process.pid for name, process in beside.items()} | {FLEET: real.pid, **beneath}
            turns = Turns(pids, options.requests)
            await turns.measure_idle()
            for number in range(-1, options.rounds):
                await turns.round(measured_scenarios, keep=number >= 0)
            memory = {pid: memory_mb(pid) for pid in _workers(real.pids["recommend"])}
        finally:
            end(beside.values())
    report(measured_scenarios, release, (*PARTS, *beneath) if choice is scenarios else ())
    print(f"an idle fleet: {turns.idle_ms:.0f} ms of CPU a second, a job that runs now and then left out")
    for pid, held in memory.items():
        print(f"recommend, process {pid}: {', '.join(f'{name} {size:.0f} MB' for name, size in held.items())}")
    if beneath or choice is not scenarios:
        return
    index = open_release_index(data, release)
    for exclude in (0, 50, 1000):
        cost = await bare_query(index, release, exclude)
        print(f"bare index query, 20 of {release.embedded:,} tracks, {exclude} left out: {cost:.0f} us CPU")
    await index.close()


def _noop_programs(programs: Sequence[Program], taken: set[int]) -> list[Program]:
    """A service that answers nothing, and a second gateway in front of it."""
    by_name = {program.name: program for program in programs}
    service, door = free_port(0, taken), free_port(0, taken)
    gateway = dict(by_name["gateway"].settings) | {"SEGUE_GATEWAY_RECOMMEND_URL": f"http://{LOOPBACK}:{service}"}
    return [
        Program("noop", "bench.noop:create_app", service, by_name["recommend"].settings),
        Program("noop gateway", "gateway.app:create_app", door, gateway),
    ]


def _workers(pid: int) -> list[int]:
    """The processes that answer: the process itself, or its workers where it has several."""
    return [child for child in children(pid) if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()] or [pid]


def report(measured_scenarios: Sequence[Scenario], release: Release, names: Sequence[str]) -> None:
    """A table in Markdown."""
    noop = measured_scenarios[0]
    print(f"\n{release.version}, {release.embedded:,} tracks, {CONNECTIONS} connections, CPU in us a request\n")
    print(f"| asked | {' | '.join([*names, 'all', RATIOS])} |")
    print("|" + (len(names) + 7) * "---|")
    for one in measured_scenarios:
        beside = {"gateway": "noop gateway", "recommend": "noop"} if one is noop else {}
        parts = [f"{_median(one, beside.get(name, name)):.0f}" for name in names]
        ratio = [str(in_turns(one.ratios)) if one.ratios else "1", f"{100 * one.rate / noop.rate:.0f}"]
        times = [f"{one.percentile_ms(share):.1f}" for share in (0.5, 0.99)]
        cells = [one.name, *parts, f"{one.total_us:.0f}", f"{1e6 / one.total_us:.0f}", *ratio, *times]
        print(f"| {' | '.join(cells)} |")
    print()


def _median(scenario: Scenario, process: str) -> float:
    return statistics.median(one.get(process, 0.0) for one in scenario.cpu_us)


def main(choice: Choice = scenarios) -> None:
    """The command line; `choose` says what is measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a data folder with a published release (default: the demo, anew)")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--requests", type=int, default=200, help="per scenario and round")
    parser.add_argument("--workers", type=int, default=1, help="processes of recommend")
    parser.add_argument("--servers", action="store_true", help="the demo on PostgreSQL, Redis and Qdrant's stand-in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        beneath = stack.enter_context(servers(folder)) if options.servers else None
        data = published_on(beneath, folder) if beneath else options.data or published_demo(folder)
        asyncio.run(measure(options, data, folder, beneath.pids if beneath else {}, choice))


if __name__ == "__main__":
    main()

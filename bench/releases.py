"""Latency and failures during release switches: python -m bench.releases [--seconds 60] [--rate 50] [--workers 2]

Requests arrive at a steady rate (an open loop, so that a stall delays all requests behind
it) while two releases are published and one is rolled back. Shows failures, latencies and the longest stall.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.fleets import ROOT, imported, person, published_demo, ready, running
from bench.load import ApiCall, Connection
from bench.serve import listeners
from kit.release import Release
from kit.release_current import current_version


@dataclass
class Seen:
    """Every response: when it was due, seconds it took from then, status, release."""

    answers: list[tuple[float, float, int, str]] = field(default_factory=list)

    def slowest(self, begin: float, end: float) -> float:
        """Milliseconds of the slowest response that was due in this interval."""
        return max((took * 1000 for due, took, _, _ in self.answers if begin <= due < end), default=0.0)


def another(release: Release, folder: Path, number: int) -> Path:
    """The release again as a newer version: same tracks, another folder and another index."""
    copy = folder / f"{release.version}n{number}"
    shutil.copytree(release.path, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    newer = {"version": copy.name, "created_at": f"2999-01-0{number}T00:00:00Z"}
    (copy / "manifest.json").write_text(json.dumps(manifest | newer))
    return copy


async def pipeline(*arguments: str) -> float:
    """Runs one command of the pipeline; seconds it took."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "pipelines", *arguments, cwd=ROOT)
    if await process.wait():
        raise SystemExit(f"pipelines {' '.join(arguments)} failed")
    return time.perf_counter() - began


async def arrive(port: int, calls: list[ApiCall], rate: float, seconds: float, seen: Seen) -> None:
    """Sends a request every 1/rate seconds, each over the first free connection."""
    free: list[Connection] = []
    began, tasks = time.perf_counter(), set[asyncio.Task[None]]()

    async def one(due: float, call: ApiCall) -> None:
        connection = free.pop() if free else Connection(port)
        status, body = await connection.send(call.raw())
        free.append(connection)
        release = json.loads(body).get("release", "") if status == 200 else body[:200].decode(errors="replace")
        seen.answers.append((due - began, time.perf_counter() - due, status, release))

    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(due, calls[number % len(calls)]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)


async def changes(data: Path, newer: list[Path], seconds: float) -> list[tuple[str, float, float]]:
    """Two publishes and a rollback, spread over the time: what, begin and end in seconds."""
    began, happened = time.perf_counter(), []
    steps = (*(("publish", str(release)) for release in newer), ("rollback",))
    for number, step in enumerate(steps):
        await asyncio.sleep(max(0.0, began + seconds * (number + 0.5) / 3.5 - time.perf_counter()))
        begin = time.perf_counter() - began
        await pipeline(*step, "--data", str(data))
        happened.append((step[0], begin, time.perf_counter() - began))
    return happened


async def measure(options: argparse.Namespace, folder: Path) -> bool:
    """Runs the benchmark; True when nothing failed."""
    data = published_demo(folder)
    first = current_version(data / "releases")
    assert first is not None
    release = Release(data / "releases" / first)
    newer = [another(release, folder, number) for number in (1, 2)]
    with running(data, options.workers) as fleet:
        await ready(fleet.port)
        await imported(fleet.programs)
        tokens = [await person(fleet.port, f"listener{i}", likes) for i, likes in enumerate(listeners(release, 50))]
        track = release.track_id(0)
        calls = [ApiCall("GET", "/v1/me/recommendations?limit=20", token) for token in tokens]
        calls += [
            ApiCall("POST", "/v1/recommendations", body={"seeds": [{"track": track}]}),
            ApiCall("GET", f"/v1/tracks/{track}/similar"),
        ]
        seen, warm = Seen(), Seen()
        await arrive(fleet.port, calls, options.rate, 3, warm)
        _, happened = await asyncio.gather(
            arrive(fleet.port, calls, options.rate, options.seconds, seen),
            changes(data, newer, options.seconds),
        )
    return report(seen, happened, options.seconds)


def report(seen: Seen, happened: list[tuple[str, float, float]], seconds: float) -> bool:
    """Prints the results."""
    ordered = sorted(took * 1000 for _, took, _, _ in seen.answers)
    failed = [answer for answer in seen.answers if answer[2] != 200]
    print(
        f"{len(ordered)} requests in {seconds:g} s, {len(failed)} failed; by release: "
        f"{dict(Counter(release for _, _, status, release in seen.answers if status == 200))}"
    )
    middle, late = ordered[len(ordered) // 2], ordered[int(0.99 * len(ordered))]
    print(f"median {middle:.1f} ms, p99 {late:.1f} ms, slowest {ordered[-1]:.0f} ms")
    for what, begin, end in happened:
        print(f"{what:>9} from {begin:4.1f} to {end:4.1f} s: slowest answer {seen.slowest(begin, end + 3):.0f} ms")
    for answer in failed[:5]:
        print("failed:", answer)
    return not failed


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50, help="requests a second")
    parser.add_argument("--workers", type=int, default=2, help="processes of recommend")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not asyncio.run(measure(options, Path(folder))):
            raise SystemExit(1)


if __name__ == "__main__":
    main()

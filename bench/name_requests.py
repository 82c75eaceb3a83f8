"""What a name adds to a request: OPENBLAS_NUM_THREADS=1 python -m bench.name_requests [--data DIR] [--pairs N]

recommend in this process, on the release that DIR serves (default: the demo), answers the same request without and with
a name in turn, through its routes as over HTTP: every seed list is sent twice, the order alternates, every name is new.
CPU of the process (user + system) between sending and the answer; the difference is paired, its median is given with a
95 % bootstrap interval, and the difference between the first deciles of both, which other programs on the machine
disturb least. The two lists differ, as the name is meant to change them, so the difference holds that too.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import numpy.typing as npt

from bench.fleets import published_demo
from bench.playlist_names import model_of
from bench.tables import Table, show
from kit.release import Release
from kit.release_current import open_current
from services.recommend.app import create_app
from services.recommend.settings import Settings

WORDS = ("rainy", "sunday", "jazz", "focus", "gym", "summer", "night", "drive", "indie", "chill", "party", "old")
SEEDS = (1, 5, 25)
LIMIT, WARM_UP, DRAWS = 20, 20, 2000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """Microseconds of CPU (pairs,) of the requests without and with a name, `seeds` tracks each."""

    seeds: int
    without: Floats
    named: Floats

    def difference(self) -> tuple[float, tuple[float, float]]:
        """The median of the paired differences and its 95 % interval."""
        added = self.named - self.without
        drawn = np.random.default_rng(1).integers(len(added), size=(DRAWS, len(added)))
        low, high = np.quantile(np.median(added[drawn], axis=1), [0.025, 0.975])
        return float(np.median(added)), (float(low), float(high))

    def of_deciles(self) -> float:
        """The first decile of the requests with a name minus that of the others."""
        return float(np.quantile(self.named, 0.1) - np.quantile(self.without, 0.1))


def bodies(release: Release, seeds: int, pairs: int) -> list[dict[str, Any]]:
    """Requests of random learned tracks, each with its `name`, of two to four words and a number, so that none is
    repeated."""
    rng = np.random.default_rng(seeds)
    found = []
    for number in range(pairs):
        tracks = [release.track_id(int(row)) for row in rng.integers(release.embedded, size=seeds)]
        name = " ".join([*rng.choice(WORDS, int(rng.integers(2, 5)), replace=False), str(number)])
        found.append({"seeds": [{"track": track} for track in tracks], "limit": LIMIT, "name": name})
    return found


async def measured(data: Path, pairs: int) -> list[Cost]:
    """The cost with each number of seeds."""
    release = open_current(data / "releases")
    assert release is not None
    app = create_app(Settings(data=data, log_level="error"))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://recommend") as client,
    ):
        return [await _cost(client, seeds, bodies(release, seeds, pairs + WARM_UP)) for seeds in SEEDS]


async def _cost(client: httpx2.AsyncClient, seeds: int, requests: Sequence[dict[str, Any]]) -> Cost:
    found: list[tuple[float, float]] = []
    for number, body in enumerate(requests):
        plain = {key: value for key, value in body.items() if key != "name"}
        pair = [(0, plain), (1, body)]
        spent = {at: await _micros(client, body_of) for at, body_of in (pair if number % 2 else pair[::-1])}
        found.append((spent[0], spent[1]))
    without, named = np.array(found[WARM_UP:]).T
    return Cost(seeds, without, named)


async def _micros(client: httpx2.AsyncClient, body: dict[str, Any]) -> float:
    started = time.process_time()
    answer = await client.post("/v1/recommendations", json=body)
    spent = time.process_time() - started
    answer.raise_for_status()
    return spent * 1e6


def costs_table(release: Release, costs: Sequence[Cost]) -> Table:
    """A row for each number of seeds."""
    rows = []
    for cost in costs:
        middle, (low, high) = cost.difference()
        plain, named = (f"{np.median(times):,.0f}" for times in (cost.without, cost.named))
        paired, deciles = f"{middle:+.0f} [{low:+.0f}, {high:+.0f}]", f"{cost.of_deciles():+.0f}"
        rows.append([str(cost.seeds), f"{len(cost.named):,}", plain, named, paired, deciles])
    title = f"Microseconds of CPU a request of {LIMIT} tracks, {release.version}, {release.embedded:,} tracks: medians"
    headings = ["seeds", "pairs", "without a name", "with one", "paired difference [95 %]", "of first deciles"]
    return Table(title, headings, rows)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a data folder with a published release; default: the demo")
    parser.add_argument("--pairs", type=int, default=400, help="of requests, for each number of seeds")
    parser.add_argument("--out", type=Path, help="also write the table here, as Markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = options.data or published_demo(Path(scratch))
        model_of(data)  # SystemExit without a name model
        release = open_current(data / "releases")
        assert release is not None
        show([costs_table(release, asyncio.run(measured(data, options.pairs)))], options.out)


if __name__ == "__main__":
    main()

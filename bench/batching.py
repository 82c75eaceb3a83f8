"""What searches of the index cost when several requests make one at once: python -m bench.batching --data DIR

Asks 1, 2, ... searches together of the index that serves (kit/vectors/batching.py), queries pooled from random tracks,
and prints microseconds of CPU a search, medians of ROUNDS turns. Between two turns other memory is read, as the rest of
an answer does.
"""

import argparse
import asyncio
import statistics
import time
from pathlib import Path

import numpy as np

from bench.recall import LIMIT, SPACE, queries
from kit.release_current import open_current
from kit.vectors import TrackQuery
from kit.vectors.choice import open_release_index

ROUNDS, TOGETHER = 100, (1, 2, 3, 4, 6, 8, 12)
READ_BETWEEN = np.ones(1 << 19)


async def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a data folder with a published release")
    data = parser.parse_args().data
    release = open_current(data / "releases")
    if release is None:
        raise SystemExit(f"no release is published in {data}")
    index = open_release_index(data, release)
    vectors = queries(release, "one track", 4 * max(TOGETHER))
    spent: dict[int, list[float]] = {count: [] for count in TOGETHER}
    for turn in range(ROUNDS):
        for count, times in spent.items():
            requests = [TrackQuery(SPACE, vectors[(turn * count + at) % len(vectors)], LIMIT) for at in range(count)]
            READ_BETWEEN.sum()
            started = time.process_time()
            await asyncio.gather(*(index.search([query]) for query in requests))
            times.append((time.process_time() - started) / count)
    for count, times in spent.items():
        print(f"{count:3d} at once: {statistics.median(times) * 1e6:.0f} us CPU a search")
    await index.close()


if __name__ == "__main__":
    asyncio.run(main())

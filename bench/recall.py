"""What the index that serves finds of the exact first 200, and at what cost: python -m bench.recall --data DIR

Queries are pooled as the service pools them: of one learned track, of a track and its neighbours in playlists, of five
tracks that have nothing in common, and of the neighbourhoods of three tracks together. Each is asked without a filter
and under the ranges of WAYS. --engine, --all and --scan measure an index that does not serve: the engine's walk, its
comparison of every track that passes, and the scan of codes, at any size. CPU is that of this process, whose threads
may be the engine's, per look-up of LIMIT tracks.
"""

import argparse
import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from kit.float16 import to_float32
from kit.query import Pooling
from kit.release import STATE_LEARNED, Floats, Ints, Release
from kit.release_current import open_current
from kit.vectors import TrackIndex, TrackQuery, open_index
from kit.vectors.choice import open_release_index
from kit.vectors.filters import Payload
from kit.vectors.rescored import RescoredIndex

SPACE, LIMIT, FIRST, BLOCK, ROWS = "graph", 330, 200, 20, 65_536
Ranges = Mapping[str, tuple[float | None, float | None]]
WAYS: dict[str, Ranges] = {
    "no filter": {},
    "energy .2 to .95, year from 1970": {"energy": (0.2, 0.95), "year": (1970, None)},
    "energy to .7, tempo from 100, year from 1990": {"energy": (None, 0.7), "tempo": (100, None), "year": (1990, None)},
    "year from 2015": {"year": (2015, None)},
}


def seeds(release: Release, kind: str, draw: np.random.Generator) -> Ints:
    """Rows of the seeds of one query."""
    learned = np.flatnonzero(np.asarray(release.column("state"))[: release.embedded] == STATE_LEARNED)
    if kind == "one track":
        return draw.choice(learned, 1)
    if kind == "five unrelated tracks":
        return draw.choice(learned, 5, replace=False)
    hearts = draw.choice(learned, 3 if kind == "three neighbourhoods" else 1)
    near = [draw.permutation(release.neighbours(int(heart))[0])[:16] for heart in hearts]
    return np.unique(np.concatenate([hearts, *near])).astype(np.int64)


KINDS = ("one track", "a neighbourhood", "five unrelated tracks", "three neighbourhoods")


def queries(release: Release, kind: str, count: int) -> list[Floats]:
    """Pooled query vectors."""
    pooling, draw, found = Pooling.of(release, SPACE), np.random.default_rng(7), []
    for _ in range(count):
        rows = seeds(release, kind, draw).tolist()
        found.append(pooling.pool(release.query_rows(SPACE, rows), np.ones(len(rows), np.float32)).vector)
    return found


def first(vectors: Floats, query_vectors: list[Floats], passes: Ints) -> list[Ints]:
    """Rows of the exact first FIRST that pass, of each query; ROWS vectors are widened at a time."""
    found = []
    for start in range(0, len(query_vectors), BLOCK):
        together = np.stack(query_vectors[start : start + BLOCK])
        blocks = (passes[at : at + ROWS] for at in range(0, len(passes), ROWS))
        scores = np.concatenate([together @ to_float32(vectors.take(rows, axis=0)).T for rows in blocks], axis=1)
        found += [passes[np.argpartition(-row, FIRST)[:FIRST]] for row in scores]
    return found


async def measured(
    index: TrackIndex, query_vectors: list[Floats], right: list[Ints], ranges: Ranges, *, exact: bool
) -> tuple[float, ...]:
    """Mean and least share found, and the lower quartile of microseconds of CPU of the process."""
    shares, costs = [], []
    for vector, rows in zip(query_vectors, right, strict=True):
        started = time.process_time()
        [hits] = await index.search([TrackQuery(SPACE, vector, LIMIT, ranges=ranges, exact=exact)])
        costs.append((time.process_time() - started) * 1e6)
        shares.append(float(np.isin(rows, hits.rows).mean()))
    return float(np.mean(shares)), min(shares), float(np.quantile(costs, 0.25))


def opened(data: Path, release: Release, kind: str) -> TrackIndex:
    """The index of the named kind: served, engine, all or scan."""
    if kind == "served":
        return open_release_index(data, release)
    if kind == "scan":
        from kit.vectors.scanned import ScannedIndex  # faiss is not installed everywhere

        return ScannedIndex(release)
    return RescoredIndex(open_index(data, release.version, release.dims), release)


async def measure(data: Path, count: int, kind: str) -> None:
    """Prints a table in Markdown."""
    release = open_current(data / "releases")
    if release is None:
        raise SystemExit(f"no release is published in {data}")
    index, exact = opened(data, release, kind), kind == "all"
    vectors = release.index_vectors(SPACE)[: release.embedded]
    payload, present = Payload.of(release), np.asarray(vectors.any(axis=1))
    print(f"\n{release.version}, {int(present.sum()):,} tracks in the space, {await index.ping()}\n")
    print("| filter | passing | query | found of the first 200 | at the worst | us CPU |\n|---|---|---|---|---|---|")
    for way, ranges in WAYS.items():
        passes = np.flatnonzero(payload.allowed(TrackQuery(SPACE, vectors[0], 1, ranges=ranges), present))
        if len(passes) <= FIRST:
            continue
        for kind in KINDS:
            query_vectors = queries(release, kind, count)
            right = first(vectors, query_vectors, passes)
            found, worst, cost = await measured(index, query_vectors, right, ranges, exact=exact)
            print(f"| {way} | {len(passes):,} | {kind} | {found:.4f} | {worst:.3f} | {cost:.0f} |", flush=True)
    await index.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a data folder with a published release")
    parser.add_argument("--queries", type=int, default=100, help="of each kind")
    kinds = parser.add_mutually_exclusive_group()
    for name, what in (("engine", "the engine's index"), ("all", "its scan of all"), ("scan", "the scan of codes")):
        kinds.add_argument(f"--{name}", dest="kind", action="store_const", const=name, help=f"{what}, at any size")
    options = parser.parse_args()
    asyncio.run(measure(options.data, options.queries, options.kind or "served"))


if __name__ == "__main__":
    main()

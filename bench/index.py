"""CPU and recall of the embedded index, through the interface that serves: python -m bench.index [--tracks N] [--dim D]

The release is the synthetic one of bench/synthetic.py. CPU seconds and milliseconds of one core.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.synthetic import release
from kit.release import Release
from kit.vectors import TrackIndex, TrackQuery, index_directory
from kit.vectors.choice import open_release_index
from kit.wire.catalog import FEATURES
from pipelines.index.edge import EdgeStore
from pipelines.release.publish import quiet

K = 50
QUERIES = 100


async def measure(index: TrackIndex, written: Release) -> None:
    """Recall and CPU of the queries that recommend makes, and of the same queries by scanning."""
    rng = np.random.default_rng(1)
    vectors = np.asarray(written.index_vectors("graph"), dtype=np.float32)
    wishes = np.asarray(written.query_vectors("graph")[rng.choice(written.embedded, QUERIES)], dtype=np.float32)
    scores = wishes @ vectors.T
    sound = np.asarray(written.column("features"))
    near = np.argsort(-scores[:10].max(axis=0))[:500]
    known = np.concatenate([near, rng.choice(written.embedded, 500, replace=False)]).tolist()
    three = dict.fromkeys(("energy", "valence", "tempo"), (0.4, 1.0))
    ways: dict[str, tuple[dict[str, tuple[float | None, float | None]], list[int]]] = {
        "no filter": ({}, []),
        "1,000 excluded, half of them near": ({}, known),
        "energy >= 0.6": ({"energy": (0.6, None)}, []),
        "energy >= 0.8": ({"energy": (0.8, None)}, []),
        "three ranges >= 0.4": (three, []),
        "three ranges and 1,000 excluded": (three, known),
    }
    for name, (ranges, exclude) in ways.items():
        allowed = np.ones(written.embedded, dtype=np.bool_)
        allowed[exclude] = False
        for feature, (low, _) in ranges.items():
            allowed &= sound[:, FEATURES.index(feature)] >= (low or 0)
        right = [np.sort(row[allowed])[::-1][:K][-1] for row in scores]
        for exact in (False, True):
            queries = [TrackQuery("graph", wish, K, ranges=ranges, exclude=exclude, exact=exact) for wish in wishes]
            started = time.process_time()
            answers = [(await index.search([query]))[0] for query in queries]
            cost = (time.process_time() - started) / QUERIES * 1000
            found = zip(scores, answers, right, strict=True)
            recall = np.mean([(row[answer.rows] >= least - 1e-5).sum() / K for row, answer, least in found])
            word = "scan" if exact else "as served"
            print(f"{name:36} passes {allowed.mean():6.1%}  {word:9}  recall@{K} {recall:.3f}  {cost:6.2f} ms CPU")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tracks", type=int, default=110_000)
    options.add_argument("--dim", type=int, default=384)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        started = time.process_time()
        written = release(data / "releases", chosen.tracks, chosen.dim)
        print(f"write_release: {time.process_time() - started:.1f} s CPU, {_megabytes(written.path):.0f} MB")
        started = time.perf_counter()
        figures = EdgeStore(data).build(written, quiet)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        elapsed = time.perf_counter() - started
        size = _megabytes(index_directory(data, written.version))
        print(f"build: {used.ru_utime + used.ru_stime:.0f} s CPU, {elapsed:.0f} s, {size:.0f} MB, {figures}")
        started = time.perf_counter()
        index = open_release_index(data, written)
        print(f"open and warm: {time.perf_counter() - started:.2f} s")
        asyncio.run(measure(index, written))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()

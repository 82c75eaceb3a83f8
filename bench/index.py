"""CPU and recall of the embedded index, through the interface that serves: python -m bench.index [--songs N] [--dim D]

Generated vectors, harder than real ones: 400 clusters, a spectral part whose length carries popularity (Zipf) and a
unit part; twelve features that go with the clusters. CPU seconds and milliseconds of one core.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from kit import ids
from kit.release import Block, Release
from kit.vectors import TrackIndex, TrackQuery, index_directory
from kit.vectors.rescored import open_release_index
from kit.wire.catalog import FEATURES
from pipelines.index.edge import EdgeStore
from pipelines.release.publish import quiet
from pipelines.release.write import ReleaseContent, SpaceContent, write_release
from pipelines.tables import TRACKS

K = 50
QUERIES = 100
Floats = npt.NDArray[np.float32]


def release(folder: Path, count: int, dim: int) -> Release:
    """A generated release of one space."""
    rng = np.random.default_rng(0)
    cluster = rng.integers(0, 400, count)
    vectors, wishes = _vectors(rng, cluster, count, dim)
    mood = rng.random((400, len(FEATURES)))
    sound = np.clip(0.7 * mood[cluster] + 0.3 * rng.random((count, len(FEATURES))), 0, 1).astype(np.float32)
    track_ids = [ids.derive(mbid=f"bench-{track}") for track in range(count)]
    tracks = pl.DataFrame({"track_id": track_ids} | {name: sound[:, at] for at, name in enumerate(FEATURES)})
    others = [pl.lit(None).alias(name) for name in TRACKS if name not in {"track_id", "title", *FEATURES}]
    return write_release(
        folder,
        ReleaseContent(
            name="bench",
            tracks=tracks.with_columns(pl.lit("Generated").alias("title"), *others)
            .select(list(TRACKS))
            .cast(dict(TRACKS)),
            playlists=pl.DataFrame({"track_id": track_ids, "playlists": np.full(count, 2, np.int32)}),
            learned=track_ids,
            spaces={"graph": SpaceContent("dot", [Block(name="all", start=0, stop=dim)], track_ids, vectors, wishes)},
            data_hash="generated",
            invented=True,
        ),
    )


def _vectors(rng: np.random.Generator, cluster: npt.NDArray[np.int64], count: int, dim: int) -> tuple[Floats, Floats]:
    wide = dim * 2 // 3
    centres = rng.standard_normal((400, dim)).astype(np.float32)
    near = centres[cluster] + 0.8 * rng.standard_normal((count, dim)).astype(np.float32)
    spectral = _unit(near[:, :wide] / np.sqrt(1 + np.arange(wide, dtype=np.float32)))
    popularity = np.minimum(rng.zipf(1.6, count) + 1, 2000).astype(np.float32) ** 0.3 * 0.3
    unit = _unit(near[:, wide:])
    return np.hstack([spectral * popularity[:, None], unit]), np.hstack([spectral, 0.5 * unit])


def _unit(rows: Floats) -> Floats:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


async def ask(index: TrackIndex, written: Release) -> None:
    """Recall and CPU of the queries that recommend makes, and of the same queries by scanning."""
    rng = np.random.default_rng(1)
    vectors = np.asarray(written.index_vectors("graph"), dtype=np.float32)
    wishes = np.asarray(written.query_vectors("graph")[rng.choice(written.placed, QUERIES)], dtype=np.float32)
    scores = wishes @ vectors.T
    sound = np.asarray(written.column("features"))
    near = np.argsort(-scores[:10].max(axis=0))[:500]
    known = np.concatenate([near, rng.choice(written.placed, 500, replace=False)]).tolist()
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
        allowed = np.ones(written.placed, dtype=np.bool_)
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
    options.add_argument("--songs", type=int, default=110_000)
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
        asyncio.run(ask(index, written))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()

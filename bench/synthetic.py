"""Writes and publishes a synthetic release of any size: python -m bench.synthetic DIR [--tracks N] [--dim D]

DIR becomes a data folder that `python -m bench.serve --data DIR` and `python -m bench.recall --data DIR` read. Vectors
are drawn around 400 cluster centres, harder to search than learned ones: a spectral part whose length carries
popularity (Zipf) and a unit part. Audio features go with the clusters. Nothing is learned, there is no ranker, so its
figures are those of search and serving at a size, not of quality. Memory: two float32 arrays (tracks, dim) and 3 kB a
track for the cards; disk about 6 * dim + 1,500 bytes a track, published.
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import polars as pl

from kit import ids
from kit.release import Block, Release
from kit.wire.catalog import FEATURES
from pipelines.release.publish import publish
from pipelines.release.release_content import ReleaseContent, SpaceContent
from pipelines.release.write import write_release
from pipelines.tables import TRACKS

CLUSTERS = 400
BLOCK = 50_000  # rows that are drawn at once
TRACKS_AN_ARTIST = 8
Floats = npt.NDArray[np.float32]


def release(folder: Path, count: int, dim: int) -> Release:
    """A synthetic release of one space in `folder`: `count` tracks, `dim` columns."""
    rng = np.random.default_rng(0)
    cluster = rng.integers(0, CLUSTERS, count)
    zipf = np.minimum(rng.zipf(1.6, count) + 1, 2000)
    index, query = _vectors(rng, cluster, zipf, dim)
    tracks = _tracks(rng, cluster, zipf)
    track_ids = tracks["track_id"].to_list()
    return write_release(
        folder,
        ReleaseContent(
            name="synthetic",
            tracks=tracks,
            playlists=pl.DataFrame({"track_id": track_ids, "playlists": zipf.astype(np.int32)}),
            learned=track_ids,
            spaces={"graph": SpaceContent("dot", [Block(name="all", start=0, stop=dim)], track_ids, index, query)},
            data_hash="synthetic",
            invented=True,
        ),
    )


def _tracks(rng: np.random.Generator, cluster: npt.NDArray[np.int64], zipf: npt.NDArray[np.int64]) -> pl.DataFrame:
    """pipelines.tables.TRACKS with features of each cluster, and a popularity (0 to 100) that goes with the count."""
    count = len(cluster)
    mood = rng.random((CLUSTERS, len(FEATURES)))
    values = np.clip(0.7 * mood[cluster] + 0.3 * rng.random((count, len(FEATURES))), 0, 1)
    features = {name: in_units(name, values[:, at]) for at, name in enumerate(FEATURES)}
    artist = np.arange(count) // TRACKS_AN_ARTIST
    known = features | {
        "track_id": [ids.derive(mbid=f"synthetic-{track}") for track in range(count)],
        "title": [f"Synthetic {track}" for track in range(count)],
        "artists": [[f"Generated {number}"] for number in artist.tolist()],
        "year": rng.integers(1950, 2026, count),
        "duration_ms": rng.integers(90_000, 420_000, count),
        "popularity": 100 * np.log(zipf) / np.log(2000),
    }
    absent = [pl.lit(None).alias(name) for name in TRACKS if name not in known]
    return pl.DataFrame(known).with_columns(absent).select(list(TRACKS)).cast(dict(TRACKS))


def in_units(name: str, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A feature of 0 to 1 in its unit: decibels, beats a minute, pitch class, beats a bar."""
    if name in ("key", "mode", "time_signature"):
        low, high = {"key": (0, 11), "mode": (0, 1), "time_signature": (3, 5)}[name]
        return np.round(low + values * (high - low))
    low, high = {"loudness": (-30, 0), "tempo": (60, 190)}.get(name, (0, 1))
    return low + values * (high - low)


def _vectors(
    rng: np.random.Generator, cluster: npt.NDArray[np.int64], zipf: npt.NDArray[np.int64], dim: int
) -> tuple[Floats, Floats]:
    """Index and query vectors (count, dim), drawn in blocks."""
    count, wide = len(cluster), dim * 2 // 3
    centres = rng.standard_normal((CLUSTERS, dim)).astype(np.float32)
    decay = np.sqrt(1 + np.arange(wide, dtype=np.float32))
    index, query = np.empty((count, dim), np.float32), np.empty((count, dim), np.float32)
    for start in range(0, count, BLOCK):
        rows = slice(start, start + BLOCK)
        near = centres[cluster[rows]]
        near += 0.8 * rng.standard_normal(near.shape, dtype=np.float32)
        spectral, unit = _unit(near[:, :wide] / decay), _unit(near[:, wide:])
        length = zipf[rows, None].astype(np.float32) ** 0.3 * 0.3
        index[rows] = np.hstack([spectral * length, unit])
        query[rows] = np.hstack([spectral, 0.5 * unit])
    return index, query


def _unit(rows: Floats) -> Floats:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--tracks", type=int, default=500_000)
    options.add_argument("--dim", type=int, default=128)
    chosen = options.parse_args()
    chosen.data.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=chosen.data.parent) as scratch:
        started = time.perf_counter()
        written = release(Path(scratch), chosen.tracks, chosen.dim)
        print(
            f"{written.version}: {chosen.tracks:,} tracks written in {time.perf_counter() - started:.0f} s", flush=True
        )
        started = time.perf_counter()
        done = publish(written.path, chosen.data)
        print(f"published in {time.perf_counter() - started:.0f} s; recall of the index: {done.recall}")


if __name__ == "__main__":
    main()

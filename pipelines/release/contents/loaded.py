"""Loads what serving loads beside the arrays, likewise: poolings, ranker, names, calibration, network, tracks."""

import numpy as np

from kit.calibration import Calibration
from kit.cold_start import ColdStart
from kit.playlist_names import NameModel
from kit.query import Pooling
from kit.ranker import Ranker
from kit.release import Release
from kit.release_files import open_inside
from pipelines.release.contents.arrays import broken

TABLE, MAGIC = "tracks.parquet", b"PAR1"
SAMPLE = 5


def check_loaded(release: Release) -> None:
    """BrokenRelease when one cannot be opened, does not fit its space, or gives a query that is not finite."""
    for name in release.manifest.spaces:
        _check_pooling(release, name)
    Ranker.of(release)
    NameModel.of(release)
    Calibration.of(release)
    ColdStart.of(release)
    _check_table(release)


def _check_pooling(release: Release, space: str) -> None:
    pooling, vectors = Pooling.of(release, space), release.query_vectors(space)
    seeds = np.flatnonzero(np.asarray(vectors).any(axis=1))[:SAMPLE]
    for count in {1, len(seeds)} if len(seeds) else ():
        if not np.isfinite(pooling.pool(vectors[seeds[:count]], np.ones(count, np.float32)).vector).all():
            raise broken(release, f"vectors/{space}.query.npy", "pools to a query that is not finite")


def _check_table(release: Release) -> None:
    """Checks the first and last bytes: publishing runs without a reader of Parquet."""
    with open_inside(release.path, TABLE) as file:
        head = file.read(4)
        end = file.seek(0, 2)
        file.seek(max(end - 8, 0))
        tail = file.read(8)
    footer = int.from_bytes(tail[:4], "little")
    if head != MAGIC or tail[4:] != MAGIC or footer + 12 > end:
        raise broken(release, TABLE, "is no Parquet file")

"""Processes that read one index directory. They import this module, hence none of the test libraries."""

from multiprocessing.connection import Connection
from pathlib import Path

import anyio
import numpy as np

from kit.release import Release
from kit.vectors import TrackIndex, TrackQuery, open_index
from kit.vectors.edge import EdgeIndex


def opened(release: Release, data: Path | None = None) -> TrackIndex:
    """The index beside the release, or in another data folder."""
    return open_index(data or release.path.parents[1], release.version, release.dims)


def answer(release: Release) -> list[int]:
    """What one process finds, by itself."""

    async def find() -> list[int]:
        index = opened(release)
        vector = np.asarray(release.query_vectors("graph")[0], dtype=np.float32)
        (found,) = await index.search([TrackQuery("graph", vector, 10)])
        await index.close()
        return found.rows.tolist()

    return anyio.run(find)


def reader_process(path: Path, ready: Connection) -> None:
    """Holds the index open until told to end, then says what it found."""
    release = Release(path)
    index = opened(release)
    ready.send("open")
    ready.recv()
    ready.send(answer(release))
    assert isinstance(index, EdgeIndex)

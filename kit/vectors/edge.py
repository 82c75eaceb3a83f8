"""The embedded index: qdrant-edge in this process, one finished, immutable directory a release.

What the engine does that shapes this file: every call holds the interpreter lock, so readers scale by processes and
builds run in a child process; a shard without a write-ahead log may be read by several processes at once; it needs a
writable directory; its own lock is not to be relied on, so ours (flock) stands beside the directory: shared for
readers, exclusive for the builder.
"""

import fcntl
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
import qdrant_edge as q

from kit.errors import IndexUnavailable
from kit.vectors import SCAN_ONLY, Hits, TrackQuery, hits
from kit.vectors.points import WALK_EF, is_exact, walk_ef

Answer = TypeVar("Answer")
_BYTES = q.QuantizationSearchParams(rescore=False)
"""The int8 scores of a coarse space choose candidates, which kit/vectors/rescored.py rescores with the full vectors."""

WALK, COARSE = "walk.ef", "coarse.spaces"
"""Files beside the shard's and SCAN_ONLY: how wide its graph is walked instead of points.WALK_EF; the spaces that it
holds as int8, a name a line (an index without it holds none)."""


class DirectoryLocked(Exception):
    """Another process holds the index directory; the message says which and what to do."""


class DirectoryLock:
    """flock on <directory>.lock. It ends with the process, so a killed one leaves nothing to clean up."""

    def __init__(self, directory: Path, *, exclusive: bool) -> None:
        self.path = directory.with_name(directory.name + ".lock")
        self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except OSError:
            os.close(self._handle)
            holder = "serving from it" if exclusive else "building it"
            raise DirectoryLocked(
                f"{directory} is locked: another process is {holder}; wait for it or end it"
            ) from None

    def release(self) -> None:
        """Lets others in; again is harmless."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


class EdgeIndex:
    """TrackIndex over one directory. Open it in the process that serves, never before a fork."""

    def __init__(self, directory: Path, shard: q.EdgeShard, lock: DirectoryLock, spaces: Mapping[str, int]) -> None:
        self.directory = directory
        self._shard: q.EdgeShard | None = shard
        self._lock = lock
        self._spaces = dict(spaces)
        self._tracks = shard.info().points_count
        self._scan_only = (directory / SCAN_ONLY).exists()
        self._coarse = (directory / COARSE).read_text().split() if (directory / COARSE).exists() else []
        self._ef = int((directory / WALK).read_text()) if (directory / WALK).exists() else WALK_EF

    @classmethod
    def open(cls, directory: Path, spaces: Mapping[str, int]) -> Self:
        """Loads and warms a finished index; IndexUnavailable when it is missing, locked or unreadable."""
        if not directory.is_dir():
            raise IndexUnavailable(f"{str(directory)!r} does not exist: publish the release again")
        try:
            lock = DirectoryLock(directory, exclusive=False)
        except (DirectoryLocked, OSError) as error:
            raise IndexUnavailable(f"the index cannot be opened: {error}") from error
        try:
            index = cls(directory, q.EdgeShard.load(str(directory)), lock, spaces)
            index._warm()
        except Exception as error:
            lock.release()
            raise IndexUnavailable(f"{str(directory)!r} cannot be read ({error}): publish the release again") from error
        return index

    def _warm(self) -> None:
        for space, dim in self._spaces.items():
            self._run([TrackQuery(space, np.full(dim, 1e-3, np.float32), 1)])

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """Runs on the caller's thread: a thread of its own would hold the interpreter lock all the same."""
        return self._run_bounded(lambda: self._run(queries))

    async def count(self, query: TrackQuery) -> int:
        """Exact."""
        return self._run_bounded(lambda: self._count(query))

    async def vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        """(len(rows), dim), zeros for a row without a vector."""
        return self._run_bounded(lambda: self._vectors(rows, space))

    async def coarse(self) -> Collection[str]:
        """The spaces that are walked as int8."""
        return self._coarse

    async def ping(self) -> str:
        """How many tracks it holds."""
        return f"{await self.size()} tracks, embedded"

    async def size(self) -> int:
        """How many tracks the directory holds."""
        return self._run_bounded(lambda: self._open.info().points_count)

    async def linked(self) -> int:
        """How many vectors its graphs hold, all spaces together."""
        return self._run_bounded(lambda: self._open.info().indexed_vectors_count)

    async def close(self) -> None:
        """Closes the shard; again is harmless."""
        if self._shard is not None:
            self._shard.close()
            self._shard = None
        self._lock.release()

    @property
    def _open(self) -> q.EdgeShard:
        if self._shard is None:
            raise IndexUnavailable(f"the index {str(self.directory)!r} is closed")
        return self._shard

    def _run_bounded(self, call: Callable[[], Answer]) -> Answer:
        try:
            return call()
        except IndexUnavailable:
            raise
        except Exception as error:
            raise IndexUnavailable(f"the index {str(self.directory)!r} failed: {error}") from error

    def _run(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        requests: list[q.QueryRequest] = []
        for at, query in enumerate(queries):
            before = queries[at - 1] if at else None
            shared = before is not None and query.same_filter(before)
            chosen = requests[-1].filter if shared else to_filter(query)
            ef = walk_ef(len(query.exclude), self._ef)
            requests.append(_request(query, chosen, None if self._scan_only or is_exact(query, self._tracks) else ef))
        found = self._open.query_batch(q.QueryBatchRequest(requests)) if requests else []
        return [hits((int(point.id), point.score) for point in points) for points in found]

    def _count(self, query: TrackQuery) -> int:
        inside = to_filter(query, q.HasVectorCondition(query.space))
        return self._open.count(q.CountRequest(exact=True, filter=inside))

    def _vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        found = np.zeros((len(rows), self._spaces[space]), dtype=np.float32)
        at = {int(record.id): record.vector for record in self._open.retrieve(list(rows), False, [space])}
        for position, row in enumerate(rows):
            vector = at.get(int(row))
            if isinstance(vector, dict) and space in vector:
                found[position] = np.asarray(vector[space], dtype=np.float32)
        return found


def _request(query: TrackQuery, chosen: q.Filter | None, ef: int | None) -> q.QueryRequest:
    """A walk so wide, a scan for None."""
    acorn = q.AcornSearchParams(enable=chosen is not None, max_selectivity=1.0)
    return q.QueryRequest(
        limit=query.limit,
        query=q.Query.Nearest(query.vector.astype(np.float32).tolist(), using=query.space),
        filter=chosen,
        params=q.SearchParams(exact=True)
        if ef is None
        else q.SearchParams(hnsw_ef=ef, acorn=acorn, quantization=_BYTES),
        with_payload=False,
    )


def to_filter(query: TrackQuery, *also: Any) -> q.Filter | None:
    """The engine's filter for a query, None when it has none."""
    must: list[Any] = [
        q.FieldCondition(key=name, range=q.RangeFloat(gte=low, lte=high)) for name, (low, high) in query.ranges.items()
    ]
    must_not: list[Any] = []
    if query.genres:
        must.append(q.FieldCondition(key="genres", match=q.MatchAny(list(query.genres))))
    if query.explicit is not None:
        (must if query.explicit else must_not).append(q.FieldCondition(key="explicit", match=q.MatchValue(1)))
    if query.exclude:
        must_not.append(q.HasIdCondition({int(row) for row in query.exclude}))
    must.extend(also)
    return q.Filter(must=must, must_not=must_not) if must or must_not else None

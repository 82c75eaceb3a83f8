"""The index of a small release: one product with all its vectors in this process, no engine.

Below BELOW tracks a product costs less than the engine's way to and from a query
(docs/decisions/0019-exact-search-of-small-releases.md). Filters: kit/vectors/filters.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from kit.errors import IndexUnavailable
from kit.release import Floats, Release
from kit.vectors import Hits, TrackQuery
from kit.vectors.filters import Payload
from kit.vectors.ranked_values import Flags

BELOW = 10_000
"""Tracks with a vector from which the engine searches. On the demo a look-up costs 275 us of CPU where the engine takes
414, and 263 where it takes 1,351 with 1,000 tracks excluded (bench.serve, docs/performance.md); the product grows with
the release, the way to the engine does not. The float32 vectors of 10,000 x 512 take 20 MB a process."""


def small(release: Release) -> bool:
    """Whether a release is searched exactly, its vectors in memory as float32."""
    return release.embedded < BELOW


Answer = TypeVar("Answer")


class HeldVectors(Protocol):
    """The vectors of one space, searched in this process."""

    @property
    def present(self) -> Flags:
        """(m,) which rows have a vector."""
        ...

    def search(self, queries: Sequence[TrackQuery], allowed: Sequence[Flags]) -> list[Hits]:
        """The hits of each query among its (m,) allowed rows."""
        ...

    def of_rows(self, rows: npt.NDArray[np.int64]) -> Floats:
        """(r, dim) as they are compared."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """One space: (m, dim) float32, of unit length where the distance is cosine, and (m,) which rows have a vector."""

    values: Floats
    present: Flags
    cosine: bool

    @classmethod
    def of(cls, release: Release, space: str) -> "Vectors":
        """Reads the index vectors; only those of a small release are kept beside as they are."""
        stored = release.float32_vectors(space) if small(release) else release.index_vectors(space)
        values = stored[: release.embedded].astype(np.float32, copy=False)
        present: Flags = np.asarray(values.any(axis=1))
        cosine = release.manifest.spaces[space].distance == "cosine"
        return cls(_unit(values) if cosine else values, present, cosine)

    def search(self, queries: Sequence[TrackQuery], allowed: Sequence[Flags]) -> list[Hits]:
        """Exact; the queries share one product."""
        stacked = np.stack([query.vector for query in queries]).astype(np.float32, copy=False)
        vectors = _unit(stacked) if self.cosine else stacked
        # The product with one vector is faster than that with a matrix of one row, and the same.
        scores = [self.values @ vectors[0]] if len(vectors) == 1 else vectors @ self.values.T
        parts = zip(queries, scores, allowed, strict=True)
        return [_best(one, passing, query.limit) for query, one, passing in parts]

    def of_rows(self, rows: npt.NDArray[np.int64]) -> Floats:
        """(r, dim)."""
        return self.values.take(rows, axis=0)


class ExactIndex:
    """TrackIndex over the vectors of a release; nothing on disk besides the release is read."""

    how = "searched exactly"

    def __init__(self, release: Release) -> None:
        self._tracks, self._version, self._dims = release.embedded, release.version, release.dims
        self._spaces: dict[str, HeldVectors] = dict(self._opened(release))
        self._payload = Payload.of(release)
        self._closed = False

    def _opened(self, release: Release) -> Mapping[str, HeldVectors]:
        return {space: Vectors.of(release, space) for space in release.manifest.spaces}

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """The hits of each query."""
        return self._run_checked(lambda: self._run(queries))

    async def count(self, query: TrackQuery) -> int:
        """Exact."""
        return self._run_checked(lambda: int(np.count_nonzero(self._allowed(query))))

    async def vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        """(len(rows), dim), zeros for a row without a vector."""
        return self._run_checked(lambda: self._vectors(rows, space))

    async def ping(self) -> str:
        """How many tracks it holds."""
        return self._run_checked(lambda: f"{self._tracks} tracks, {self.how}")

    async def close(self) -> None:
        """Lets the vectors go; again is harmless."""
        self._spaces, self._closed = {}, True

    def _run_checked(self, call: Callable[[], Answer]) -> Answer:
        if self._closed:
            raise IndexUnavailable(f"the index of release {self._version} is closed")
        try:
            return call()
        except (KeyError, ValueError, TypeError) as error:
            raise IndexUnavailable(f"the index of release {self._version} failed: {error}") from error

    def _run(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        allowed: list[Flags] = []
        for at, query in enumerate(queries):
            shared = at > 0 and query.same_filter(queries[at - 1])
            allowed.append(allowed[-1] if shared else self._allowed(query))
        found: dict[int, Hits] = {}
        for space in dict.fromkeys(query.space for query in queries):
            own = [at for at, query in enumerate(queries) if query.space == space]
            hits = self._spaces[space].search([queries[at] for at in own], [allowed[at] for at in own])
            found.update(zip(own, hits, strict=True))
        return [found[at] for at in range(len(queries))]

    def _allowed(self, query: TrackQuery) -> Flags:
        """(m,) rows with a vector in the space that satisfy every filter."""
        return self._payload.allowed(query, self._spaces[query.space].present)

    def _vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        held, wanted = self._spaces[space], np.array(rows, np.int64)
        found = np.zeros((len(rows), self._dims[space]), np.float32)
        known = (wanted >= 0) & (wanted < self._tracks)
        found[known] = held.of_rows(wanted[known])
        return found


def _best(scores: Floats, allowed: Flags, limit: int) -> Hits:
    """The first `limit` of the rows allowed, best first; equal scores in row order, at the end of the list too."""
    passing = int(np.count_nonzero(allowed))
    left = scores if passing == len(scores) else np.where(allowed, scores, np.float32(-np.inf))
    left, limit = left.astype(np.float32, copy=False), min(limit, passing)
    if not limit:
        return Hits(np.empty(0, np.int64), np.empty(0, np.float32))
    least = np.partition(left, len(left) - limit)[len(left) - limit]
    rows = np.flatnonzero(left >= least)
    rows = rows[np.argsort(-left[rows], kind="stable")[:limit]]
    return Hits(rows, left[rows])


def _unit(vectors: Floats) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: npt.NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32, copy=False)
    return unit

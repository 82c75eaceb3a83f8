"""The index of a small release: one product with all its vectors in this process, no engine.

Every filter means what it means to the engine: values are those of the cards, as the payload has them
(kit/vectors/points.py), in float64 - columns hold float32, in which .6 is more than .6. Below BELOW tracks a product
costs less than the engine's way to and from a query (docs/decisions/0019-exact-search-of-small-releases.md).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from kit.errors import IndexUnavailable
from kit.release import Floats, Release, Rows
from kit.vectors import RANGE_FIELDS, Hits, TrackQuery
from kit.vectors.points import payload

BELOW = 10_000
"""Tracks with a vector from which the engine searches. On the demo a look-up costs 275 us of CPU where the engine takes
414, and 263 where it takes 1,351 with 1,000 tracks excluded (bench.serve, docs/performance.md); the product grows with
the release, the way to the engine does not. The float32 vectors of 10,000 x 512 take 20 MB a process."""


def small(release: Release) -> bool:
    """Whether a release is searched exactly, its vectors in memory as float32."""
    return release.placed < BELOW


Answer = TypeVar("Answer")
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """One space: (m, dim) float32, of unit length where the distance is cosine, and (m,) which rows have a vector."""

    values: Floats
    present: Flags
    cosine: bool

    @classmethod
    def of(cls, release: Release, space: str) -> "Vectors":
        """Reads the index vectors."""
        values = release.float32_vectors(space)[: release.placed]
        present: Flags = np.asarray(values.any(axis=1))
        cosine = release.manifest.spaces[space].distance == "cosine"
        return cls(_unit(values) if cosine else values, present, cosine)

    def scores(self, vectors: Floats) -> Floats:
        """(q, m) of query vectors (q, dim) with every row."""
        asked: Floats = _unit(vectors) if self.cosine else vectors
        scores: Floats = asked @ self.values.T
        return scores


@dataclass(frozen=True, slots=True, eq=False)
class Payload:
    """What filters ask, by row: (m,) float64 values, NaN where nobody knows; rows of each genre; (m,) explicit ones."""

    values: Mapping[str, npt.NDArray[np.float64]]
    genres: Mapping[str, Rows]
    explicit: Flags

    @classmethod
    def of(cls, release: Release) -> "Payload":
        """Reads the cards: 5,000 in 60 ms."""
        held = [payload(release.card(row)) for row in range(release.placed)]
        genres: dict[str, list[int]] = {}
        for row, one in enumerate(held):
            for genre in one.get("genres", ()):
                genres.setdefault(genre, []).append(row)
        return cls(
            {name: np.array([one.get(name, np.nan) for one in held], np.float64) for name in RANGE_FIELDS},
            {genre: np.array(rows, np.int64) for genre, rows in genres.items()},
            np.array([one.get("explicit") == 1 for one in held], bool),
        )

    def passing(self, query: TrackQuery) -> Iterable[Flags]:
        """(m,) rows that satisfy each of the query's conditions."""
        for name, (low, high) in query.ranges.items():
            values = self.values[name]
            yield ~np.isnan(values) if low is None and high is None else _within(values, low, high)
        if query.genres:
            yield self._of_any(query.genres)
        if query.explicit is not None:
            yield self.explicit if query.explicit else ~self.explicit

    def _of_any(self, genres: Collection[str]) -> Flags:
        found: Flags = np.zeros(len(self.explicit), bool)
        for genre in genres:
            found[self.genres.get(genre, [])] = True
        return found


class ExactIndex:
    """SongIndex over the vectors of a release; nothing on disk besides the release is read."""

    def __init__(self, release: Release) -> None:
        self._tracks, self._version = release.placed, release.version
        self._spaces: dict[str, Vectors] = {space: Vectors.of(release, space) for space in release.manifest.spaces}
        self._payload = Payload.of(release)
        self._closed = False

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """Exact; the queries of a space share one product."""
        return self._ask(lambda: self._run(queries))

    async def count(self, query: TrackQuery) -> int:
        """Exact."""
        return self._ask(lambda: int(np.count_nonzero(self._allowed(query))))

    async def vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        """(len(rows), dim), zeros for a row without a vector."""
        return self._ask(lambda: self._vectors(rows, space))

    async def ping(self) -> str:
        """How many tracks it holds."""
        return self._ask(lambda: f"{self._tracks} songs, searched exactly")

    async def close(self) -> None:
        """Lets the vectors go; again is harmless."""
        self._spaces, self._closed = {}, True

    def _ask(self, call: Callable[[], Answer]) -> Answer:
        if self._closed:
            raise IndexUnavailable(f"the index of release {self._version} is closed")
        try:
            return call()
        except (KeyError, ValueError, TypeError) as error:
            raise IndexUnavailable(f"the index of release {self._version} failed: {error}") from error

    def _run(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        scores: list[Floats] = [np.empty(0, np.float32)] * len(queries)
        for space in dict.fromkeys(query.space for query in queries):
            own = [at for at, query in enumerate(queries) if query.space == space]
            asked = np.stack([queries[at].vector for at in own]).astype(np.float32, copy=False)
            for at, row in zip(own, self._spaces[space].scores(asked), strict=True):
                scores[at] = row
        found: list[Hits] = []
        allowed: Flags = np.zeros(0, bool)
        for at, query in enumerate(queries):
            if not at or not query.same_filter(queries[at - 1]):
                allowed = self._allowed(query)
            found.append(_best(scores[at], allowed, query.limit))
        return found

    def _allowed(self, query: TrackQuery) -> Flags:
        """(m,) rows with a vector in the space that satisfy every filter."""
        allowed = self._spaces[query.space].present.copy()
        for passing in self._payload.passing(query):
            allowed &= passing
        if query.exclude:
            rows = np.fromiter(query.exclude, np.int64, len(query.exclude))
            allowed[rows[(rows >= 0) & (rows < self._tracks)]] = False
        return allowed

    def _vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        held, wanted = self._spaces[space].values, np.array(rows, np.int64)
        found = np.zeros((len(rows), held.shape[1]), np.float32)
        known = (wanted >= 0) & (wanted < self._tracks)
        found[known] = held[wanted[known]]
        return found


def _within(values: Floats, low: float | None, high: float | None) -> Flags:
    """NaN is outside."""
    inside: Any = True
    if low is not None:
        inside = values >= low
    if high is not None:
        inside = inside & (values <= high)
    found: Flags = inside
    return found


def _best(scores: Floats, allowed: Flags, limit: int) -> Hits:
    """The first `limit` of the rows allowed, best first; equal scores in row order, at the end of the list too."""
    left = np.where(allowed, scores, np.float32(-np.inf)).astype(np.float32, copy=False)
    limit = min(limit, int(np.count_nonzero(allowed)))
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

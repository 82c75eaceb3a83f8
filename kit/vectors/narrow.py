"""An index that holds a projection of a space answers as one that holds it whole: its hits are rescored.

The engine is asked with A q for more candidates than are wanted (kit/projection.py); their scores are those of the full
vectors, read from the memory-mapped release. A wish is answered in tiers: the first `candidates` of the engine, best
first by full score, give the first KEPT of the list, GROWTH times as many the next, and so on. So a longer list begins
with the shorter one, though a wider search finds what a narrower one missed. Serving and `evaluate --release` share the
tiers; there the engine is a product with every projected track.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kit.float16 import products
from kit.projection import Projection
from kit.release import Floats, Release, Rows
from kit.vectors import Hits, TrackIndex, TrackQuery, open_index
from kit.vectors.exact import ExactIndex, small

KEPT = 0.8
"""Share of a tier's candidates that the list takes: what lies beyond the last candidate is missing near the end."""
GROWTH = 4


def tiers(limit: int, candidates: int) -> Iterator[tuple[int, int]]:
    """(asked, kept): how many candidates each tier asks for and how long the list is after it, until it has `limit`."""
    kept = 0
    while kept < limit:
        kept = max(int(candidates * KEPT), 1)
        yield candidates, kept
        candidates *= GROWTH


def joined(found: Sequence[Hits], kept: Sequence[int], limit: int) -> Hits:
    """The first `limit` of the list that the rescored answers of successive tiers make.

    A track of a later tier that belongs among those before it comes right after them, with a score just below theirs.
    """
    rows, scores = found[0].rows[: kept[0]], found[0].scores[: kept[0]]
    for tier, most in zip(found[1:], kept[1:], strict=True):
        new = np.flatnonzero(~np.isin(tier.rows, rows))[: most - len(rows)]
        below = np.nextafter(scores[-1], np.float32(-np.inf)) if len(scores) else np.float32(np.inf)
        more = _falling(tier.rows[new], np.minimum(tier.scores[new], below))
        rows, scores = np.concatenate([rows, more.rows]), np.concatenate([scores, more.scores])
    return Hits(rows[:limit], scores[:limit])


def _falling(rows: Rows, scores: npt.NDArray[np.float32]) -> Hits:
    """Best first; equal scores in row order."""
    order = np.lexsort((rows, -scores))
    return Hits(rows[order], scores[order])


@dataclass(frozen=True, slots=True, eq=False)
class Rescoring:
    """What rescores one space of a release."""

    projection: Projection
    vectors: Floats  # (m, dim) index vectors as the release stores them
    candidates: int

    @classmethod
    def of(cls, release: Release, space: str) -> "Rescoring | None":
        """That of a space, None when its index holds the space whole; BrokenRelease."""
        described, projection = release.manifest.spaces[space].narrow, Projection.of(release, space)
        if described is None or projection is None:
            return None
        return cls(projection, np.asarray(release.index_vectors(space)), described.candidates)

    def hits(self, rows: Rows, vector: Floats) -> Hits:
        """Rows with their full scores for a query vector (dim,), best first; equal scores in row order."""
        return _falling(rows, products(self.vectors[rows], vector))


class RescoredIndex:
    """SongIndex over the narrow index of a release."""

    def __init__(self, engine: TrackIndex, release: Release) -> None:
        self._engine = engine
        found = {space: Rescoring.of(release, space) for space in release.manifest.spaces}
        self._narrow: Mapping[str, Rescoring] = {space: one for space, one in found.items() if one}

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """One batched call; spaces without a projection are asked as they are."""
        plans = [self._tiers(query) for query in queries]
        asked = [one for query, plan in zip(queries, plans, strict=True) for one in self._asked(query, plan)]
        answers = iter(await self._engine.search(asked))
        return [self._answer(query, plan, answers) for query, plan in zip(queries, plans, strict=True)]

    def _tiers(self, query: TrackQuery) -> list[tuple[int, int]]:
        """Empty where the engine holds the space whole."""
        narrow = self._narrow.get(query.space)
        return list(tiers(query.limit, narrow.candidates)) if narrow else []

    def _asked(self, query: TrackQuery, plan: Sequence[tuple[int, int]]) -> list[TrackQuery]:
        if not plan:
            return [query]
        vector = self._narrow[query.space].projection.of_query(query.vector)
        return [replace(query, vector=vector, limit=limit) for limit, _ in plan]

    def _answer(self, query: TrackQuery, plan: Sequence[tuple[int, int]], answers: Iterator[Hits]) -> Hits:
        if not plan:
            return next(answers)
        narrow = self._narrow[query.space]
        found = [narrow.hits(next(answers).rows, query.vector) for _ in plan]
        return joined(found, [kept for _, kept in plan], query.limit)

    async def count(self, query: TrackQuery) -> int:
        """How many tracks of the query's space satisfy its filters."""
        return await self._engine.count(query)

    async def vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        """(len(rows), dim) as the engine stores them: of a narrow space its projection."""
        return await self._engine.vectors(rows, space)

    async def ping(self) -> str:
        """The engine's word."""
        return await self._engine.ping()

    async def close(self) -> None:
        """Closes the engine."""
        await self._engine.close()


def rescored(engine: TrackIndex, release: Release) -> TrackIndex:
    """The engine's index, answering with full scores where it holds a projection."""
    return RescoredIndex(engine, release) if narrow_spaces(release) else engine


def narrow_spaces(release: Release) -> Collection[str]:
    """Spaces whose index holds a projection."""
    return [name for name, space in release.manifest.spaces.items() if space.narrow]


def open_release_index(data: Path, release: Release, url: str | None = None, api_key: str | None = None) -> TrackIndex:
    """The index that serves a published release: numpy's of a small one, else the engine's, whole or narrow."""
    if not url and small(release):
        return ExactIndex(release)
    return rescored(open_index(data, release.version, release.index_dims, url, api_key), release)

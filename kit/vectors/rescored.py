"""An index that walks a space as int8 answers as one that holds its vectors: its hits are rescored.

The engine is asked for more candidates than are wanted; their scores are those of the full vectors, read from the
memory-mapped release, so every score that leaves is exact and only what is found depends on the engine. A longer list
begins with the shorter one (kit/vectors/tiers.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

import numpy as np
import numpy.typing as npt

from kit.float16 import products
from kit.release import Floats, Release
from kit.vectors import Engine, Hits, TrackQuery
from kit.vectors.tiers import falling, joined, tiers

CANDIDATES = 480
"""Of the first tier, which then holds 384 hits: the 280 of a first page and the likes that are dropped from them
(services/recommend/retrieval/candidates.py). 480 candidates hold .997 of the exact first 200 of 154,714 x 512."""
KEPT = 0.8
"""Share of a tier's candidates that the list takes: what lies beyond the last candidate is missing near the end."""


class RescoredIndex:
    """TrackIndex over the engine's index of a release."""

    def __init__(self, engine: Engine, release: Release) -> None:
        self._engine, self._release = engine, release
        self._coarse: Mapping[str, Floats] | None = None

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """One batched call; spaces that the engine holds as they are, and scans, are asked as they are."""
        coarse = await self._coarse_spaces()
        vectors = [None if query.exact else coarse.get(query.space) for query in queries]
        searches = [[query] if held is None else _searches(query) for query, held in zip(queries, vectors, strict=True)]
        answers = iter(await self._engine.search(list(chain.from_iterable(searches))))
        found = [list(islice(answers, len(some))) for some in searches]
        return [
            some[0] if held is None else _answer(query, held, some)
            for query, held, some in zip(queries, vectors, found, strict=True)
        ]

    async def _coarse_spaces(self) -> Mapping[str, Floats]:
        """(m, dim) index vectors by space. The engine is asked once: an index says itself how it was built."""
        if self._coarse is None:
            spaces = await self._engine.coarse()
            self._coarse = {space: np.asarray(self._release.index_vectors(space)) for space in spaces}
        return self._coarse

    async def count(self, query: TrackQuery) -> int:
        """How many tracks of the query's space satisfy its filters."""
        return await self._engine.count(query)

    async def vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        """(len(rows), dim) as the engine stores them."""
        return await self._engine.vectors(rows, space)

    async def ping(self) -> str:
        """The engine's word."""
        return await self._engine.ping()

    async def close(self) -> None:
        """Closes the engine."""
        await self._engine.close()


def _searches(query: TrackQuery) -> list[TrackQuery]:
    """A question a tier."""
    return [replace(query, limit=count) for count, _ in tiers(query.limit, CANDIDATES, KEPT)]


def _answer(query: TrackQuery, vectors: Floats, found: Sequence[Hits]) -> Hits:
    """The list that the engine's answers to those questions make."""
    tiered = [falling(hits.rows, products(vectors[hits.rows], query.vector)) for hits in found]
    return joined(tiered, [kept for _, kept in tiers(query.limit, CANDIDATES, KEPT)], query.limit)

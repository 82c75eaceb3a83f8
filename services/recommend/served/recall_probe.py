"""Measures in the background how much of the exact answer the serving index finds, for the metrics.

Every `every_s` seconds PROBES vectors of random tracks are searched as for an answer and once more exactly, one after
another, so that requests in between are not held up. Recall is the share of the exact DEPTH best rows that was found,
averaged over the probes; a track that scores as well as the last of them counts. Cost: 2 x PROBES searches a round.
"""

import asyncio
import time
from collections.abc import Callable

import numpy as np

from kit import log
from kit.errors import IndexUnavailable, NoRelease
from kit.manifest import GRAPH
from kit.vectors import Hits, TrackIndex, TrackQuery
from services.recommend.served.release_store import ReleaseStore
from services.recommend.served.served_release import ServedRelease

PROBES, DEPTH = 8, 50
BETWEEN_S = 0.5
"""Seconds between two probes of one round."""
TOLERANCE = 1e-3
"""Of the best score: scores of two ways to search differ by rounding."""
KEPT_ROUNDS = 3
"""A figure older than this many rounds is dropped: the index did not answer since."""


class RecallProbe:
    """The last figure; one a process."""

    def __init__(self, store: ReleaseStore, every_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._store, self._every_s, self._now = store, every_s, now
        self._recall, self._at = float("nan"), now()
        self._draw = np.random.default_rng()
        self._log = log.get("recall")

    async def recall(self) -> float:
        """Recall of the last round, 0 to 1; NaN before the first one and when it is too old."""
        return self._recall if self._now() - self._at <= KEPT_ROUNDS * self._every_s else float("nan")

    async def run(self) -> None:
        """Measures until cancelled."""
        while True:
            await asyncio.sleep(self._every_s)
            await self.measure()

    async def measure(self, between_s: float = BETWEEN_S) -> None:
        """One round; when there is no release or the index does not answer, the last figure stays."""
        shares = []
        try:
            for _ in range(PROBES):
                async with self._store.lease() as serving:
                    if query := self._query(serving):
                        shares.append(await recall_of(serving.index, query))
                await asyncio.sleep(between_s)
        except (IndexUnavailable, NoRelease) as error:
            self._log.warning("recall of the index was not measured", reason=str(error))
            return
        if shares:
            self._recall, self._at = float(np.mean(shares)), self._now()

    def _query(self, serving: ServedRelease) -> TrackQuery | None:
        """A random track's own vector; None for a track without one."""
        vectors = serving.release.index_vectors(GRAPH)
        vector = np.asarray(vectors[int(self._draw.integers(serving.release.embedded))], dtype=np.float32)
        return TrackQuery(GRAPH, vector, DEPTH) if vector.any() else None


async def recall_of(index: TrackIndex, query: TrackQuery) -> float:
    """The share of the exact best that the index finds for one query, 0 to 1."""
    [found] = await index.search([query])
    exact = TrackQuery(query.space, query.vector, query.limit, exact=True)
    [best] = await index.search([exact])
    return share(found, best)


def share(found: Hits, best: Hits) -> float:
    """The share of `best` that was found; 1 when nothing is to be found."""
    if not len(best.rows):
        return 1.0
    least = best.scores[-1] - TOLERANCE * abs(float(best.scores[0]))
    return min(int((found.scores >= least).sum()), len(best.rows)) / len(best.rows)

"""Tests of the recall of the index as a metric: measured against exact answers of the same index."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from kit.errors import IndexUnavailable
from kit.release import Release
from kit.vectors import Hits, TrackIndex, TrackQuery
from kit.vectors.choice import open_release_index
from services.recommend.served import recall_probe
from services.recommend.served.recall_probe import KEPT_ROUNDS, PROBES, RecallProbe, share
from services.recommend.served.release_store import ReleaseStore

pytestmark = pytest.mark.anyio
EVERY_S = 10.0


class Forgetful:
    """An index that finds the best `kept` tracks only, unless it is to search exactly; counts its searches."""

    def __init__(self, index: TrackIndex, kept: int) -> None:
        self._index, self.kept, self.searches, self.away = index, kept, 0, False

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        self.searches += 1
        if self.away:
            raise IndexUnavailable("away")
        whole = await self._index.search(queries)
        return [
            found if query.exact else Hits(found.rows[: self.kept], found.scores[: self.kept])
            for query, found in zip(queries, whole, strict=True)
        ]

    async def close(self) -> None:
        await self._index.close()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def store(published: Path) -> AsyncIterator[tuple[ReleaseStore, Forgetful]]:
    opened: list[Forgetful] = []

    def index_of(release: Release) -> TrackIndex:
        opened.append(Forgetful(open_release_index(published, release), recall_probe.DEPTH))
        return opened[0]  # type: ignore[return-value]

    made = ReleaseStore(published / "releases", 1.0, index_of)
    await made.refresh()
    yield made, opened[0]
    await made.close()


async def test_an_index_that_finds_everything_has_recall_one(store: tuple[ReleaseStore, Forgetful]) -> None:
    probe = RecallProbe(store[0], EVERY_S)
    assert np.isnan(await probe.recall())
    await probe.measure(between_s=0)
    assert await probe.recall() == 1.0
    assert store[1].searches == 2 * PROBES


async def test_an_index_that_loses_tracks_has_less(store: tuple[ReleaseStore, Forgetful]) -> None:
    probe = RecallProbe(store[0], EVERY_S)
    store[1].kept = 10
    await probe.measure(between_s=0)
    assert 0 < await probe.recall() < 0.5


async def test_while_the_index_is_away_the_last_figure_stays_for_a_while(
    store: tuple[ReleaseStore, Forgetful],
) -> None:
    clock = Clock()
    probe = RecallProbe(store[0], EVERY_S, clock)
    await probe.measure(between_s=0)
    store[1].away = True
    clock.now = KEPT_ROUNDS * EVERY_S
    await probe.measure(between_s=0)
    assert await probe.recall() == 1.0
    clock.now += 1
    assert np.isnan(await probe.recall())


def test_a_track_as_good_as_the_last_of_the_best_counts() -> None:
    best = Hits(np.array([1, 2, 3]), np.array([0.9, 0.8, 0.7], np.float32))
    tied = Hits(np.array([1, 2, 9]), np.array([0.9, 0.8, 0.7], np.float32))
    worse = Hits(np.array([1, 2, 9]), np.array([0.9, 0.8, 0.5], np.float32))
    nothing = Hits(np.array([], np.int64), np.array([], np.float32))
    assert (share(tied, best), share(worse, best), share(nothing, nothing)) == (1.0, 2 / 3, 1.0)

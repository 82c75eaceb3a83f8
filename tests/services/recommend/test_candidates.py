"""Candidates: what is left out may be dropped here or in the engine, with the same answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from kit.vectors import SongIndex, open_index
from kit.wire.recommend import Filters
from services.recommend.candidates import DROPPED, candidates
from services.recommend.seeds import SeedVectors
from services.recommend.store import ReleaseStore, Serving
from services.recommend.taste import taste

pytestmark = pytest.mark.anyio


@pytest.fixture
async def serving(published: Path) -> AsyncIterator[Serving]:
    def index_of(release: object) -> SongIndex:
        return open_index(published, release.version, release.dims)  # type: ignore[attr-defined]

    store = ReleaseStore(published / "releases", 60, index_of)
    await store.refresh()
    async with store.lease() as opened:
        yield opened
    await store.close()


@pytest.mark.parametrize("genres", [[], ["even"]])
@pytest.mark.parametrize("count", [5, 40])
async def test_few_and_many_songs_left_out_are_left_out_alike(serving: Serving, genres: list[str], count: int) -> None:
    vector = serving.release.query_vectors("graph")[0]
    question = taste(serving.poolings, [SeedVectors(1.0, {"graph": vector}, np.full(12, np.nan), 0)], [])
    assert question
    filters = Filters(genres=genres)
    nearest = (await candidates(serving, [question], filters, frozenset(), 200)).rows.tolist()
    for left_out in (nearest[:20:2], nearest[: DROPPED + 1]):
        # rows that do not exist change nothing but the number, and with it the way
        more = frozenset(left_out) | set(range(10_000, 10_000 + DROPPED + 1 - len(left_out)))
        here = await candidates(serving, [question], filters, frozenset(left_out), count)
        engine = await candidates(serving, [question], filters, more, count)
        assert here.rows.tolist() == engine.rows.tolist() == [row for row in nearest if row not in left_out][:count]
        assert np.allclose(here.similarity, engine.similarity)


async def test_nothing_is_left_when_everything_is_left_out(serving: Serving) -> None:
    vector = serving.release.query_vectors("graph")[0]
    question = taste(serving.poolings, [SeedVectors(1.0, {"graph": vector}, np.full(12, np.nan), 0)], [])
    assert question
    found = await candidates(serving, [question], Filters(), frozenset(range(serving.release.size)), 10)
    assert len(found.rows) == 0

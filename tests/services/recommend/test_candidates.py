"""Candidates: what is left out may be dropped here or in the engine, with the same answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from kit.vectors import TrackIndex, open_index
from kit.wire.recommend_options import Filters
from services.recommend.ranked_list import candidates
from services.recommend.retrieval.candidates import POST_FILTER_MAX
from services.recommend.retrieval.query_vectors import single_query_vector
from services.recommend.served.release_store import ReleaseStore
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import SeedVectors

pytestmark = pytest.mark.anyio


@pytest.fixture
async def serving(published: Path) -> AsyncIterator[ServedRelease]:
    def index_of(release: object) -> TrackIndex:
        return open_index(published, release.version, release.dims)  # type: ignore[attr-defined]

    store = ReleaseStore(published / "releases", 60, index_of)
    await store.refresh()
    async with store.lease() as opened:
        yield opened
    await store.close()


@pytest.mark.parametrize("genres", [[], ["even"]])
@pytest.mark.parametrize("count", [5, 40])
async def test_few_and_many_tracks_left_out_are_left_out_alike(
    serving: ServedRelease, genres: list[str], count: int
) -> None:
    vector = serving.release.query_vectors("graph")[0]
    query_vector = single_query_vector(
        serving.poolings, [SeedVectors(1.0, {"graph": vector}, np.full(12, np.nan), 0)], []
    )
    assert query_vector
    filters = Filters(genres=genres)
    nearest = (await candidates(serving, [query_vector], filters, frozenset(), 200)).rows.tolist()
    for excluded in (nearest[:3], nearest[:20:2], nearest[: POST_FILTER_MAX + 1]):
        # rows that do not exist change nothing but the number, and with it the way
        more = frozenset(excluded) | set(range(10_000, 10_000 + POST_FILTER_MAX + 1 - len(excluded)))
        here = await candidates(serving, [query_vector], filters, frozenset(excluded), count)
        engine = await candidates(serving, [query_vector], filters, more, count)
        assert here.rows.tolist() == engine.rows.tolist() == [row for row in nearest if row not in excluded][:count]
        assert np.allclose(here.similarity, engine.similarity)


async def test_nothing_is_left_when_everything_is_left_out(serving: ServedRelease) -> None:
    vector = serving.release.query_vectors("graph")[0]
    query_vector = single_query_vector(
        serving.poolings, [SeedVectors(1.0, {"graph": vector}, np.full(12, np.nan), 0)], []
    )
    assert query_vector
    found = await candidates(serving, [query_vector], Filters(), frozenset(range(serving.release.size)), 10)
    assert len(found.rows) == 0

"""Tests of projected indexes: full scores, exact filters, consistent list prefixes."""

from collections.abc import AsyncIterator
from itertools import pairwise

import numpy as np
import pytest

from kit.projection import Projection
from kit.release import Release, open_current
from kit.vectors import Hits, TrackIndex, TrackQuery, server_build
from kit.vectors.edge import EdgeIndex
from kit.vectors.narrow import joined, open_release_index, rescored, tiers
from pipelines.release.publish import quiet
from tests.reranked_release import CANDIDATES, COLUMNS, published_with_a_ranker
from tests.stores.conftest import data_of, over_http, reader
from tests.stores.qdrant_http import QdrantOverHttp

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Release:
    release = open_current(published_with_a_ranker(tmp_path_factory.mktemp("narrow"), narrow=True) / "releases")
    assert release is not None
    return release


@pytest.fixture(params=["embedded", "server over HTTP"])
async def index(request: pytest.FixtureRequest, narrow: Release) -> AsyncIterator[TrackIndex]:
    if request.param == "embedded":
        opened = open_release_index(data_of(narrow), narrow)
    else:
        server = QdrantOverHttp()
        server_build.fill(over_http(server), narrow, quiet, settled_s=0)
        opened = rescored(reader(server, narrow), narrow)
    yield opened
    await opened.close()


def asked(release: Release, seed: int, limit: int, **wish: object) -> TrackQuery:
    vector = np.asarray(release.query_vectors("graph")[seed], np.float32)
    return TrackQuery("graph", vector, limit, **wish)  # type: ignore[arg-type]


def full_scores(release: Release, query: TrackQuery) -> np.ndarray:
    return np.asarray(release.index_vectors("graph"), np.float32) @ query.vector


# -- what is held ----------------------------------------------------------------------------------------------------
async def test_the_index_holds_the_projected_columns(narrow: Release, index: TrackIndex) -> None:
    projection = Projection.of(narrow, "graph")
    assert projection is not None
    stored = await index.vectors([3, 90], "graph")
    assert stored.shape == (2, COLUMNS)
    np.testing.assert_allclose(stored, projection.of_index(narrow.index_vectors("graph")[[3, 90]]), rtol=1e-5)


async def test_a_space_without_a_projection_is_held_whole(narrow: Release, index: TrackIndex) -> None:
    assert (await index.vectors([3], "audio")).shape == (1, narrow.dims["audio"])


# -- what is answered ------------------------------------------------------------------------------------------------
async def test_scores_are_those_of_the_full_vectors(narrow: Release, index: TrackIndex) -> None:
    query = asked(narrow, 3, 40)
    [found] = await index.search([query])
    assert len(found.rows) == 40
    np.testing.assert_allclose(found.scores, full_scores(narrow, query)[found.rows], rtol=1e-4, atol=1e-5)
    assert (np.diff(found.scores) <= 0).all()


async def test_most_of_the_exact_first_are_found_and_better_than_by_the_columns_alone(
    narrow: Release, index: TrackIndex
) -> None:
    engine = EdgeIndex.open(data_of(narrow) / "index" / narrow.version, narrow.index_dims)
    projection, shares = Projection.of(narrow, "graph"), []
    assert projection is not None
    for seed in range(0, 120, 5):
        query = asked(narrow, seed, 50)
        best = np.argsort(-full_scores(narrow, query), kind="stable")[:50]
        [found] = await index.search([query])
        [near] = await engine.search([TrackQuery("graph", projection.of_query(query.vector), 50)])
        shares.append([np.isin(best, hits.rows).mean() for hits in (found, near)])
    await engine.close()
    rescored_share, alone = np.mean(shares, axis=0)
    assert rescored_share > 0.9 > alone


async def test_a_longer_list_begins_with_the_shorter_one_across_tiers(narrow: Release, index: TrackIndex) -> None:
    for seed in range(0, 120, 5):
        lists = [(await index.search([asked(narrow, seed, limit)]))[0] for limit in (10, 79, 81, 180)]
        for shorter, longer in pairwise(lists):
            np.testing.assert_array_equal(longer.rows[: len(shorter.rows)], shorter.rows)
        assert (np.diff(lists[-1].scores) <= 0).all()
        assert len(set(lists[-1].rows.tolist())) == len(lists[-1].rows) == 180


async def test_filters_and_exclusions_are_exact(narrow: Release, index: TrackIndex) -> None:
    years, excluded = np.asarray(narrow.column("year"))[: narrow.placed], [1, 2, 50, 77]
    query = asked(narrow, 3, 500, ranges={"year": (1990, 2000)}, exclude=excluded)
    [found] = await index.search([query])
    listed = np.asarray(narrow.index_vectors("graph")).any(axis=1)
    passing = np.flatnonzero(listed & (years >= 1990) & (years <= 2000))
    assert set(found.rows.tolist()) == set(passing.tolist()) - set(excluded)
    assert await index.count(query) == len(found.rows)


async def test_several_spaces_are_asked_in_one_call_and_answered_in_order(narrow: Release, index: TrackIndex) -> None:
    sound = TrackQuery("audio", np.asarray(narrow.query_vectors("audio")[0], np.float32), 5)
    queries = [asked(narrow, 3, 100), sound, asked(narrow, 40, 7)]
    together = await index.search(queries)
    for query, found in zip(queries, together, strict=True):
        [alone] = await index.search([query])
        np.testing.assert_array_equal(found.rows, alone.rows)


# -- tiers -----------------------------------------------------------------------------------------------------------
def test_tiers_grow_until_the_list_is_long_enough() -> None:
    assert list(tiers(80, CANDIDATES)) == [(100, 80)]
    assert list(tiers(81, CANDIDATES)) == [(100, 80), (400, 320)]
    assert next(tiers(1, 1)) == (1, 1)


def test_a_track_found_late_comes_right_after_the_earlier_ones() -> None:
    first = Hits(np.array([5, 6, 7]), np.array([9, 8, 7], np.float32))
    second = Hits(np.array([5, 1, 6, 7, 2]), np.array([9, 8.5, 8, 7, 1], np.float32))
    found = joined([first, second], [2, 8], 8)
    assert found.rows.tolist() == [5, 6, 1, 7, 2]
    assert found.scores[2] < 8
    assert found.scores[2:].tolist() == pytest.approx([8, 7, 1])
    swapped = Hits(np.array([5, 4, 3, 6]), np.array([9, 8.6, 8.5, 8], np.float32))
    assert joined([first, swapped], [2, 4], 4).rows.tolist() == [5, 6, 3, 4]  # equal scores in row order


def test_no_hits_give_an_empty_list() -> None:
    none = Hits(np.empty(0, np.int64), np.empty(0, np.float32))
    assert not len(joined([none, none], [2, 8], 8).rows)


def test_a_whole_release_is_searched_as_it_is(release: Release) -> None:
    engine = EdgeIndex.open(data_of(release) / "index" / release.version, release.dims)
    assert rescored(engine, release) is engine
    assert release.index_dims == release.dims

"""An engine that walks int8, rescored: full scores, exact filters, longer lists that begin with the shorter ones."""

from collections.abc import AsyncIterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kit.release import Release
from kit.vectors import Engine, Hits, TrackIndex, TrackQuery, choice, server_build
from kit.vectors.choice import open_release_index
from kit.vectors.edge import COARSE, WALK, EdgeIndex
from kit.vectors.points import COARSE_EF, COARSE_FROM, WALK_FROM, coarse
from kit.vectors.rescored import CANDIDATES, KEPT, RescoredIndex
from kit.vectors.tiers import joined, tiers
from pipelines.index.edge import EdgeStore, walked
from pipelines.release.publish import publish_to, quiet
from tests.stores.conftest import data_of, large_release, over_http, reader
from tests.stores.qdrant_http import QdrantOverHttp

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A published release with just as many tracks and columns as a coarse space has."""
    folder = tmp_path_factory.mktemp("coarse")
    store = EdgeStore(folder / "data", linked=lambda _: True)
    published = publish_to(store, large_release(folder / "out", COARSE_FROM).path, folder / "data")
    return Release(folder / "data" / "releases" / published.version)


@pytest.fixture(scope="module")
def server(large: Release) -> QdrantOverHttp:
    filled = QdrantOverHttp()
    server_build.fill(over_http(filled), large, quiet, settled_s=0)
    return filled


@pytest.fixture(params=["embedded", "server over HTTP"])
async def engine(request: pytest.FixtureRequest, large: Release) -> AsyncIterator[Engine]:
    if request.param == "embedded":
        opened: Engine = EdgeIndex.open(directory(large), large.dims)
    else:
        opened = reader(request.getfixturevalue("server"), large)
    yield opened
    await opened.close()


@pytest.fixture
def index(engine: Engine, large: Release) -> TrackIndex:
    return RescoredIndex(engine, large)


def directory(release: Release) -> Path:
    return data_of(release) / "index" / release.version


def track_query(release: Release, seed: int, limit: int, **wish: object) -> TrackQuery:
    vector = np.asarray(release.query_vectors("graph")[seed], np.float32)
    return TrackQuery("graph", vector, limit, **wish)  # type: ignore[arg-type]


def full_scores(release: Release, query: TrackQuery) -> np.ndarray:
    return np.asarray(release.index_vectors("graph"), np.float32) @ query.vector


# -- what is held ----------------------------------------------------------------------------------------------------
@pytest.mark.slow
async def test_a_large_space_is_held_as_int8_and_says_so(engine: Engine, large: Release) -> None:
    assert list(await engine.coarse()) == ["graph"]


def test_publish_walks_it_wider_and_leaves_a_fraction_of_the_numbers_in_memory(large: Release) -> None:
    assert (directory(large) / COARSE).read_text() == "graph"
    assert int((directory(large) / WALK).read_text()) >= COARSE_EF
    [held] = directory(large).rglob("quantized.data")
    assert large.embedded * COARSE_FROM <= held.stat().st_size < 1.5 * large.embedded * COARSE_FROM


async def test_small_spaces_and_spaces_of_few_columns_are_held_as_they_are(release: Release, large: Release) -> None:
    space = large.manifest.spaces["graph"]
    assert coarse(space, WALK_FROM)
    assert not coarse(space, WALK_FROM - 1)
    assert not coarse(space.model_copy(update={"dim": COARSE_FROM - 1}), WALK_FROM)
    assert not coarse(space.model_copy(update={"distance": "cosine"}), WALK_FROM)
    engine = EdgeIndex.open(directory(release), release.dims)
    assert not await engine.coarse()
    await engine.close()


async def test_an_index_that_does_not_say_is_asked_as_it_is(release: Release) -> None:
    """One of a version before: no COARSE, float32."""
    (directory(release) / COARSE).unlink()
    engine = EdgeIndex.open(directory(release), release.dims)
    query = track_query(release, 3, 40)
    [whole], [alone] = await RescoredIndex(engine, release).search([query]), await engine.search([query])
    np.testing.assert_array_equal(whole.scores, alone.scores)
    await engine.close()


# -- what is answered ------------------------------------------------------------------------------------------------
async def test_scores_are_those_of_the_full_vectors(large: Release, index: TrackIndex) -> None:
    query = track_query(large, 3, 40)
    [found] = await index.search([query])
    assert len(found.rows) == 40
    np.testing.assert_allclose(found.scores, full_scores(large, query)[found.rows], rtol=1e-4, atol=1e-4)
    assert (np.diff(found.scores) <= 0).all()


async def test_the_engine_alone_gives_other_scores(large: Release) -> None:
    engine, query = EdgeIndex.open(directory(large), large.dims), track_query(large, 3, 40)
    [alone] = await engine.search([query])
    assert np.abs(alone.scores - full_scores(large, query)[alone.rows]).max() > 0.01
    await engine.close()


async def test_nearly_all_of_the_exact_first_50_are_found(large: Release, index: TrackIndex) -> None:
    shares = []
    for seed in range(0, 2000, 100):
        query = track_query(large, seed, 50)
        [found] = await index.search([query])
        shares.append(np.isin(np.argsort(-full_scores(large, query), kind="stable")[:50], found.rows).mean())
    assert np.mean(shares) >= 0.95


async def test_a_longer_list_begins_with_the_shorter_one_across_tiers(large: Release, index: TrackIndex) -> None:
    for seed in range(0, 100, 20):
        lists = [(await index.search([track_query(large, seed, limit)]))[0] for limit in (10, 384, 385, 900)]
        for shorter, longer in pairwise(lists):
            np.testing.assert_array_equal(longer.rows[: len(shorter.rows)], shorter.rows)
        assert (np.diff(lists[-1].scores) <= 0).all()
        assert len(set(lists[-1].rows.tolist())) == len(lists[-1].rows) == 900


async def test_filters_and_exclusions_are_exact(large: Release, index: TrackIndex) -> None:
    years, excluded = np.asarray(large.column("year"))[: large.embedded], [1, 2, 50, 77]
    query = track_query(large, 3, 300, ranges={"year": (1930, 1930)}, exclude=excluded)
    [found] = await index.search([query])
    passing = set(np.flatnonzero(years == 1930).tolist()) - set(excluded)
    assert set(found.rows.tolist()) <= passing
    assert await index.count(query) == len(passing)


async def test_a_scan_compares_every_full_vector(large: Release, index: TrackIndex) -> None:
    query = track_query(large, 3, 500, exact=True)
    [found] = await index.search([query])
    np.testing.assert_allclose(found.scores, np.sort(full_scores(large, query))[::-1][:500], rtol=1e-4)


async def test_several_questions_are_asked_in_one_call_and_answered_in_order(large: Release, index: TrackIndex) -> None:
    queries = [
        track_query(large, 3, 100),
        track_query(large, 3, 500),
        track_query(large, 3, 5, exact=True),
        track_query(large, 40, 7),
    ]
    together = await index.search(queries)
    for query, found in zip(queries, together, strict=True):
        [alone] = await index.search([query])
        np.testing.assert_array_equal(found.rows, alone.rows)


async def test_what_serves_is_rescored_where_faiss_is_missing_and_a_scan_otherwise(
    large: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    opened = open_release_index(data_of(large), large)
    assert isinstance(opened, RescoredIndex)
    await opened.close()
    monkeypatch.undo()
    if find_spec("faiss"):
        opened = open_release_index(data_of(large), large)
        assert await opened.ping() == f"{large.embedded} tracks, scanned"
        await opened.close()


def test_the_graph_of_a_release_is_built_where_no_scan_serves_it(
    large: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert walked(large) == (not find_spec("faiss"))
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    assert walked(large)


# -- tiers -----------------------------------------------------------------------------------------------------------
def test_tiers_grow_until_the_list_is_long_enough() -> None:
    assert list(tiers(384, CANDIDATES, KEPT)) == [(CANDIDATES, 384)]
    assert list(tiers(81, 100, 0.8)) == [(100, 80), (400, 320)]
    assert next(tiers(1, 1, 0.8)) == (1, 1)


def test_a_track_found_late_comes_right_after_the_earlier_ones() -> None:
    first = Hits(np.array([5, 6, 7]), np.array([9, 8, 7], np.float32))
    second = Hits(np.array([5, 1, 6, 7, 2]), np.array([9, 8.5, 8, 7, 1], np.float32))
    found = joined([first, second], [2, 8], 8)
    assert found.rows.tolist() == [5, 6, 1, 7, 2]
    assert found.scores[2] < 8
    assert found.scores[2:].tolist() == pytest.approx([8, 7, 1])
    swapped = Hits(np.array([5, 4, 3, 6]), np.array([9, 8.6, 8.5, 8], np.float32))
    assert joined([first, swapped], [2, 4], 4).rows.tolist() == [5, 6, 3, 4]  # equal scores in row order


def test_nothing_found_is_nothing() -> None:
    none = Hits(np.empty(0, np.int64), np.empty(0, np.float32))
    assert not len(joined([none, none], [2, 8], 8).rows)

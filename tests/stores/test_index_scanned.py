"""The scan of codes: full scores, exact filters, recall, longer lists that begin with the shorter ones."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from kit.release import Release
from kit.vectors import SCAN_ONLY, Hits, TrackQuery, index_directory
from kit.vectors.choice import few_enough_for_codes, graph_fails
from kit.vectors.points import COARSE_FROM, coded
from tests.stores.conftest import large_release

pytest.importorskip("faiss")
from kit.vectors import scanned, selection
from kit.vectors.code_fitting import COLUMNS, TRAINED_ON, error_of, fit, read_in_place, training_set
from kit.vectors.scanned import CANDIDATES, DEEP, FIRST, Codes, ScannedIndex, in_row_order
from kit.vectors.selection import ALL_SHARE, ALL_UP_TO

pytestmark = pytest.mark.anyio
LIMIT = 100


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """20,000 tracks; as many columns as the narrowest coded space and one more, which do not divide into codes."""
    return large_release(tmp_path_factory.mktemp("scanned") / "out", COARSE_FROM + 1)


@pytest.fixture(scope="module")
def index(large: Release) -> ScannedIndex:
    return ScannedIndex(large)


def track_query(release: Release, seed: int, limit: int = LIMIT, **wish: object) -> TrackQuery:
    vector = np.asarray(release.query_vectors("graph")[seed], np.float32)
    return TrackQuery("graph", vector, limit, **wish)  # type: ignore[arg-type]


def mixed(release: Release, seeds: list[int], limit: int = LIMIT, **wish: object) -> TrackQuery:
    vector = np.asarray(release.query_vectors("graph")[seeds], np.float32).sum(axis=0)
    return TrackQuery("graph", vector, limit, **wish)  # type: ignore[arg-type]


def right(release: Release, query: TrackQuery, passes: np.ndarray) -> np.ndarray:
    """Rows by falling full score, those that pass alone."""
    scores = np.asarray(release.index_vectors("graph"), np.float32) @ query.vector
    return np.argsort(np.where(passes, -scores, np.inf), kind="stable")[: min(query.limit, int(passes.sum()))]


def years(release: Release) -> np.ndarray:
    return np.array([orjson.loads(release.card(row))["year"] for row in range(release.embedded)])


async def one(index: ScannedIndex, query: TrackQuery) -> Hits:
    [hits] = await index.search([query])
    return hits


def test_a_release_of_middle_size_with_a_wide_space_is_scanned(large: Release, tmp_path: Path) -> None:
    assert few_enough_for_codes(large)
    assert coded(large.manifest.spaces["graph"])
    assert not few_enough_for_codes(large_release(tmp_path / "narrow", COARSE_FROM - 1))


def test_of_any_size_it_serves_in_place_of_a_graph_that_finds_too_little(large: Release, tmp_path: Path) -> None:
    directory = index_directory(tmp_path, large.version)
    directory.mkdir(parents=True)
    assert not graph_fails(tmp_path, large)
    (directory / SCAN_ONLY).touch()
    assert graph_fails(tmp_path, large)
    narrow = large_release(tmp_path / "releases", COARSE_FROM - 1)
    index_directory(tmp_path, narrow.version).mkdir(exist_ok=True)
    (index_directory(tmp_path, narrow.version) / SCAN_ONLY).touch()
    assert not graph_fails(tmp_path, narrow)


async def test_searches_at_once_are_answered_as_alone(large: Release, index: ScannedIndex) -> None:
    wishes: list[dict[str, object]] = [{}, {"exclude": range(50)}, {"ranges": {"year": (1990, 2010)}}, {"exact": True}]
    requests = [
        [track_query(large, seed, **wish), mixed(large, [seed, seed + 9])] for seed in range(6) for wish in wishes
    ]
    together = await asyncio.gather(*map(index.search, requests))
    for queries, found in zip(requests, together, strict=True):
        for hits, alone in zip(found, [await one(index, query) for query in queries], strict=True):
            np.testing.assert_array_equal(hits.rows, alone.rows)
            np.testing.assert_array_equal(hits.scores, alone.scores)


async def test_scores_are_those_of_the_full_vectors_and_fall(large: Release, index: ScannedIndex) -> None:
    for seed in range(5):
        query = track_query(large, seed)
        hits = await one(index, query)
        scores = np.asarray(large.index_vectors("graph"), np.float32) @ query.vector
        np.testing.assert_allclose(hits.scores, scores[hits.rows], rtol=1e-4, atol=1e-5)
        assert (np.diff(hits.scores) <= 0).all()
        assert len(set(hits.rows.tolist())) == len(hits.rows) == LIMIT


async def test_nearly_all_of_the_nearest_are_found_for_like_and_for_mixed_seeds(
    large: Release, index: ScannedIndex
) -> None:
    everything = np.ones(large.embedded, bool)
    queries = [track_query(large, seed) for seed in range(20)]
    queries += [mixed(large, [seed, 9_000 + seed, 18_000 + seed]) for seed in range(20)]
    shares = [np.isin(right(large, query, everything), (await one(index, query)).rows).mean() for query in queries]
    assert np.mean(shares) > 0.98
    assert min(shares) > 0.9


@pytest.mark.parametrize("least", [1925, 1980, 2000, 2014])  # 95 %, 40 %, 20 % and 6 % of the tracks
async def test_filters_are_exact_and_what_passes_is_found(large: Release, index: ScannedIndex, least: int) -> None:
    passes, shares = years(large) >= least, []
    passes[[1, 2, 3]] = False
    inside = np.flatnonzero(passes)
    for seed in range(10):
        seeds = [int(inside[seed]), 15_000 + seed]
        query = mixed(large, seeds, ranges={"year": (least, None)}, exclude=[1, 2, 3])
        hits = await one(index, query)
        assert passes[hits.rows].all()
        assert len(hits.rows) == LIMIT
        shares.append(np.isin(right(large, query, passes), hits.rows).mean())
        assert await index.count(query) == passes.sum()
    assert np.mean(shares) == 1.0 if passes.sum() <= ALL_UP_TO else np.mean(shares) > 0.97


async def test_a_filter_that_fits_no_neighbour_of_the_seed_is_still_answered_in_full(
    large: Release, index: ScannedIndex
) -> None:
    """Energy goes with the cluster: what is asked for lies far from the seed, so the first scan holds none of it."""
    energy = np.array([orjson.loads(large.card(row))["features"]["energy"] for row in range(large.embedded)])
    seed = int(energy.argmax())
    query = track_query(large, seed, ranges={"energy": (None, 0.3)})
    hits = await one(index, query)
    assert len(hits.rows) == LIMIT
    assert (energy[hits.rows] <= 0.3).all()


async def test_an_exact_query_is_exact(large: Release, index: ScannedIndex) -> None:
    query = mixed(large, [3, 8_000], exact=True)
    hits = await one(index, query)
    assert hits.rows.tolist() == right(large, query, np.ones(large.embedded, bool)).tolist()


async def test_a_longer_list_begins_with_the_shorter_one(large: Release, index: ScannedIndex) -> None:
    lists = [(await one(index, mixed(large, [5, 12_000], limit))).rows.tolist() for limit in (20, 400, 1_500, 7_000)]
    for shorter, longer in pairwise(lists):
        assert longer[: len(shorter)] == shorter
    assert [len(found) for found in lists] == [20, 400, 1_500, 7_000]
    assert CANDIDATES < 1_500


async def test_the_thousand_nearest_may_be_excluded(large: Release, index: ScannedIndex) -> None:
    first = await one(index, track_query(large, 4, 1_000))
    hits = await one(index, track_query(large, 4, exclude=first.rows.tolist()))
    assert len(hits.rows) == LIMIT
    assert not set(hits.rows.tolist()) & set(first.rows.tolist())


async def test_queries_of_one_request_get_what_each_gets_alone(large: Release, index: ScannedIndex) -> None:
    first = mixed(large, [5, 12_000], 400, ranges={"year": (1980, None)})
    queries = [
        *(replace(first, vector=track_query(large, seed).vector) for seed in (7, 9_000)),
        first,
        mixed(large, [1, 2], 1_500),
        track_query(large, 3, exclude=list(range(900))),
        track_query(large, 4, exact=True),
        track_query(large, 5, ranges={"year": (2014, None)}),
        track_query(large, 6),
    ]
    together = await index.search(queries)
    for query, hits in zip(queries, together, strict=True):
        alone = await one(index, query)
        assert hits.rows.tolist() == alone.rows.tolist()
        assert hits.scores.tolist() == alone.scores.tolist()


async def test_what_faiss_rescores_without_a_filter_numpy_rescores_alike_with_one(
    large: Release, index: ScannedIndex
) -> None:
    for seed in range(10):
        open_, farthest = mixed(large, [seed, 9_000 + seed]), track_query(large, seed, large.embedded, exact=True)
        last = (await one(index, farthest)).rows[-1]
        hits, masked = await one(index, open_), await one(index, replace(open_, exclude=[int(last)]))
        assert np.isin(hits.rows, masked.rows).mean() > 0.98  # one row more is scanned for
        common, at, beside = np.intersect1d(hits.rows, masked.rows, return_indices=True)
        assert len(common) > 0.98 * LIMIT
        np.testing.assert_allclose(hits.scores[at], masked.scores[beside], rtol=1e-5)


def test_codes_are_fitted_to_vectors_in_proportion_to_their_length_in_the_columns_of_each() -> None:
    vectors = np.ones((2_000, 2 * COLUMNS), np.float32)
    vectors[:20, :COLUMNS], vectors[100:120, COLUMNS:] = 100.0, 0.0
    drawn = training_set(vectors)
    assert drawn.shape == (TRAINED_ON, 2 * COLUMNS)
    assert abs((drawn[:, 0] == 100.0).mean() - 2_000 / (2_000 + 1_980)) < 0.01
    assert not (drawn[:, COLUMNS] == 0.0).any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_full_vectors_are_read_where_they_are(dtype: type) -> None:
    vectors = np.random.default_rng(0).standard_normal((50, 24)).astype(dtype)
    full = read_in_place(vectors)
    full.ntotal = len(vectors)
    query = np.random.default_rng(1).standard_normal((1, 24)).astype(np.float32)
    vectors[7] = 100.0 * query[0].astype(dtype)  # after the index was made: nothing is copied
    scores, rows = full.search(query, 50)
    assert rows[0, 0] == 7
    np.testing.assert_allclose(scores[0], vectors[rows[0]].astype(np.float32) @ query[0], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("limit", range(7))
def test_equal_scores_are_in_row_order_also_where_a_list_ends_among_them(limit: int) -> None:
    """Of a tier as faiss returns it, in falling order of scores alone."""
    found = in_row_order(Hits(np.array([5, 9, 1, 4, 0]), np.array([3, 2, 2, 2, 1], np.float32)), limit)
    assert found.rows.tolist()[:limit] == [5, 1, 4, 9, 0][:limit]


def test_vectors_of_another_type_are_not_read_in_place() -> None:
    with pytest.raises(RuntimeError, match="float64"):
        read_in_place(np.zeros((4, 8)))


def test_codes_are_fitted_to_rows_that_have_a_vector() -> None:
    """Every other row has none: an even draw of the rows would be of these alone."""
    rng = np.random.default_rng(5)
    centres = rng.standard_normal((100, 32))
    vectors = (centres[rng.integers(0, 100, 40_000)] + 0.7 * rng.standard_normal((40_000, 32))).astype(np.float16)
    vectors[::2] = 0
    codes, queries = Codes.of(vectors), centres[:20].astype(np.float32)
    found = codes.search([TrackQuery("graph", query, LIMIT) for query in queries], [codes.present] * len(queries))
    best = np.argsort(-(queries @ vectors.astype(np.float32).T), axis=1, kind="stable")[:, :LIMIT]
    shares = [np.isin(rows, hits.rows).mean() for rows, hits in zip(best, found, strict=True)]
    assert np.mean(shares) > 0.8


@pytest.fixture(scope="module")
def alike() -> np.ndarray:
    """40,000 vectors around nothing: for any query very many have nearly the score of its best."""
    return np.random.default_rng(3).standard_normal((40_000, 64)).astype(np.float16)


def found_and_best(vectors: np.ndarray, queries: np.ndarray, passes: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The rows found for each query and the right ones, 200 of each."""
    codes = Codes.of(vectors)
    found = codes.search(
        [TrackQuery("graph", query, FIRST) for query in queries], [passes & codes.present] * len(queries)
    )
    scores = np.where(passes, queries @ vectors.astype(np.float32).T, -np.inf)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :FIRST]
    return [(hits.rows, rows) for hits, rows in zip(found, best, strict=True)]


def mean_share(pairs: list[tuple[np.ndarray, np.ndarray]]) -> float:
    return float(np.mean([np.isin(best, found).mean() for found, best in pairs]))


@pytest.mark.parametrize("passing", [40_000, 25_000])
def test_more_candidates_are_taken_where_many_tracks_have_nearly_the_score_of_the_first(
    alike: np.ndarray, passing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = np.random.default_rng(4).standard_normal((8, 64)).astype(np.float32)
    passes = np.arange(len(alike)) < passing
    share = mean_share(found_and_best(alike, queries, passes))
    monkeypatch.setattr(scanned, "DEEP_ENOUGH", 0.0)
    assert mean_share(found_and_best(alike, queries, passes)) < 0.75
    assert share > 0.88


def test_all_that_pass_are_rescored_where_that_costs_less_than_a_deeper_scan(alike: np.ndarray) -> None:
    queries = np.random.default_rng(4).standard_normal((8, 64)).astype(np.float32)
    for found, best in found_and_best(alike, queries, np.arange(len(alike)) < ALL_UP_TO + 200):
        assert found.tolist() == best.tolist()


def test_a_rare_filter_of_very_many_tracks_is_answered_exactly_in_place_of_a_scan(
    alike: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "ALL_UP_TO", 100)
    monkeypatch.setattr(Codes, "_tier", None)
    queries = np.random.default_rng(4).standard_normal((2, 64)).astype(np.float32)
    for found, best in found_and_best(alike, queries, np.arange(len(alike)) < ALL_SHARE * len(alike)):
        assert found.tolist() == best.tolist()


@pytest.mark.parametrize("deep_enough", [0.0, 1e9])  # no deeper scan; one for all that a scan has cut
def test_a_filter_far_from_the_wish_is_answered_exactly_and_once_where_that_costs_less(
    alike: np.ndarray, deep_enough: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanned, "DEEP_ENOUGH", deep_enough)
    rescored, all_scores = [], Codes._all_scores
    monkeypatch.setattr(Codes, "_all_scores", lambda *one: rescored.append(len(one[1])) or all_scores(*one))
    queries = np.random.default_rng(4).standard_normal((1, 64)).astype(np.float32)
    scores = alike.astype(np.float32) @ queries[0]
    passes = scores < np.quantile(scores, 0.155)
    [(found, best)] = found_and_best(alike, queries, passes)
    assert found.tolist() == best.tolist()
    assert rescored == [passes.sum()]


def test_what_is_no_vector_finds_what_it_can_and_breaks_nothing(alike: np.ndarray) -> None:
    codes = Codes.of(alike)
    for value in (np.nan, np.inf, 0.0, 1e-40):
        query = np.full(64, value, np.float32)
        codes.search([TrackQuery("graph", query, 20)], [codes.present])


def test_later_positions_of_a_list_take_the_candidates_that_are_there(
    alike: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes, scans = Codes.of(alike), []

    def counted(self: Codes, alike: Sequence[Any], count: int) -> list[Hits]:
        scans.append(count)
        return scan(self, alike, count)

    scan = Codes._tier
    monkeypatch.setattr(Codes, "_tier", counted)
    query = np.random.default_rng(4).standard_normal(64).astype(np.float32)
    codes.search([TrackQuery("graph", query, 1_500)], [codes.present])
    assert scans == [CANDIDATES, DEEP[0]]


async def test_a_longer_list_begins_with_the_shorter_one_also_where_more_candidates_are_taken(
    alike: np.ndarray,
) -> None:
    codes, query = Codes.of(alike), np.random.default_rng(4).standard_normal(64).astype(np.float32)
    lists = [codes.search([TrackQuery("graph", query, limit)], [codes.present])[0] for limit in (20, 390, 1_500)]
    for shorter, longer in pairwise(hits.rows.tolist() for hits in lists):
        assert longer[: len(shorter)] == shorter
    assert [len(hits.rows) for hits in lists] == [20, 390, 1_500]


def test_the_error_of_codes_is_that_of_their_scores(alike: np.ndarray) -> None:
    vectors = alike[:, :30]  # does not divide into codes
    index, lost = fit(vectors)
    index.add(vectors.astype(np.float32))
    query = np.random.default_rng(6).standard_normal(30).astype(np.float32)
    scores, rows = index.search(query[None], len(vectors))
    off = scores[0] - (vectors.astype(np.float32) @ query)[rows[0]]
    assert error_of(lost, query) == pytest.approx(float(off.std()), rel=0.05)

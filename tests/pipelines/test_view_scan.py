"""Exact scans of several views at once, against a sort of all scores."""

import numpy as np
import pytest

from pipelines.learning_to_rank.view_scan import BLOCK, ViewScan
from pipelines.models.float16_vectors import Float16Vectors


def test_each_query_gets_the_best_tracks_of_its_view_without_its_seeds() -> None:
    rng = np.random.default_rng(4)
    index, queries = (rng.integers(-9, 9, shape).astype(np.float32) for shape in ((500, 6), (7, 6)))
    every, some = np.ones(500, bool), rng.random(500) < 0.3
    views = [(every, some)[at % 2] for at in range(7)]
    seeds = [rng.permutation(np.flatnonzero(view))[:5] for view in views]
    found = ViewScan(index).first(queries, seeds, views, 20)
    for query, own, view, ranked in zip(queries, seeds, views, found, strict=True):
        scores = np.where(view, index @ query, -np.inf)
        scores[own] = -np.inf
        assert ranked.rows.tolist() == np.lexsort((np.arange(500), -scores))[:20].tolist()
        assert ranked.scores.tolist() == scores[ranked.rows].tolist()


def test_a_view_of_few_tracks_gives_all_but_the_seeds() -> None:
    view = np.arange(50) < 4
    (ranked,) = ViewScan(np.eye(50, dtype=np.float32)).first(np.ones((1, 50), np.float32), [np.array([2])], [view], 20)
    assert ranked.rows.tolist() == [0, 1, 3]


def test_a_seed_outside_the_view_leaves_the_others_alone() -> None:
    view, seeds = np.arange(50) < 4, [np.array([9, 1])]
    (ranked,) = ViewScan(np.eye(50, dtype=np.float32)).first(np.ones((1, 50), np.float32), seeds, [view], 20)
    assert ranked.rows.tolist() == [0, 2, 3]


@pytest.mark.parametrize("depth", [1, 300])
def test_of_several_blocks_the_best_are_those_of_all(depth: int) -> None:
    """Scores of few values: most candidates of a block are as good as some of an earlier one."""
    index = np.random.default_rng(7).integers(-2, 3, (3 * BLOCK // 2, 2)).astype(np.float32)
    queries = np.array([[1, 0], [1, 1], [0, 0]], np.float32)
    view = np.arange(len(index)) % 5 > 0
    seeds = [np.array([BLOCK + 1, 6]), np.array([], np.int64), np.arange(100)]
    found = ViewScan(Float16Vectors.of(index)).first(queries, seeds, [view] * 3, depth)
    for query, own, ranked in zip(queries, seeds, found, strict=True):
        scores = np.where(view, index @ query, -np.inf)
        scores[own] = -np.inf
        assert ranked.rows.tolist() == np.lexsort((np.arange(len(index)), -scores))[:depth].tolist()

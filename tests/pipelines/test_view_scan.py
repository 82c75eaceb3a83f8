"""Exact scans of several views at once, against a sort of all scores."""

import numpy as np
import pytest

from pipelines.learning_to_rank.view_scan import ViewScan


def test_each_query_gets_the_best_tracks_of_its_view_without_its_seeds() -> None:
    rng = np.random.default_rng(4)
    index, queries = (rng.integers(-9, 9, shape).astype(np.float32) for shape in ((500, 6), (7, 6)))
    every, some = np.ones(500, bool), rng.random(500) < 0.3
    views = [(every, some)[at % 2] for at in range(7)]
    seeds = [rng.permutation(np.flatnonzero(view))[:5] for view in views]
    found = ViewScan(index).first(queries, seeds, views, 20)
    for query, own, view, rows in zip(queries, seeds, views, found, strict=True):
        scores = np.where(view, index @ query, -np.inf)
        scores[own] = -np.inf
        assert rows.tolist() == np.lexsort((np.arange(500), -scores))[:20].tolist()


def test_a_view_of_few_tracks_gives_all_but_the_seeds() -> None:
    view = np.arange(50) < 4
    (rows,) = ViewScan(np.eye(50, dtype=np.float32)).first(np.ones((1, 50), np.float32), [np.array([2])], [view], 20)
    assert rows.tolist() == [0, 1, 3]


def test_a_seed_outside_the_view_is_refused() -> None:
    view = np.arange(50) < 4
    with pytest.raises(ValueError, match="not in the view"):
        ViewScan(np.eye(50, dtype=np.float32)).first(np.ones((1, 50), np.float32), [np.array([9])], [view], 20)

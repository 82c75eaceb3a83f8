"""Every metric against an example computed by hand."""

from math import log2

import numpy as np
import pytest

from pipelines.evaluate import metrics


def hits(*positions: int, length: int = 500):
    found = np.zeros(length, bool)
    found[[position - 1 for position in positions]] = True
    return found


def test_ndcg_discounts_by_rank():
    ideal = 1 + 1 / log2(3) + 1 / log2(4)
    assert metrics.ndcg(hits(2, 5), 3, 100) == pytest.approx((1 / log2(3) + 1 / log2(6)) / ideal)


def test_ndcg_is_one_for_a_perfect_list_and_zero_for_an_empty_one():
    assert metrics.ndcg(hits(1, 2, 3), 3, 10) == 1
    assert metrics.ndcg(hits(*range(1, 11)), 50, 10) == pytest.approx(1)
    assert metrics.ndcg(hits(length=0), 3, 10) == 0


def test_a_hit_past_the_cut_is_ignored():
    assert metrics.ndcg(hits(11), 5, 10) == 0
    assert metrics.recall(hits(11), 5, 10) == 0


def test_recall_is_over_all_targets():
    assert metrics.recall(hits(1, 4, 9), 6, 10) == 0.5


def test_r_precision_cuts_at_the_number_of_targets():
    assert metrics.r_precision(hits(1, 4, 5), 4) == 0.5


def test_average_precision_is_over_the_smaller_of_cut_and_targets():
    assert metrics.average_precision(hits(1, 3), 2, 10) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.average_precision(hits(2), 20, 10) == pytest.approx(0.5 / 10)


@pytest.mark.parametrize(("position", "pages"), [(1, 0), (10, 0), (11, 1), (500, 49)])
def test_clicks_are_pages_turned_before_the_first_hit(position, pages):
    assert metrics.clicks(hits(position)) == pages


def test_clicks_are_51_without_a_hit():
    assert metrics.clicks(hits()) == 51


def test_tied_tracks_have_the_mid_percentile():
    assert metrics.percentiles(np.array([1, 5, 5, 9])).tolist() == [0.125, 0.5, 0.5, 0.875]


def test_an_artist_counts_once_and_an_unknown_one_each_time():
    assert metrics.artist_diversity(np.array([4, 4, 7, -1, -1])) == 4 / 5
    assert metrics.artist_diversity(np.array([], int)) == 0


def test_a_track_in_a_quarter_of_the_playlists_has_two_bits_of_self_information():
    assert metrics.self_information(np.array([8, 4, 1, 0]), 8).tolist() == [0, 1, 3, 3]
    assert np.isnan(metrics.self_information(np.array([8]), None)).all()


def test_the_tail_is_rarer_than_the_median_of_the_catalogue():
    allowed = np.array([True, True, True, True, True, False])
    assert metrics.tail(np.array([5, 6, 7, 7, 9, 1]), allowed).tolist() == [True, True, False, False, False, False]
    assert not metrics.tail(np.array([5, 5]), np.array([False, False])).any()


def test_the_lowest_third_excludes_unknown_values():
    values = np.array([3.0, 1.0, np.nan, 2.0, 1.0, 9.0, 8.0])
    assert np.flatnonzero(metrics.lowest_third(values)).tolist() == [1, 4]


def test_a_mean_excludes_unknown_values():
    assert metrics.mean(np.array([1.0, np.nan, 2.0])) == 1.5
    assert np.isnan(metrics.mean(np.array([np.nan])))


def test_the_interval_of_equal_values_is_that_value():
    values = np.full((30, 2), 0.4)
    assert metrics.interval(values, metrics.resamples(30, 200, 1)) == pytest.approx((0.4, 0.4))


def test_the_interval_is_that_of_the_normal_approximation():
    values = np.random.default_rng(2).normal(size=(400, 1))
    low, high = metrics.interval(values, metrics.resamples(400, 4000, 1))
    half = 1.96 * values.std() / 20
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)


def test_columns_are_averaged_over_the_playlists_they_have():
    values = np.array([[1.0, np.nan]] * 50 + [[1.0, 0.0]] * 50)
    assert metrics.interval(values, metrics.resamples(100, 300, 1)) == pytest.approx((0.5, 0.5))


def test_drawn_runs_hold_the_sample_variance_between_trainings():
    levels, playlists = np.array([0.30, 0.31, 0.35]), 50
    counts = metrics.resamples(playlists, 20_000, 1)
    draws = metrics.drawn_runs([np.full((playlists, 1), level) for level in levels], counts, 1, "model")
    assert draws.mean() == pytest.approx(levels.mean(), abs=1e-3)
    assert draws.std() == pytest.approx(levels.std(ddof=1), rel=0.02)


def test_drawn_runs_add_the_variances_of_playlists_and_of_trainings():
    values = np.random.default_rng(1).normal(0.3, 0.1, (400, 1))
    counts, levels = metrics.resamples(400, 20_000, 1), np.array([-0.01, 0.0, 0.01])
    alone = metrics.drawn_runs([values], counts, 1, "model")
    together = metrics.drawn_runs([values + level for level in levels], counts, 1, "model")
    assert (alone == metrics.drawn_means(values, counts)).all()
    assert together.var() == pytest.approx(alone.var() + levels.var(ddof=1), rel=0.03)

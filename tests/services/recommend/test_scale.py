"""Where a value stands among a release's tracks."""

import numpy as np

from services.recommend.served.feature_scale import FeatureScale

NOTHING = np.empty(0, np.float32)
SCALE = FeatureScale((np.array([0.0, 0.0, 0.0, 0.5, 1.0], np.float32), *[NOTHING] * 11))


def first(value: float) -> float:
    return float(SCALE.ranks(np.array([[value] + [0.5] * 11]), [0])[0, 0])


def test_a_value_stands_at_the_share_of_tracks_below_it_and_equal_ones_count_half() -> None:
    assert [first(value) for value in (-1, 0, 0.25, 0.5, 2)] == [0.0, 0.3, 0.6, 0.7, 1.0]


def test_what_is_unknown_stands_nowhere() -> None:
    assert np.isnan(first(float("nan")))
    assert np.isnan(SCALE.ranks(np.full((1, 12), 0.5), range(1, 12))).all()


def test_a_feature_that_nobody_has_spreads_by_one() -> None:
    assert SCALE.spread[0] == np.array([0.0, 0.0, 0.0, 0.5, 1.0]).std()
    assert (SCALE.spread[1:] == 1).all()

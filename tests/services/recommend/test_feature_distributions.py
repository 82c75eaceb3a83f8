"""Distributions of the audio features of a release."""

import numpy as np
import pytest

from kit.wire.catalog import FEATURES
from services.recommend.served.feature_distributions import BINS, RANGES, feature_distributions
from services.recommend.served.feature_scale import FeatureScale


def _scale(**known: list[float]) -> FeatureScale:
    return FeatureScale(tuple(np.sort(np.array(known.get(name, []), np.float32)) for name in FEATURES))


def test_shares_and_percentiles_are_those_of_the_values() -> None:
    (energy,) = feature_distributions(_scale(energy=[0.0, 0.01, 0.5, 1.0]))
    assert (energy.name, energy.tracks, len(energy.shares)) == ("energy", 4, BINS)
    assert energy.shares[0] == 0.5
    assert energy.shares[BINS // 2] == 0.25
    assert energy.shares[-1] == 0.25
    assert energy.percentiles[0] == 0
    assert energy.percentiles[50] == pytest.approx(0.255, abs=1e-4)
    assert energy.percentiles[100] == 1


def test_values_outside_the_range_count_in_the_outermost_bins() -> None:
    (loudness,) = feature_distributions(_scale(loudness=[-60.0, -10.0, 3.0]))
    assert loudness.shares[0] == pytest.approx(1 / 3, abs=1e-5)
    assert loudness.shares[-1] == pytest.approx(1 / 3, abs=1e-5)


def test_features_without_an_order_or_without_values_are_left_out() -> None:
    assert feature_distributions(_scale(key=[1.0, 2.0], mode=[0.0])) == []
    assert [item.name for item in feature_distributions(_scale(tempo=[120.0], energy=[0.4]))] == ["energy", "tempo"]
    assert set(RANGES) < set(FEATURES)

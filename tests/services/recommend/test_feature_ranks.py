"""Ranks of all tracks, worked out when a release is opened."""

from pathlib import Path

import numpy as np

from services.recommend.served.feature_ranks import COLUMNS, FeatureRanks
from tests import worlds


def test_a_seed_of_the_release_and_one_of_the_same_sound_alone_have_the_same_ranks(tmp_path: Path) -> None:
    release = worlds.write_small_release(tmp_path)
    ranks, features = FeatureRanks.of(release), np.asarray(release.column("features"))
    rows = np.array([2, -1, 5, release.embedded])
    found = ranks.of_seeds(rows, [features[2], features[3], features[5], features[4]])
    assert ranks.table.shape == (release.embedded, len(COLUMNS))
    np.testing.assert_array_equal(found, ranks.table[[2, 3, 5, 4]])
    np.testing.assert_array_equal(ranks.of_seeds(rows[:1], [features[2]]), ranks.table[[2]])
    assert not np.isnan(ranks.table).all()

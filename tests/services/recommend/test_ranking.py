"""Dials and targets: what each turn of a dial does to a list, on candidates whose answer is planted."""

import numpy as np
import pytest

from kit.wire.recommend import Dials, Mode
from services.recommend.ranking import Candidates, Preferences, preferences, scores

NO_TARGET = np.full(12, np.nan)
SPREAD = np.ones(12)


def candidates(count: int = 40, seed: int = 1) -> Candidates:
    rng = np.random.default_rng(seed)
    return Candidates(
        rows=np.arange(count),
        scores=np.sort(rng.random(count).astype(np.float32))[::-1],
        popularity=rng.permutation(np.linspace(0, 100, count)),
        artist=np.arange(count) // 2,
        features=rng.random((count, 12)),
    )


def order(found: np.ndarray) -> list[int]:
    return [int(i) for i in np.argsort(-found, kind="stable")]


def test_neutral_dials_leave_the_scores_of_places_alone() -> None:
    pool = candidates()
    assert np.array_equal(scores(pool, Preferences(), NO_TARGET, SPREAD, ()), pool.scores.astype(np.float64))


def test_mean_popularity_rises_with_the_popularity_dial() -> None:
    pool = candidates()
    means = [
        pool.popularity[order(scores(pool, Preferences(popularity=dial), NO_TARGET, SPREAD, ()))[:10]].mean()
        for dial in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert means == sorted(means)
    assert means[-1] - means[0] > 30


def test_songs_by_a_seeds_artist_sink_with_the_adventure_dial() -> None:
    pool = candidates()
    familiar = int(pool.artist[0])
    places = [
        order(scores(pool, Preferences(adventurous=dial), NO_TARGET, SPREAD, {familiar})).index(0)
        for dial in (0.0, 0.5, 1.0)
    ]
    assert places == sorted(places)
    assert places[0] < places[-1]


def test_a_target_raises_songs_near_it_and_cuts_none() -> None:
    pool = candidates()
    wish = NO_TARGET.copy()
    wish[1] = 0.9
    found = scores(pool, Preferences(), wish, np.full(12, 0.1), ())
    top = pool.features[order(found)[:10], 1]
    assert np.abs(top - 0.9).mean() < np.abs(pool.features[:, 1] - 0.9).mean()
    assert np.isfinite(found).all()


def test_an_unknown_value_stands_behind_a_near_one_and_before_a_far_one() -> None:
    features = np.full((3, 12), np.nan)
    features[:, 0] = (0.5, np.nan, 0.9)
    pool = Candidates(np.arange(3), np.ones(3, np.float32), np.zeros(3), np.arange(3), features)
    wish = NO_TARGET.copy()
    wish[0] = 0.5
    assert order(scores(pool, Preferences(), wish, np.full(12, 0.1), ())) == [0, 1, 2]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_dial_that_is_set_overrides_the_modes_own(mode: Mode) -> None:
    assert preferences(mode, Dials(per_artist=7)).per_artist == 7
    assert preferences(mode, Dials()) == preferences(mode, Dials(per_artist=None))

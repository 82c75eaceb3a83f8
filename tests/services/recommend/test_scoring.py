"""Dials and targets: what each turn of a dial does to a list, on candidates whose answer is planted."""

import numpy as np
import pytest

from kit.wire.recommend_options import Dials, Mode
from services.recommend.ranking.scoring import Candidates, Preferences, preferences, scores

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


def test_tracks_by_a_seeds_artist_sink_with_the_adventure_dial() -> None:
    pool = candidates()
    familiar = int(pool.artist[0])
    positions = [
        order(scores(pool, Preferences(adventurous=dial), NO_TARGET, SPREAD, {familiar})).index(0)
        for dial in (0.0, 0.5, 1.0)
    ]
    assert positions == sorted(positions)
    assert positions[0] < positions[-1]


def test_a_target_raises_tracks_near_it_and_cuts_none() -> None:
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
    assert preferences(mode, Dials(per_artist=7)).window is None


TURNS = (0.0, 0.25, 0.5, 0.75, 1.0)


def crowd(lean: float, seed: int) -> Candidates:
    """A pool whose scores fall steeply and lean towards popular tracks, or away from them; three tracks an artist."""
    rng = np.random.default_rng(seed)
    popularity = 100 * rng.beta(1.5, 1.0, 280)
    scores_ = np.exp(rng.standard_normal(280) + lean * popularity / 100)
    order_ = np.argsort(-scores_)
    return Candidates(
        np.arange(280),
        scores_[order_].astype(np.float32),
        popularity[order_],
        rng.permutation(np.arange(280) // 3),
        np.full((280, 12), np.nan),
    )


def even(values: list[float]) -> bool:
    """Whether every step goes the same way and none is more than twice another."""
    steps = np.diff(values)
    return bool((steps > 0).all() and steps.max() <= 2 * steps.min())


@pytest.mark.parametrize(("per_artist", "window"), [(None, None), (1, None), (3, None), (3, 10), (1, 5)])
@pytest.mark.parametrize("lean", [-1.0, 0.0, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_equal_turns_of_the_popularity_dial_have_equal_effects_on_each_side(
    per_artist: int | None, window: int | None, lean: float, seed: int
) -> None:
    pool, means = crowd(lean, seed), []
    for turn in TURNS:
        found = scores(pool, Preferences(popularity=turn, per_artist=per_artist, window=window), NO_TARGET, SPREAD, ())
        means.append(float(pool.popularity[listed(found, pool.artist, per_artist, window)].mean()))
    assert even(means[:3]), means
    assert even(means[2:]), means


def test_equal_turns_of_the_adventurous_dial_have_equal_effects() -> None:
    """The seeds' artists lead, as they do where one looks for more of the same."""
    rng = np.random.default_rng(3)
    pool = crowd(0.0, 5)
    familiar = np.unique(pool.artist[:40]).tolist()
    own = np.isin(pool.artist, familiar)
    pool.scores[:] = np.where(own, 1.0, 0.7) + 0.1 * rng.standard_normal(280)
    shares = []
    for turn in TURNS:
        found = scores(pool, Preferences(adventurous=turn), NO_TARGET, SPREAD, familiar)
        shares.append(-float(own[order(found)[:20]].mean()))
    assert even(shares), shares


def listed(found: np.ndarray, artist: np.ndarray, per_artist: int | None, window: int | None) -> list[int]:
    """The first 20 tracks, so many an artist in the window, one by one."""
    taken: list[int] = []
    while len(taken) < 20:
        seen = taken[1 - window :] if window else taken
        taken.append(
            next(
                position
                for position in order(found)
                if position not in taken
                and (per_artist is None or sum(artist[one] == artist[position] for one in seen) < per_artist)
            )
        )
    return taken

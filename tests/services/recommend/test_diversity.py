"""The shape of a list: versions, artists, variety, and sets that never repeat."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.recommend.diversity import VARIED, Shape, sets

PLAIN = Shape(variety=0.0, per_artist=None, one_version=False)


def world(count: int = 30, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.sort(rng.random(count))[::-1], vectors, np.arange(count) // 3, np.arange(count) // 2


def test_a_plain_list_is_the_order_of_scores() -> None:
    scores, vectors, artist, group = world()
    assert sets(scores, vectors, artist, group, PLAIN, 5, 1) == [(i, scores[i]) for i in range(5)]


def test_the_second_set_goes_on_where_the_first_ended() -> None:
    scores, vectors, artist, group = world()
    assert [p for p, _ in sets(scores, vectors, artist, group, PLAIN, 5, 2)] == [5, 6, 7, 8, 9]


def test_no_artist_has_more_songs_than_asked() -> None:
    found = sets(*world(), Shape(0.0, 1, False), 10, 1)
    assert len({position // 3 for position, _ in found}) == len(found) == 10


def test_only_the_best_version_of_a_recording_is_shown() -> None:
    found = sets(*world(), Shape(0.3, None, True), 15, 1)
    assert len({position // 2 for position, _ in found}) == len(found) == 15


def test_variety_brings_a_different_song_before_a_near_copy() -> None:
    vectors = np.array([[1, 0], [0.999, 0.045], [0, 1]], dtype=np.float32)
    scores, apart = np.array([1.0, 0.95, 0.9]), np.arange(3)
    assert [p for p, _ in sets(scores, vectors, apart, apart, Shape(0.0, None, False), 3, 1)] == [0, 1, 2]
    assert [p for p, _ in sets(scores, vectors, apart, apart, Shape(0.8, None, False), 3, 1)] == [0, 2, 1]


def test_an_empty_pool_gives_an_empty_list() -> None:
    none = np.empty(0)
    assert sets(none, np.empty((0, 4)), none, none, Shape(0.5, 1, True), 10, 2) == []


@settings(deadline=None, max_examples=60)
@given(
    count=st.integers(1, 90),
    variety=st.sampled_from([0.0, 0.2, 1.0]),
    per_artist=st.sampled_from([None, 1, 3]),
    one_version=st.booleans(),
    limit=st.integers(1, VARIED + 20),
    number=st.integers(1, 3),
)
def test_scores_never_rise_and_sets_never_share_a_song(
    count: int, variety: float, per_artist: int | None, one_version: bool, limit: int, number: int
) -> None:
    shape = Shape(variety, per_artist, one_version)
    lists = [sets(*world(count), shape, limit, n) for n in range(1, number + 1)]
    for found in lists:
        values = [score for _, score in found]
        assert values == sorted(values, reverse=True)
        assert np.isfinite(values).all()
    positions = [position for found in lists for position, _ in found]
    assert len(positions) == len(set(positions))


@pytest.mark.parametrize("limit", [1, VARIED, VARIED + 5])
def test_a_list_is_as_long_as_asked_when_the_pool_allows(limit: int) -> None:
    assert len(sets(*world(200), Shape(0.2, None, False), limit, 1)) == limit

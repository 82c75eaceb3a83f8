"""The shape of a list: versions, artists, variety, and sets that never repeat."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.recommend.diversity import VARIED, WINDOW, Shape, Songs, sets

PLAIN = Shape(variety=0.0, per_artist=None, one_version=False)


def world(count: int = 30, seed: int = 3) -> tuple[np.ndarray, Songs]:
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.sort(rng.random(count))[::-1], Songs(vectors.__getitem__, np.arange(count) // 3, np.arange(count) // 2)


def one(scores: np.ndarray, songs: Songs, shape: Shape, limit: int, number: int = 1) -> list[tuple[int, float]]:
    return sets([scores] * number, songs, shape, limit)[-1]


def test_a_plain_list_is_the_order_of_scores() -> None:
    scores, songs = world()
    assert one(scores, songs, PLAIN, 5) == [(i, scores[i]) for i in range(5)]


def scene() -> tuple[np.ndarray, Songs]:
    """Two artists of ten songs near the seeds, and 30 others that have nothing to do with them."""
    scores = np.concatenate([np.linspace(2.0, 1.0, 20), np.linspace(0.05, 0.01, 30)])
    artists = np.concatenate([np.arange(20) % 2, 2 + np.arange(30)])
    return scores, Songs(world(50)[1].unit, artists, np.arange(50))


def test_a_modes_own_cap_gives_way_where_only_unrelated_songs_are_left() -> None:
    shape = Shape(variety=0.0, per_artist=3, one_version=True, cap_gives_way=True)
    found = one(*scene(), shape, 12)
    assert [position for position, _ in found] == list(range(12))


def test_a_cap_that_the_caller_set_holds_whatever_is_left() -> None:
    found = one(*scene(), Shape(variety=0.0, per_artist=3, one_version=True), 12)
    assert [position for position, _ in found] == [*range(6), *range(20, 26)]


def test_a_cap_holds_while_other_songs_are_related() -> None:
    scores, songs = scene()
    shape = Shape(variety=0.0, per_artist=3, one_version=True, cap_gives_way=True)
    found = one(np.concatenate([scores[:20], np.linspace(0.9, 0.6, 30)]), songs, shape, 12)
    assert [position for position, _ in found] == [*range(6), *range(20, 26)]


def test_the_second_set_goes_on_where_the_first_ended() -> None:
    assert [p for p, _ in one(*world(), PLAIN, 5, 2)] == [5, 6, 7, 8, 9]


def test_an_earlier_set_is_picked_from_its_own_pool() -> None:
    scores, songs = world()
    promoted = np.concatenate([scores[:20], scores[20:] + 5.0])
    [first] = sets([scores[:20]], songs, PLAIN, 5)
    again, second = sets([scores[:20], promoted], songs, PLAIN, 5)
    assert again == first
    assert [p for p, _ in first] == [0, 1, 2, 3, 4]
    assert [p for p, _ in second] == [20, 21, 22, 23, 24]
    assert [p for p, _ in sets([scores[:20], promoted, promoted], songs, PLAIN, 10)[-1]] == [
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
    ]


def test_no_artist_has_more_songs_than_asked() -> None:
    found = one(*world(), Shape(0.0, 1, False), 10)
    assert len({position // 3 for position, _ in found}) == len(found) == 10


def test_only_the_best_version_of_a_recording_is_shown() -> None:
    found = one(*world(), Shape(0.3, None, True), 15)
    assert len({position // 2 for position, _ in found}) == len(found) == 15


def test_variety_brings_a_different_song_before_a_near_copy() -> None:
    vectors = np.array([[1, 0], [0.999, 0.045], [0, 1]], dtype=np.float32)
    scores, songs = np.array([1.0, 0.95, 0.9]), Songs(vectors.__getitem__, np.arange(3), np.arange(3))
    assert [p for p, _ in one(scores, songs, Shape(0.0, None, False), 3)] == [0, 1, 2]
    assert [p for p, _ in one(scores, songs, Shape(0.8, None, False), 3)] == [0, 2, 1]


@pytest.mark.parametrize("variety", [0.05, 0.4, 1.0])
def test_looking_at_few_songs_first_picks_what_looking_at_all_would(variety: float) -> None:
    scores, songs = world(12 * WINDOW)
    vectors = songs.unit(np.arange(len(scores)))
    scores = np.random.default_rng(5).permutation(scores)
    value, nearest, expected = scores.copy(), np.zeros(len(scores)), []
    for _ in range(VARIED):
        best = int(np.argmax(value))
        expected.append(best)
        closer = np.maximum(nearest, vectors @ vectors[best])
        value -= variety * np.ptp(scores) * (closer - nearest)
        nearest, value[best] = closer, -np.inf
    assert [p for p, _ in one(scores, songs, Shape(variety, None, False), VARIED)] == expected


def test_an_empty_pool_gives_an_empty_list() -> None:
    none = np.empty(0, np.int64)
    assert one(np.empty(0), Songs(np.empty((0, 4)).__getitem__, none, none), Shape(0.5, 1, True), 10, 2) == []


@settings(deadline=None, max_examples=60)
@given(
    count=st.integers(1, 6 * WINDOW),
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
    lists = [one(*world(count), shape, limit, n) for n in range(1, number + 1)]
    for found in lists:
        values = [score for _, score in found]
        assert values == sorted(values, reverse=True)
        assert np.isfinite(values).all()
    positions = [position for found in lists for position, _ in found]
    assert len(positions) == len(set(positions))


@pytest.mark.parametrize("limit", [1, VARIED, VARIED + 5])
def test_a_list_is_as_long_as_asked_when_the_pool_allows(limit: int) -> None:
    assert len(one(*world(200), Shape(0.2, None, False), limit)) == limit

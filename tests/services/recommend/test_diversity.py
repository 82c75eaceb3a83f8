"""The shape of a list: versions, artists, variety, and sets that never repeat."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.recommend.ranking.diversity import VARIED, WINDOW, ListedTracks, Shape, sets

PLAIN = Shape(variety=0.0, per_artist=None, one_version=False)


def world(count: int = 30, seed: int = 3) -> tuple[np.ndarray, ListedTracks]:
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.sort(rng.random(count))[::-1], ListedTracks(
        vectors.__getitem__, np.arange(count) // 3, np.arange(count) // 2
    )


def one(scores: np.ndarray, tracks: ListedTracks, shape: Shape, limit: int, number: int = 1) -> list[tuple[int, float]]:
    return sets([scores] * number, tracks, shape, limit)[-1]


def test_a_plain_list_is_the_order_of_scores() -> None:
    scores, tracks = world()
    assert one(scores, tracks, PLAIN, 5) == [(i, scores[i]) for i in range(5)]


def scene() -> tuple[np.ndarray, ListedTracks]:
    """Two artists of ten tracks near the seeds, and 30 others that have nothing to do with them."""
    scores = np.concatenate([np.linspace(2.0, 1.0, 20), np.linspace(0.05, 0.01, 30)])
    artists = np.concatenate([np.arange(20) % 2, 2 + np.arange(30)])
    return scores, ListedTracks(world(50)[1].unit, artists, np.arange(50))


def test_a_modes_own_cap_gives_way_where_only_unrelated_tracks_are_left() -> None:
    shape = Shape(variety=0.0, per_artist=3, one_version=True, cap_gives_way=True)
    found = one(*scene(), shape, 12)
    assert [position for position, _ in found] == list(range(12))


def test_a_cap_that_the_caller_set_holds_whatever_is_left() -> None:
    found = one(*scene(), Shape(variety=0.0, per_artist=3, one_version=True), 12)
    assert [position for position, _ in found] == [*range(6), *range(20, 26)]


def test_a_cap_holds_while_other_tracks_are_related() -> None:
    scores, tracks = scene()
    shape = Shape(variety=0.0, per_artist=3, one_version=True, cap_gives_way=True)
    found = one(np.concatenate([scores[:20], np.linspace(0.9, 0.6, 30)]), tracks, shape, 12)
    assert [position for position, _ in found] == [*range(6), *range(20, 26)]


def test_a_cap_that_gives_way_leaves_the_places_before_as_they_are() -> None:
    scores, tracks = scene()
    scores[6:] = np.concatenate([[0.9], np.linspace(0.05, 0.01, 43)])
    strict, loose = (Shape(0.0, 1, True, cap_gives_way=gives_way) for gives_way in (False, True))
    assert [position for position, _ in one(scores, tracks, strict, 4)] == [0, 1, 20, 21]
    assert [position for position, _ in one(scores, tracks, loose, 4)] == [0, 1, 2, 3]
    assert [position for position, _ in one(scores, tracks, loose, 12)][:4] == [0, 1, 2, 3]


def windowed(number: int = 1, limit: int = 12, variety: float = 0.0) -> list[list[tuple[int, float]]]:
    """Ten tracks each of four artists, those of the first two before all others; two of an artist in any five."""
    artists = np.concatenate([np.arange(20) % 2, 2 + np.arange(20) % 2])
    tracks = ListedTracks(world(40)[1].unit, artists, np.arange(40))
    return sets([np.linspace(2.0, 1.0, 40)] * number, tracks, Shape(variety, 2, True, window=5), limit)


def test_a_track_that_the_window_holds_back_comes_as_soon_as_it_ends() -> None:
    [found] = windowed()
    assert [position for position, _ in found] == [0, 1, 2, 3, 20, 4, 5, 6, 7, 21, 8, 9]


def test_a_track_held_back_has_the_score_of_the_position_before_it() -> None:
    [found] = windowed(limit=6)
    scores = np.linspace(2.0, 1.0, 40)
    assert [score for _, score in found] == [*scores[:4], scores[20], scores[20]]


@pytest.mark.parametrize("variety", [0.0, 0.4])
def test_up_to_the_window_a_list_is_that_of_a_limit_for_the_whole_list(variety: float) -> None:
    scores, tracks = world(300)
    tracks = ListedTracks(tracks.unit, np.random.default_rng(1).integers(12, size=300), np.arange(300))
    whole, window = Shape(variety, 3, True), Shape(variety, 3, True, window=20)
    assert one(scores, tracks, window, 20) == one(scores, tracks, whole, 20)
    assert len(one(scores, tracks, whole, 100)) == 36
    assert len(one(scores, tracks, window, 100)) == 100


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 1000),
    variety=st.sampled_from([0.0, 0.2, 1.0]),
    limit=st.integers(1, 60),
    window=st.integers(2, 25),
    most=st.integers(1, 3),
)
def test_no_artist_has_more_tracks_than_asked_in_any_window_of_successive_sets(
    seed: int, variety: float, limit: int, window: int, most: int
) -> None:
    scores, tracks = world(250, seed)
    artists = np.random.default_rng(seed).integers(40, size=250)
    found = sets(
        [scores] * 3,
        ListedTracks(tracks.unit, artists, np.arange(250)),
        Shape(variety, most, True, window=window),
        limit,
    )
    shown = [int(artists[position]) for one_set in found for position, _ in one_set]
    for start in range(len(shown)):
        inside = shown[start : start + window]
        assert max(inside.count(artist) for artist in inside) <= most
    assert len({position for one_set in found for position, _ in one_set}) == len(shown)
    assert all(np.diff([score for _, score in one_set]).max(initial=0) <= 0 for one_set in found)


@pytest.mark.parametrize("variety", [0.0, 0.4])
def test_a_longer_list_begins_with_the_shorter_one(variety: float) -> None:
    longer = windowed(1, 24, variety)[0]
    for limit in range(1, 24):
        assert windowed(1, limit, variety)[0] == longer[:limit]


def reference(scores: np.ndarray, tracks: ListedTracks, shape: Shape, limit: int) -> list[int]:
    """Maximal marginal relevance as its definition says, one candidate after another."""
    vectors = tracks.unit(np.arange(len(scores))).astype(np.float64)
    picked: list[int] = []
    while len(picked) < limit:
        window = picked[1 - shape.window :] if shape.window else picked
        held = [int(tracks.artist[one]) for one in window]
        best, most = -1, -np.inf
        for at in range(len(scores)):
            version = shape.one_version and tracks.group[at] in tracks.group[picked]
            full = shape.per_artist is not None and held.count(int(tracks.artist[at])) >= shape.per_artist
            nearest = max((float(vectors[at] @ vectors[one]) for one in picked[:VARIED]), default=0.0)
            value = scores[at] - shape.variety * np.ptp(scores) * max(nearest, 0.0)
            if at not in picked and not version and not full and value > most:
                best, most = at, value
        if best < 0:
            break
        picked.append(best)
    return picked


@pytest.mark.parametrize("limit", [20, VARIED + 10])
@pytest.mark.parametrize(
    "shape",
    [
        Shape(0.2, 3, True, window=20),
        Shape(0.4, 1, True),
        Shape(1.0, 2, False, window=20),
        Shape(0.05, None, True),
        PLAIN,
        Shape(0.0, 2, True, window=10),
    ],
)
def test_the_picks_are_those_of_maximal_marginal_relevance_by_its_definition(shape: Shape, limit: int) -> None:
    for seed in range(2):
        scores, tracks = world(180, seed)
        draw = np.random.default_rng(seed)
        tracks = ListedTracks(tracks.unit, draw.integers(30, size=180), draw.permutation(180) // 2)
        expected = reference(scores, tracks, shape, limit)
        assert [position for position, _ in one(scores, tracks, shape, limit)] == expected


def test_the_second_set_goes_on_where_the_first_ended() -> None:
    assert [p for p, _ in one(*world(), PLAIN, 5, 2)] == [5, 6, 7, 8, 9]


def test_an_earlier_set_is_picked_from_its_own_pool() -> None:
    scores, tracks = world()
    promoted = np.concatenate([scores[:20], scores[20:] + 5.0])
    [first] = sets([scores[:20]], tracks, PLAIN, 5)
    again, second = sets([scores[:20], promoted], tracks, PLAIN, 5)
    assert again == first
    assert [p for p, _ in first] == [0, 1, 2, 3, 4]
    assert [p for p, _ in second] == [20, 21, 22, 23, 24]
    assert [p for p, _ in sets([scores[:20], promoted, promoted], tracks, PLAIN, 10)[-1]] == [
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


def test_no_artist_has_more_tracks_than_asked() -> None:
    found = one(*world(), Shape(0.0, 1, False), 10)
    assert len({position // 3 for position, _ in found}) == len(found) == 10


def test_only_the_best_version_of_a_recording_is_shown() -> None:
    found = one(*world(), Shape(0.3, None, True), 15)
    assert len({position // 2 for position, _ in found}) == len(found) == 15


def test_variety_brings_a_different_track_before_a_near_copy() -> None:
    vectors = np.array([[1, 0], [0.999, 0.045], [0, 1]], dtype=np.float32)
    scores, tracks = np.array([1.0, 0.95, 0.9]), ListedTracks(vectors.__getitem__, np.arange(3), np.arange(3))
    assert [p for p, _ in one(scores, tracks, Shape(0.0, None, False), 3)] == [0, 1, 2]
    assert [p for p, _ in one(scores, tracks, Shape(0.8, None, False), 3)] == [0, 2, 1]


@pytest.mark.parametrize("variety", [0.05, 0.4, 1.0])
def test_looking_at_few_tracks_first_picks_what_looking_at_all_would(variety: float) -> None:
    scores, tracks = world(12 * WINDOW)
    vectors = tracks.unit(np.arange(len(scores)))
    scores = np.random.default_rng(5).permutation(scores)
    value, nearest, expected = scores.copy(), np.zeros(len(scores)), []
    for _ in range(VARIED):
        best = int(np.argmax(value))
        expected.append(best)
        closer = np.maximum(nearest, vectors @ vectors[best])
        value -= variety * np.ptp(scores) * (closer - nearest)
        nearest, value[best] = closer, -np.inf
    assert [p for p, _ in one(scores, tracks, Shape(variety, None, False), VARIED)] == expected


def test_an_empty_pool_gives_an_empty_list() -> None:
    none = np.empty(0, np.int64)
    assert one(np.empty(0), ListedTracks(np.empty((0, 4)).__getitem__, none, none), Shape(0.5, 1, True), 10, 2) == []


@settings(deadline=None, max_examples=60)
@given(
    count=st.integers(1, 6 * WINDOW),
    variety=st.sampled_from([0.0, 0.2, 1.0]),
    per_artist=st.sampled_from([None, 1, 3]),
    one_version=st.booleans(),
    limit=st.integers(1, VARIED + 20),
    number=st.integers(1, 3),
)
def test_scores_never_rise_and_sets_never_share_a_track(
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

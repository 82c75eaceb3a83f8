"""How many questions a person's likes make, and of which likes: planted islands that have nothing in common."""

import numpy as np
import pytest

from services.recommend.retrieval.interest_clusters import FEWEST_LIKES, MOST
from services.recommend.retrieval.query_vectors import AVOIDANCE, query_vectors, single_query_vector
from services.recommend.values import QueryVector, SeedVectors
from tests.services.recommend.islands import ISLANDS, POOLING, TRACKS, liked, of_island, tracks

POOLINGS = {"graph": POOLING}


def island_queries(*islands: int, weight: float = 1.0) -> list[QueryVector]:
    """The questions of someone who likes so many tracks of island 0, 1, ..."""
    rows = [row for island, count in enumerate(islands) for row in of_island(island, count)]
    return query_vectors(POOLINGS, liked(rows, weight), [])


def held(query_vector: QueryVector) -> set[int]:
    """The islands that a question's seeds are of."""
    return {seed.row // TRACKS for seed in query_vector.seeds}


@pytest.mark.parametrize("count", [4, 8, 9, 25, 60])
def test_two_islands_liked_half_and_half_are_two_questions(count: int) -> None:
    found = island_queries(count, count)
    assert [held(query_vector) for query_vector in found] == [{0}, {1}]
    assert [query_vector.weight for query_vector in found] == [0.5, 0.5]


@pytest.mark.parametrize("count", [1, 2, 5, 16, 17, 60])
def test_one_island_is_one_question_the_same_as_all_seeds_in_one(count: int) -> None:
    [query_vector] = island_queries(count)
    one = single_query_vector(POOLINGS, liked(of_island(0, count)), [])
    assert one is not None
    assert np.array_equal(query_vector.vector, one.vector)
    assert query_vector.weight == one.weight == 1.0


def test_one_odd_like_among_fifty_asks_no_question_of_its_own() -> None:
    [query_vector] = island_queries(49, 1)
    assert len(query_vector.seeds) == 50


def test_a_small_kind_among_many_likes_is_found_and_comes_last() -> None:
    found = island_queries(4, 45)
    assert [held(query_vector) for query_vector in found] == [{1}, {0}]
    assert [query_vector.weight for query_vector in found] == pytest.approx([45 / 49, 4 / 49])


@pytest.mark.parametrize(("islands", "count"), [((4, 3), 1), ((3, 3, 3), 1), ((4, 4), 2), ((5, 4, 3), 2)])
def test_a_kind_holds_four_likes_or_joins_another(islands: tuple[int, ...], count: int) -> None:
    found = island_queries(*islands)
    assert len(found) == count
    assert all(len(query_vector.seeds) >= min(FEWEST_LIKES, sum(islands)) for query_vector in found)


@pytest.mark.parametrize("islands", [(10, 9, 8, 7, 6, 5), (6, 1, 30, 2, 5, 20), (50, 50, 50, 50, 50, 50)])
def test_every_like_is_in_exactly_one_of_at_most_four_questions(islands: tuple[int, ...]) -> None:
    found = island_queries(*islands)
    assert 1 < len(found) <= MOST
    rows = sorted(seed.row for query_vector in found for seed in query_vector.seeds)
    assert rows == [row for island, count in enumerate(islands) for row in of_island(island, count)]
    assert sum(query_vector.weight for query_vector in found) == pytest.approx(1.0)
    assert [query_vector.weight for query_vector in found] == sorted((q.weight for q in found), reverse=True)


def test_neither_the_order_of_the_likes_nor_asking_again_changes_the_questions() -> None:
    seeds = liked([row for island in range(ISLANDS) for row in of_island(island, 12 + island)])
    shuffled = [seeds[i] for i in np.random.default_rng(5).permutation(len(seeds))]
    first, again, other = (query_vectors(POOLINGS, likes, []) for likes in (seeds, seeds, shuffled))
    assert [q.vector.tobytes() for q in first] == [q.vector.tobytes() for q in again]
    assert {frozenset(s.row for s in q.seeds) for q in first} == {frozenset(s.row for s in q.seeds) for q in other}


def test_likes_that_are_copies_of_one_track_are_one_question() -> None:
    [query_vector] = query_vectors(POOLINGS, liked([7] * 40), [])
    assert np.allclose(query_vector.shares(tracks()[:5]), 1 / 40, atol=1e-6)


def test_copies_of_two_tracks_are_two_questions() -> None:
    found = query_vectors(POOLINGS, liked([7] * 20 + [TRACKS] * 20), [])
    assert [held(query_vector) for query_vector in found] == [{0}, {1}]


def test_tracks_only_heard_a_little_are_no_kind_beside_likes() -> None:
    seeds = [*liked(of_island(0, 10)), *liked(of_island(1, 5), weight=0.1)]
    assert len(query_vectors(POOLINGS, seeds, [])) == 1
    assert len(island_queries(10, 5, weight=0.1)) == 2


def test_shares_add_up_to_the_score_that_the_question_gives() -> None:
    hits = tracks()[[3, 70, 130]].astype(np.float32)
    for query_vector in island_queries(20, 20, 10):
        shares, parts = query_vector.shares(hits), hits @ query_vector.liked.parts.T
        assert np.allclose(parts.sum(axis=1), hits @ query_vector.vector, atol=1e-5)
        assert np.allclose(shares.sum(axis=1), 1.0, atol=1e-5)
        speaking = np.maximum(parts, 0)
        assert np.allclose(shares * speaking.sum(axis=1, keepdims=True), speaking, atol=1e-5)


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e-6, 1e6])
@pytest.mark.parametrize("avoided", [[], [TRACKS, 3 * TRACKS]])
def test_weights_on_any_scale_ask_the_same(scale: float, avoided: list[int]) -> None:
    rows = [*of_island(0, 9), *of_island(1, 5), *of_island(2, 12)]
    weights = np.random.default_rng(2).uniform(0.2, 1.0, len(rows))

    def pending(by: float) -> list[QueryVector]:
        seeds = [liked([row], float(w) * by)[0] for row, w in zip(rows, weights, strict=True)]
        one = single_query_vector(POOLINGS, seeds, liked(avoided))
        assert one
        return [*query_vectors(POOLINGS, seeds, liked(avoided)), one]

    for here, there in zip(pending(1.0), pending(scale), strict=True):
        assert np.allclose(here.vector, there.vector, atol=1e-5)
        assert [seed.row for seed in here.seeds] == [seed.row for seed in there.seeds]
        assert here.weight == pytest.approx(there.weight)


@pytest.mark.parametrize("tiny", [1e-6, 1e-30, 1e-60, 1e-300])
def test_seeds_of_next_to_no_weight_change_next_to_nothing(tiny: float) -> None:
    """However many they are, and from wherever."""
    heavy = liked([*of_island(0, 10), *of_island(1, 10)])
    light = liked([row for island in range(2, ISLANDS) for row in of_island(island, 30)], tiny)
    alone, together = query_vectors(POOLINGS, heavy, []), query_vectors(POOLINGS, [*light, *heavy], [])
    assert len(alone) == len(together) == 2
    for here, there in zip(alone, together, strict=True):
        assert np.allclose(here.vector, there.vector, atol=1e-3)
        assert here.rows.tolist() == there.rows.tolist()
    assert sum(len(query_vector.seeds) for query_vector in together) == len(heavy) + len(light)
    assert all(np.isfinite(query_vector.shares(tracks())).all() for query_vector in together)


def test_what_is_avoided_is_pushed_by_the_same_vector_from_every_question() -> None:
    rows = [*of_island(0, 10), *of_island(1, 10)]
    found = query_vectors(POOLINGS, liked(rows), liked(of_island(2, 2)))
    pushes = [query_vector.liked.vector - query_vector.vector for query_vector in found]
    assert len(pushes) == 2
    assert np.allclose(pushes[0], pushes[1], atol=1e-6)
    near, far = tracks()[2 * TRACKS + 30].astype(np.float32), tracks()[3 * TRACKS + 30].astype(np.float32)
    assert all(push @ near > 5 * abs(float(push @ far)) for push in pushes)


@pytest.mark.parametrize(("weight", "strength"), [(1.0, 0.25**0.5), (2.0, 0.5**0.5), (4.0, 1.0), (100.0, 1.0)])
def test_avoided_tracks_push_with_the_square_root_of_their_weight_up_to_half_a_pull(
    weight: float, strength: float
) -> None:
    [query_vector] = query_vectors(POOLINGS, liked(of_island(0, 4)), liked([TRACKS], weight))
    alone = POOLING.pool(tracks()[[TRACKS]], np.ones(1)).vector
    assert np.allclose(query_vector.liked.vector - query_vector.vector, AVOIDANCE * strength * alone, atol=1e-6)


def test_seeds_known_by_sound_alone_ask_one_question_in_the_audio_space() -> None:
    rows = [*of_island(0, 10), *of_island(1, 10)]
    [query_vector] = query_vectors(POOLINGS | {"audio": POOLING}, liked(rows, space="audio"), [])
    assert (query_vector.space, len(query_vector.seeds)) == ("audio", 20)


def test_a_seed_without_a_place_in_the_learned_space_stands_aside_for_those_that_have_one() -> None:
    seeds = [*liked([1], space="audio"), *liked([2, 3])]
    [query_vector] = query_vectors(POOLINGS | {"audio": POOLING}, seeds, [])
    assert [seed.row for seed in query_vector.seeds] == [2, 3]


@pytest.mark.parametrize("seeds", [[], [SeedVectors(1.0, {}, np.full(12, np.nan))]])
def test_nothing_usable_asks_nothing(seeds: list[SeedVectors]) -> None:
    assert query_vectors(POOLINGS, seeds, []) == []
    assert single_query_vector(POOLINGS, seeds, []) is None


def test_what_is_computed_of_a_query_vector_is_computed_once_and_not_for_another() -> None:
    numbers: list[int] = []

    def number() -> int:
        numbers.append(len(numbers))
        return numbers[-1]

    one, other = island_queries(4, 4)
    assert [one.once("number", number), one.once("number", number), other.once("number", number)] == [0, 0, 1]
    assert one.once("another", number) == 2

"""What likes, plays and dislikes weigh."""

from typing import Any
from uuid import UUID

import pytest

from kit.wire.library import Played, UserFeedback
from services.recommend.profile.preference_weights import (
    POOLED,
    disliked_seeds,
    known,
    liked_seeds,
    never_recommended,
    opinions,
    played_weight,
)
from tests import worlds

A, B, C, D, E = (worlds.track_id(number) for number in range(5))


def feedback(**of: Any) -> UserFeedback:
    return UserFeedback(person=UUID(int=1), version=1, **of)


@pytest.mark.parametrize(
    ("plays", "skips", "weight"),
    [
        (0, 0, 0.0),
        (1, 0, 0.1),
        (3, 0, 0.2),
        (7, 0, 0.3),
        (31, 0, 0.5),
        (10_000, 0, 0.5),
        (3, 2, 0.1),
        (2, 2, 0),
        (0, 9, 0),
    ],
)
def test_plays_weigh_little_and_grow_slowly(plays: int, skips: int, weight: float) -> None:
    assert played_weight(plays, skips) == pytest.approx(weight)


def test_a_track_counts_once_by_what_was_said_of_it() -> None:
    found = liked_seeds(
        feedback(likes=[A], dislikes=[B], never=[C], played=[Played(track=one, plays=7) for one in (A, B, C, D)])
    )
    assert [(seed.track, seed.weight, seed.because) for seed in found] == [
        (A, 1.0, "liked"),
        (D, pytest.approx(0.3), "played"),
    ]


def test_a_track_that_is_skipped_as_often_as_played_is_no_seed_but_known() -> None:
    found = feedback(played=[Played(track=A, plays=1, skips=1)])
    assert liked_seeds(found) == []
    assert list(known(found)) == [A]


def test_never_weighs_twice_a_dislike_and_both_are_refused() -> None:
    found = feedback(dislikes=[A], never=[B])
    assert [(seed.track, seed.weight) for seed in disliked_seeds(found)] == [(B, 2.0), (A, 1.0)]
    assert set(never_recommended(found)) == {A, B}
    assert opinions(feedback(likes=[C], dislikes=[A], never=[B])) == {C: 1, A: -1, B: -1}


def test_the_newest_likes_are_asked_with_and_all_are_known() -> None:
    many = [worlds.track_id(number) for number in range(POOLED + 100)]
    found = feedback(likes=many, played=[Played(track=E, plays=1)], heard=[worlds.track_id(5_000)])
    assert [seed.track for seed in liked_seeds(found)] == many[:POOLED]
    assert len(set(known(found))) == len({*many, E}) + 1

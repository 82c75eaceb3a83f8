"""Tests that chance makes no claims and that planted tastes are found."""

import numpy as np
import pytest

from services.report.analyses import claims
from services.report.findings import Findings
from services.report.wording.headlines import lines
from tests.services.report.listeners import demo, found, likes, of_genre

RANDOM = "likes at random must bring a claim to at most 5 % of listeners"


def claimed(one: Findings) -> list[str]:
    """Everything that is claimed, and the codes of the sentences that compare."""
    return [*one.claimed(), *(line.code for line in lines(one) if line.p is not None)]


def share_with_claims(listeners: int, n: int) -> float:
    """Of so many random listeners with n likes over three months: the share with any claim at all."""
    draw, wrong = np.random.default_rng(n), 0
    months = [f"2026-{1 + at * 3 // n:02}" for at in range(n)]
    for _ in range(listeners):
        rows = draw.choice(demo().catalogue.size, n, replace=False)
        wrong += bool(claimed(found(likes(rows, months))))
    return wrong / listeners


@pytest.mark.parametrize("n", [20, 50, 200])
def test_random_likes_bring_no_claim(n: int) -> None:
    """60 listeners: at a true rate of 5 % more than 8 false ones come in less than 1 of 1,000 runs, at 20 % nearly
    always. The slow test has 1,000."""
    assert share_with_claims(60, n) <= 8 / 60, RANDOM


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 50, 200])
def test_random_likes_bring_a_claim_to_at_most_one_listener_in_twenty(n: int) -> None:
    assert share_with_claims(1_000, n) <= 0.05, RANDOM


def test_below_twenty_likes_nothing_is_claimed_however_clear() -> None:
    assert claimed(found(likes(of_genre("jazz")[:19]))) == []
    assert claimed(found(likes(of_genre("jazz")[:20]))) != []


@pytest.mark.parametrize(
    ("genre", "expected"),
    [
        ("metal", {"loudness", "acousticness", "danceability", "genre metal"}),
        ("ambient", {"energy", "loudness", "instrumentalness", "genre ambient"}),
        ("hip hop", {"speechiness", "genre hip hop"}),
    ],
)
@pytest.mark.parametrize("n", [30, 100])
def test_a_planted_taste_is_found(genre: str, expected: set[str], n: int) -> None:
    rows = np.random.default_rng(1).choice(of_genre(genre), n, replace=False)
    assert expected <= set(claimed(found(likes(rows))))


def test_a_planted_era_key_and_popularity_are_found() -> None:
    catalogue = demo().catalogue
    draw = np.random.default_rng(2)
    old = draw.choice(np.flatnonzero(catalogue.year < 1985), 60, replace=False)
    known = draw.choice(np.flatnonzero(catalogue.popularity > 70), 60, replace=False)
    key = (catalogue.feature("key") == 9) & (catalogue.feature("mode") == 0)
    in_a_minor = np.concatenate([np.flatnonzero(key)[:25], draw.choice(catalogue.size, 50, replace=False)])
    assert {"era", "era_older"} <= set(claimed(found(likes(old))))
    assert {"popularity", "popularity_higher"} <= set(claimed(found(likes(known))))
    assert {"A minor", "home_key"} <= set(claimed(found(likes(np.unique(in_a_minor)))))


def test_the_families_of_comparisons_share_five_percent() -> None:
    assert sum(claims.ALPHA.values()) == pytest.approx(0.05)


def test_holms_adjustment_is_that_of_the_paper() -> None:
    assert claims.adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert claims.adjusted([0.9, 0.8]) == [1.0, 1.0]
    assert claims.adjusted([]) == []


@pytest.mark.parametrize(
    ("count", "n", "share", "expected"),
    [(0, 10, 0.3, 1.0), (10, 10, 0.5, 0.5**10), (1, 3, 0.5, 0.875), (8, 20, 0.2, 0.032143), (5, 10, 0.0, 0.0)],
)
def test_the_upper_tail_is_binomial(count: int, n: int, share: float, expected: float) -> None:
    assert claims.upper_tail(count, n, share) == pytest.approx(expected, abs=1e-6)


def test_the_normal_tail_has_the_tables_values() -> None:
    assert claims.two_sided(1.959964) == pytest.approx(0.05, abs=1e-6)
    assert claims.two_sided(-2.575829) == pytest.approx(0.01, abs=1e-6)

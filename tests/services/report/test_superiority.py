"""Tests of the probability of superiority: brute force, ties, intervals."""

import numpy as np
import pytest

from kit.wire.report_sections import Claim
from services.report.analyses import claims, superiority
from services.report.analyses.superiority import Reference, compare
from tests.services.report.listeners import demo


def by_pairs(liked: np.ndarray, catalogue: np.ndarray) -> float:
    difference = liked[:, None] - catalogue[None]
    return 100 * float((difference > 0).mean() + (difference == 0).mean() / 2)


@pytest.mark.parametrize("decimals", [8, 1])
def test_it_is_the_share_of_pairs_that_the_like_wins_with_half_of_the_ties(decimals: int) -> None:
    draw = np.random.default_rng(3)
    catalogue, liked = draw.uniform(0, 1, 400).round(decimals), draw.beta(3, 2, 31).round(decimals)
    found = compare(liked, Reference.of(catalogue))
    assert found
    assert found.ps == pytest.approx(by_pairs(liked, catalogue))
    assert found.low < found.ps < found.high


def test_unknown_values_are_left_out() -> None:
    reference = Reference.of(np.array([1.0, np.nan, 2.0, 3.0]))
    found = compare(np.array([np.nan, 3.5, 3.5]), reference)
    assert found
    assert (found.n, found.ps, len(reference.values)) == (2, 100.0, 3)
    assert compare(np.array([np.nan]), reference) is None
    assert compare(np.array([1.0]), Reference.of(np.array([np.nan]))) is None


@pytest.mark.parametrize("feature", ["instrumentalness", "speechiness", "acousticness", "popularity"])
def test_random_likes_are_at_fifty_even_of_skewed_features(feature: str) -> None:
    """The mean of random likes beats up to 75 % of the tracks of a skewed feature; their superiority is 50."""
    reference, draw = demo().catalogue.references[feature], np.random.default_rng(5)
    found = [compare(draw.choice(reference.values, 40), reference) for _ in range(400)]
    assert np.mean([one.ps for one in found if one]) == pytest.approx(50, abs=1)


@pytest.mark.parametrize(("n", "least"), [(20, 0.92), (100, 0.92)])
@pytest.mark.parametrize("centre", [0.0, 0.8])
def test_the_interval_covers_the_truth(n: int, least: float, centre: float) -> None:
    draw = np.random.default_rng(7)
    reference = Reference.of(draw.standard_normal(5_000))
    truth = by_pairs(draw.standard_normal(2_000) + centre, reference.values[::5])
    found = [compare(draw.standard_normal(n) + centre, reference) for _ in range(500)]
    assert np.mean([one.low <= truth <= one.high for one in found if one]) >= least


def test_equal_likes_have_an_interval_of_some_width() -> None:
    found = compare(np.full(25, 2.0), Reference.of(np.arange(4.0)))
    assert found
    assert found.high - found.low > 1


@pytest.mark.parametrize(
    ("ps", "low", "high", "p", "n", "expected"),
    [
        (75, 65, 85, 1e-6, 20, Claim.HIGHER),
        (25, 15, 35, 1e-6, 20, Claim.LOWER),
        (75, 65, 85, 1e-6, 19, Claim.INSUFFICIENT),
        (59, 55, 63, 1e-6, 500, Claim.TYPICAL),  # too small a difference
        (65, 49, 81, 1e-6, 20, Claim.TYPICAL),  # its interval holds 50
        (75, 65, 85, 0.05, 20, Claim.TYPICAL),  # chance, among so many comparisons
    ],
)
def test_a_claim_needs_likes_size_interval_and_the_corrected_test(
    ps: float, low: float, high: float, p: float, n: int, expected: Claim
) -> None:
    found = superiority.Comparison(ps, low, high, p, n)
    assert superiority.decide(found, p, claims.ALPHA["sound"]).claim is expected


def test_without_values_nothing_is_claimed() -> None:
    assert superiority.decide(None, 1.0, 0.02).claim is Claim.INSUFFICIENT

"""Tests of query reweighting: seed statistics by hand-made examples, and invariants."""

from dataclasses import replace

import numpy as np
import pytest

from kit.query import Pooling
from kit.query_reweighting import QueryReweighting, seed_statistics
from kit.release import Block, Space

BLOCKS = [Block(name="a", start=0, stop=4), Block(name="b", start=4, stop=6, weight=0.5)]
SPACE = Space(dim=6, distance="dot", blocks=BLOCKS)
FEATURES = 2 + 3 * len(BLOCKS)
ONES = np.ones(2, np.float32)
LOG_K, AGREEMENT_A, LENGTH_A, SPREAD_A, AGREEMENT_B, LENGTH_B = 0, 2, 3, 4, 5, 6


def reweighting(base=(0.0, 0.0, 0.0), slopes=None) -> QueryReweighting:
    """Bands [0, 2), [2, 4) and [4, 6)."""
    weights = np.zeros((3, FEATURES), np.float32) if slopes is None else slopes
    zeros, ones = np.zeros(FEATURES, np.float32), np.ones(FEATURES, np.float32)
    return QueryReweighting(np.array([0, 2, 4]), zeros, ones, np.array(base, np.float32), weights)


def reported(seeds: np.ndarray, weights: np.ndarray = ONES) -> np.ndarray:
    plain = Pooling(SPACE, {}).pool(seeds, weights)
    return seed_statistics(BLOCKS, seeds, plain.parts, weights * weights.sum() / (weights**2).sum())


def test_seeds_of_one_direction_agree_and_seeds_with_nothing_in_common_do_not() -> None:
    alike = reported(np.array([[1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, 1]], np.float32))
    assert alike[AGREEMENT_A] == pytest.approx(1)
    assert alike[AGREEMENT_B] == pytest.approx(0.5)
    assert alike[LOG_K] == pytest.approx(np.log(2))


def test_length_statistics_are_those_of_the_query_vectors() -> None:
    found = reported(np.array([[1, 0, 0, 0, 0, 0], [np.e**2, 0, 0, 0, 0, np.e]], np.float32))
    assert found[LENGTH_A] == pytest.approx(1)
    assert found[SPREAD_A] == pytest.approx(1)
    assert found[LENGTH_B] == pytest.approx(1), "a seed without a part in the block says nothing of it"


def test_a_doubled_seed_counts_like_a_doubled_weight() -> None:
    one, other = np.eye(6, dtype=np.float32)[:2] + 1
    twice = reported(np.stack([one, one, other]), np.ones(3, np.float32))
    weighed = reported(np.stack([one, other]), np.array([2, 1], np.float32))
    same = [LENGTH_A, SPREAD_A, LENGTH_B]
    assert twice[same] == pytest.approx(weighed[same])


@pytest.mark.parametrize("seed", [[1, 2, 3, 0, 0.5, 4], [0, 0, 0, 0, np.e, 1], [0, 1e-8, 0, 0, 1, 1]])
def test_a_seed_alone_has_the_statistics_of_two_alike_but_for_their_number(seed: list[float]) -> None:
    one, two = (reported(np.array([seed] * count, np.float32), np.ones(count, np.float32)) for count in (1, 2))
    assert one[2:] == pytest.approx(two[2:], abs=1e-6)
    assert one[LOG_K] == 0
    assert two[LOG_K] == pytest.approx(np.log(2))


def test_reweighting_keeps_the_length_of_the_query() -> None:
    seeds = np.ones((2, 6), np.float32)
    plain = Pooling(SPACE, {}).pool(seeds, ONES)
    queried = Pooling(SPACE, {}, reweighting(base=(0.0, np.log(3), 0.0))).pool(seeds, ONES)
    ratio = queried.vector / plain.vector
    assert ratio[2] == pytest.approx(3 * ratio[0])
    assert ratio[4] == pytest.approx(ratio[0])
    assert np.linalg.norm(queried.vector) == pytest.approx(np.linalg.norm(plain.vector))
    assert queried.parts.sum(axis=0) == pytest.approx(queried.vector)


def test_seed_statistics_are_clipped_at_the_cut() -> None:
    slopes = np.zeros((3, FEATURES), np.float32)
    slopes[1, LENGTH_A] = 1.0
    pooling = Pooling(SPACE, {}, reweighting(slopes=slopes))

    def second_over_first(length: float) -> float:
        vector = pooling.pool(np.array([[length] * 4 + [1, 0]], np.float32) / 2, np.ones(1, np.float32)).vector
        return float(vector[2] / vector[0])

    assert second_over_first(np.e) == pytest.approx(np.e)
    assert second_over_first(np.e**3) == pytest.approx(np.e**3)
    assert second_over_first(np.e**9) == pytest.approx(np.e**3)


def test_a_saved_reweighting_gives_the_same_weights(tmp_path) -> None:
    rng = np.random.default_rng(2)
    first = reweighting(base=(0.1, 0.2, 0.3), slopes=rng.standard_normal((3, FEATURES)).astype(np.float32))
    first.save(tmp_path / "emphasis.npz")
    again = QueryReweighting.load(tmp_path / "emphasis.npz")
    seeds = rng.standard_normal((3, 6)).astype(np.float32)
    ones = np.ones(3, np.float32)
    assert (
        Pooling(SPACE, {}, first).pool(seeds, ones).vector == Pooling(SPACE, {}, again).pool(seeds, ones).vector
    ).all()


def test_a_reweighting_fits_only_the_space_it_was_trained_for() -> None:
    assert reweighting().fits(BLOCKS)
    assert not replace(reweighting(), base=np.zeros(2, np.float32)).fits(BLOCKS)
    assert not reweighting().fits(BLOCKS[:1])
    assert not reweighting().fits([BLOCKS[0].model_copy(update={"stop": 3}), Block(name="b", start=3, stop=6)])

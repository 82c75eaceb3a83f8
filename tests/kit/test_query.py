"""Tests of query pooling: seed shares, and the formula of the docstring against a plain computation."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kit.query import Pooled, Pooling
from kit.release import Block, Space, Spectrum

WIDE = st.floats(-1e6, 1e6, width=32)

DIM = 10
SPECTRUM = np.array([3.0, 2.0, 1.0, 0.5], dtype=np.float32)
SPACE = Space(
    dim=DIM,
    distance="dot",
    blocks=[
        Block(name="spectral", start=0, stop=4, spectrum=Spectrum(file="s.npy", scale=3.0, power=-0.8)),
        Block(name="artist", start=4, stop=7, weight=0.5, power=0.25),
        Block(name="plain", start=7, stop=10, weight=2.0, unit=False),
    ],
)


@pytest.fixture
def pooling() -> Pooling:
    return Pooling(SPACE, {"spectral": SPECTRUM})


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_each_block_is_filtered_scaled_and_weighted_as_the_formula_says(
    pooling: Pooling, rng: np.random.Generator
) -> None:
    seeds = rng.standard_normal((3, DIM)).astype(np.float32)
    total = seeds.sum(axis=0)
    square = SPECTRUM**2
    gained = total[:4] * square / (square + 3.0 * 3**-0.8 * square.mean())
    expected = np.concatenate(
        [
            gained / np.linalg.norm(gained),
            0.5 * 3**0.25 * total[4:7] / np.linalg.norm(total[4:7]),
            2.0 * total[7:],
        ]
    )
    assert np.allclose(pooling.pool(seeds, np.ones(3)).vector, expected, atol=1e-5)


@pytest.mark.parametrize("count", [1, 2, 25])
def test_the_shares_of_all_seeds_sum_to_the_whole_score(pooling: Pooling, rng: np.random.Generator, count: int) -> None:
    pooled = pooling.pool(rng.standard_normal((count, DIM)), rng.uniform(0.1, 5, count))
    hits = rng.standard_normal((7, DIM)).astype(np.float32)
    assert np.allclose(hits @ pooled.parts.sum(axis=0), hits @ pooled.vector, atol=1e-4)
    assert np.allclose(pooled.shares(hits).sum(axis=1), 1.0, atol=1e-3)


def test_a_seed_given_twice_weighs_as_one_of_double_weight(pooling: Pooling, rng: np.random.Generator) -> None:
    first, second = rng.standard_normal((2, DIM))
    twice = pooling.pool(np.stack([first, first, second]), np.ones(3))
    once = pooling.pool(np.stack([first, second]), np.array([2.0, 1.0]))
    cosine = twice.vector[:7] @ once.vector[:7] / (np.linalg.norm(twice.vector[:7]) * np.linalg.norm(once.vector[:7]))
    assert cosine > 0.99


def test_only_the_proportion_of_weights_matters(pooling: Pooling, rng: np.random.Generator) -> None:
    seeds = rng.standard_normal((4, DIM))
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    assert np.allclose(pooling.pool(seeds, weights).vector, pooling.pool(seeds, weights * 9).vector, atol=1e-5)


def test_a_heavier_seed_has_the_larger_share(pooling: Pooling, rng: np.random.Generator) -> None:
    seed = np.abs(rng.standard_normal(DIM))
    shares = pooling.pool(np.stack([seed, seed]), np.array([3.0, 1.0])).shares(seed[None])
    assert np.allclose(shares, [[0.75, 0.25]], atol=1e-4)


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e-6, 1e6])
def test_query_vectors_do_not_depend_on_the_scale_of_weights(
    pooling: Pooling, rng: np.random.Generator, scale: float
) -> None:
    seeds, weights = rng.standard_normal((4, DIM)), np.array([1.0, 2.0, 3.0, 4.0])
    here, there = pooling.pool(seeds, weights), pooling.pool(seeds, weights * scale)
    assert np.allclose(here.vector, there.vector, rtol=1e-5, atol=1e-6)
    assert np.allclose(here.shares(seeds), there.shares(seeds), atol=1e-5)


@pytest.mark.parametrize("tiny", [1e-6, 1e-30, 1e-300])
def test_a_tiny_weight_beside_a_normal_one_changes_next_to_nothing(
    pooling: Pooling, rng: np.random.Generator, tiny: float
) -> None:
    seeds = rng.standard_normal((2, DIM))
    alone, both = pooling.pool(seeds[:1], np.ones(1)), pooling.pool(seeds, np.array([1.0, tiny]))
    assert np.allclose(alone.vector, both.vector, atol=1e-4)


def test_equal_weights_give_exactly_the_unscaled_query(pooling: Pooling, rng: np.random.Generator) -> None:
    """What is measured with ones is what is measured with any equal weights, bit by bit."""
    seeds = rng.standard_normal((5, DIM)).astype(np.float32)
    assert np.array_equal(pooling.pool(seeds, np.ones(5)).vector, pooling.pool(seeds, np.full(5, 0.25)).vector)


CANCELLING = np.array([[1.0, -1.0], [1.0, -0.999999], [1e-20, -1e-21], [-3.0, -1.0], [0.0, 0.0], [2.0, 1.0]])


def test_shares_stay_readable_where_contributions_cancel() -> None:
    """Rows: to nothing, to almost nothing, tiny, all against, none at all, all for."""
    pooled = Pooled(np.ones(2, np.float32), np.eye(2, dtype=np.float32))
    shares = pooled.shares(CANCELLING.astype(np.float32))
    expected = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0.5, 0.5], [2 / 3, 1 / 3]])
    assert np.allclose(shares, expected, atol=1e-6)


@given(parts=arrays(np.float32, (5, DIM), elements=WIDE), hits=arrays(np.float32, (3, DIM), elements=WIDE))
def test_shares_are_between_0_and_1_and_sum_to_1(parts: Any, hits: Any) -> None:
    shares = Pooled(parts.sum(axis=0), parts).shares(hits)
    assert np.isfinite(shares).all()
    assert shares.min() >= 0
    assert np.allclose(shares.sum(axis=1), 1.0)

"""Tests of the float16 to float32 conversion and inner products."""

import numpy as np
import pytest

from kit.float16 import finite_to_float32, products, to_float32

EVERY = np.arange(1 << 16, dtype=np.uint16).view(np.float16)


def test_every_float16_value_converts_as_astype_does() -> None:
    np.testing.assert_array_equal(to_float32(EVERY).view(np.uint32), EVERY.astype(np.float32).view(np.uint32))


@pytest.mark.parametrize(
    "rows", [EVERY.reshape(256, 256)[::3, ::2], EVERY[:0].reshape(0, 8), EVERY.reshape(64, 1024).T]
)
def test_any_shape_is_kept(rows: np.ndarray) -> None:
    np.testing.assert_array_equal(to_float32(rows), rows.astype(np.float32))


def test_other_types_are_converted_and_the_result_is_ones_own() -> None:
    rows = np.ones((2, 3), np.float32)
    found = to_float32(rows)
    assert found.dtype == np.float32
    found[:] = 7
    assert (rows == 1).all()


def test_every_finite_value_converts_without_the_table() -> None:
    finite = EVERY[np.isfinite(EVERY)]
    np.testing.assert_array_equal(finite_to_float32(finite).view(np.uint32), finite.astype(np.float32).view(np.uint32))
    rows = np.ones((2, 3), np.float32)
    assert finite_to_float32(rows) is not rows


def test_float16_products_equal_float32_products() -> None:
    rng = np.random.default_rng(0)
    rows = EVERY[np.isfinite(EVERY)][:63_488].reshape(-1, 64)
    vector = rng.standard_normal(64).astype(np.float32)
    expected = rows.astype(np.float64) @ vector
    scale = np.abs(rows.astype(np.float64)) @ np.abs(vector)
    assert (np.abs(products(rows, vector) - expected) <= 1e-5 * scale).all()


def test_a_product_with_floats_is_an_ordinary_one() -> None:
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_allclose(products(rows, np.ones(3)), [3, 12])

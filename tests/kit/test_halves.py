"""Halves as float32: every one of them, whatever the shape."""

import numpy as np
import pytest

from kit.halves import widened

EVERY = np.arange(1 << 16, dtype=np.uint16).view(np.float16)


def test_every_half_is_what_astype_makes_of_it() -> None:
    np.testing.assert_array_equal(widened(EVERY).view(np.uint32), EVERY.astype(np.float32).view(np.uint32))


@pytest.mark.parametrize(
    "rows", [EVERY.reshape(256, 256)[::3, ::2], EVERY[:0].reshape(0, 8), EVERY.reshape(64, 1024).T]
)
def test_any_shape_is_kept(rows: np.ndarray) -> None:
    np.testing.assert_array_equal(widened(rows), rows.astype(np.float32))


def test_other_types_are_converted_and_the_result_is_ones_own() -> None:
    rows = np.ones((2, 3), np.float32)
    found = widened(rows)
    assert found.dtype == np.float32
    found[:] = 7
    assert (rows == 1).all()

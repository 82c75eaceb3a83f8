"""Matrices below each other, read as one."""

import numpy as np
import pytest

from pipelines.release.stacked import Stacked, any_not_zero

PARTS = [np.arange(12, dtype=np.float16).reshape(4, 3), np.zeros((0, 3), np.float16), -np.ones((5, 3), np.float16)]


@pytest.mark.parametrize(
    "rows", [slice(2, 7), slice(0, 100), np.array([8, 0, -5, 4]), np.array([], np.int64), np.arange(9) % 2 > 0]
)
def test_rows_are_those_of_the_matrices_copied_together(rows: slice | np.ndarray) -> None:
    whole = np.vstack(PARTS)
    found = Stacked(PARTS)[rows]
    assert found.dtype == np.float16
    assert np.array_equal(found, whole[rows])
    assert Stacked(PARTS).shape == whole.shape
    assert len(Stacked(PARTS)) == 9


def test_rows_with_a_value_are_those_that_float16_does_not_round_to_zero() -> None:
    vectors = np.array([[0, 0], [0, 1], [1e-9, 0], [1e6, 0], [0, -2]])
    assert any_not_zero(vectors, at_once=2).tolist() == [False, True, False, True, True]
    assert any_not_zero(Stacked(PARTS), at_once=3).tolist() == [True] * 9
    assert any_not_zero(Stacked([0 * PARTS[0], PARTS[2]])).tolist() == [False] * 4 + [True] * 5

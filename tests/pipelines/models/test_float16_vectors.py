"""Vectors kept as float16 and read as float32."""

import numpy as np

from pipelines.models.float16_vectors import BLOCK, Float16Vectors


def matrix(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(rows).standard_normal((rows, columns)).astype(np.float32)


def test_what_is_read_is_the_rounded_value_as_float32() -> None:
    vectors = matrix(9, 4)
    kept, rounded = Float16Vectors.of(vectors), vectors.astype(np.float16).astype(np.float32)
    for at in (3, [5, 0, 5], slice(2, 6), (slice(None), slice(1, 3)), (np.array([1, 2]), 3)):
        read = kept[at]
        assert read.dtype == np.float32
        assert np.array_equal(read, rounded[at])
    assert np.array_equal(kept.widened(), rounded)
    assert np.array_equal(kept.take(np.array([8, 1])).widened(), rounded[[8, 1]])
    assert kept.shape == (9, 4)
    assert len(kept) == 9


def test_some_rows_are_read_as_if_they_were_copied() -> None:
    vectors = matrix(9, 4)
    rows = np.array([7, 2, 2, 0])
    some, copied = Float16Vectors.of(vectors).take(rows), Float16Vectors.of(vectors[rows])
    columns = np.array([0, 2, 3])
    for at in (3, [1, 0], slice(1, 3), (slice(None), slice(1, 3)), (np.array([1, 2]), 3), (slice(1, 4), columns)):
        assert np.array_equal(some[at], copied[at])
    assert np.array_equal(some[columns, columns], copied[columns, columns])
    assert np.array_equal(some.stored, copied.stored)
    assert np.array_equal(some.widened(), copied.widened())
    assert np.array_equal(some.take(np.array([3, 1])).stored, copied.stored[[3, 1]])
    assert some.shape == (4, 4)
    assert len(some) == 4


def test_matrices_stand_beside_each_other_and_the_list_is_emptied() -> None:
    parts = [Float16Vectors.of(matrix(5, columns)) for columns in (3, 1, 2)]
    expected = np.hstack([part.stored for part in parts])
    assert np.array_equal(Float16Vectors.side_by_side(parts).stored, expected)
    assert parts == []


def test_products_of_many_blocks_are_those_of_all_rows() -> None:
    kept, queries = Float16Vectors.of(matrix(2 * BLOCK + 3, 2)), matrix(3, 2)
    assert np.allclose(kept.products(queries), queries @ kept.widened().T, rtol=1e-6, atol=1e-6)
    assert kept.take(np.array([5])).products(queries).shape == (3, 1)


def test_a_changed_copy_leaves_the_vectors_alone() -> None:
    kept = Float16Vectors(matrix(4, 2))
    before = kept.stored.copy()
    kept[1:3][:] = 9
    kept.widened()[:] = 9
    assert np.array_equal(kept.stored, before)

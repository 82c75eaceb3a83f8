"""Tests of the projection of a space to the columns of the index."""

from pathlib import Path

import numpy as np
import pytest

from kit.projection import Projection
from pipelines.index.projection import fit

DIM, WIDTH = 12, 5


@pytest.fixture
def rows() -> np.ndarray:
    """300 tracks of which four directions matter."""
    rng = np.random.default_rng(3)
    return (rng.standard_normal((300, 4)) @ rng.standard_normal((4, DIM))).astype(np.float32)


def test_a_projection_of_as_many_columns_as_matter_keeps_every_product(rows: np.ndarray) -> None:
    found = fit(rows[:100], rows, WIDTH)
    assert found.dim == WIDTH
    products = found.of_query(rows[:9]) @ found.of_index(rows).T
    np.testing.assert_allclose(products, rows[:9] @ rows.T, rtol=1e-2, atol=1e-2)


def test_rows_of_the_index_are_equally_long_but_for_the_longest(rows: np.ndarray) -> None:
    found = fit(rows[:100], rows, WIDTH)
    lengths = np.linalg.norm(found.of_index(rows), axis=1)
    assert np.isclose(lengths, found.level, rtol=1e-3).mean() >= 0.98


def test_a_track_without_a_vector_has_none_in_the_index(rows: np.ndarray) -> None:
    rows[7] = 0
    stored = fit(rows[:100], rows, WIDTH).of_index(rows)
    assert not stored[7].any()
    assert stored[8].any()


def test_the_projection_is_fitted_to_queries_and_index_vectors() -> None:
    """The tracks differ most in columns that no query looks at."""
    rng = np.random.default_rng(1)
    tracks = rng.standard_normal((400, DIM)).astype(np.float32) * np.repeat([1, 5], [4, DIM - 4]).astype(np.float32)
    asked = rng.standard_normal((200, DIM)).astype(np.float32) * np.repeat([1, 0.001], [4, DIM - 4]).astype(np.float32)
    found = fit(asked, tracks, WIDTH)
    error = found.of_query(asked) @ found.of_index(tracks).T - asked @ tracks.T
    assert np.abs(error).max() < 0.2


def test_a_projection_fits_only_its_space(rows: np.ndarray, tmp_path: Path) -> None:
    found = fit(rows[:100], rows, WIDTH)
    found.save(tmp_path / "projection.npz")
    read = Projection.load(tmp_path / "projection.npz")
    assert read.fits(DIM, WIDTH)
    assert not read.fits(DIM + 1, WIDTH)
    assert not read.fits(DIM, WIDTH + 1)
    broken = Projection(read.query, np.full_like(read.index, np.nan), read.level)
    assert not broken.fits(DIM, WIDTH)

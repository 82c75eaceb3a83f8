"""Vectors kept as float16: half the memory, in memory or mapped from a file; what is read of them is float32.

Products are never computed in float16, which numpy has no fast product for and whose sums would lose digits.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.models.interface import Vectors

Float16Matrix = npt.NDArray[np.float16]
BLOCK = 65_536


class Float16Vectors:
    """A matrix (n, d). Indexing as in numpy, with rows first, gives a new float32 array."""

    def __init__(self, kept: Float16Matrix, rows: npt.NDArray[np.integer[Any]] | None = None) -> None:
        """Of all the rows that are kept (m, d), or of some of them (n,) in this order, without copying them."""
        self._kept, self._rows = np.asarray(kept, np.float16), rows

    @classmethod
    def of(cls, vectors: Vectors) -> "Float16Vectors":
        """The vectors (n, d), rounded."""
        return cls(vectors.astype(np.float16))

    @classmethod
    def side_by_side(cls, columns: "list[Float16Vectors]") -> "Float16Vectors":
        """(n, D) matrices of as many rows beside each other; the list is emptied, so that each can be freed."""
        joined = np.empty((len(columns[0]), sum(one.shape[1] for one in columns)), np.float16)
        start = 0
        while columns:
            one = columns.pop(0)
            joined[:, start : start + one.shape[1]] = one.stored
            start += one.shape[1]
        return cls(joined)

    @property
    def stored(self) -> Float16Matrix:
        """(n, d) float16; a copy where these are some of the rows that are kept."""
        return self._kept if self._rows is None else self._kept[self._rows]

    @property
    def shape(self) -> tuple[int, int]:
        """(n, d)."""
        return len(self), self._kept.shape[1]

    def __len__(self) -> int:
        return len(self._kept if self._rows is None else self._rows)

    def __getitem__(self, at: Any) -> Vectors:
        if self._rows is None:
            return np.asarray(self._kept[at], np.float32)
        rows, columns = at if isinstance(at, tuple) else (at, slice(None))
        if isinstance(rows, slice) and not isinstance(columns, slice):  # all of these rows, not pairs of the two
            return np.asarray(self._kept[self._rows[rows]][:, columns], np.float32)
        return np.asarray(self._kept[self._rows[rows], columns], np.float32)

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> "Float16Vectors":
        """Some rows, in this order; nothing is copied."""
        return Float16Vectors(self._kept, rows if self._rows is None else self._rows[rows])

    def products(self, queries: Vectors) -> Vectors:
        """(q, n) inner products with queries (q, d); BLOCK rows are widened at a time."""
        found = np.empty((len(queries), len(self)), np.float32)
        for start in range(0, len(self), BLOCK):
            block = slice(start, start + BLOCK)
            found[:, block] = queries @ self[block].T
        return found

    def widened(self) -> Vectors:
        """(n, d) all of them as float32: twice the memory of the vectors."""
        return self.stored.astype(np.float32)

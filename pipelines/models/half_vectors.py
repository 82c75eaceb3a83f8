"""Vectors kept as float16: half the memory, in memory or mapped from a file; what is read of them is float32.

Products are never computed in float16, which numpy has no fast product for and whose sums would lose digits.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.models.interface import Vectors

Halves = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class HalfVectors:
    """A matrix (n, d). Indexing as in numpy gives a new float32 array."""

    stored: Halves  # (n, d)

    @classmethod
    def of(cls, vectors: Vectors) -> "HalfVectors":
        """The vectors (n, d), rounded."""
        return cls(vectors.astype(np.float16))

    @classmethod
    def side_by_side(cls, columns: "list[HalfVectors]") -> "HalfVectors":
        """(n, D) matrices of as many rows beside each other; the list is emptied, so that each can be freed."""
        joined = np.empty((len(columns[0]), sum(one.shape[1] for one in columns)), np.float16)
        start = 0
        while columns:
            one = columns.pop(0)
            joined[:, start : start + one.shape[1]] = one.stored
            start += one.shape[1]
        return cls(joined)

    @property
    def shape(self) -> tuple[int, int]:
        """(n, d)."""
        rows, columns = self.stored.shape
        return rows, columns

    def __len__(self) -> int:
        return len(self.stored)

    def __getitem__(self, at: Any) -> Vectors:
        return np.asarray(self.stored[at], np.float32)

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> "HalfVectors":
        """Some rows, in this order."""
        return HalfVectors(self.stored[rows])

    def widened(self) -> Vectors:
        """(n, d) all of them as float32: twice the memory of the vectors."""
        return self.stored.astype(np.float32)

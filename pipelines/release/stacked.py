"""Matrices below each other, read as one without copying them: mapped vectors stay in their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kit.release import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stacked:
    """Matrices (r_i, d) of one width and type as one matrix (r, d), of which some rows are read at a time."""

    parts: Sequence[Floats]

    @property
    def shape(self) -> tuple[int, int]:
        """(r, d)."""
        return sum(len(part) for part in self.parts), self.parts[0].shape[1]

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | npt.NDArray[Any]) -> Floats:
        """A copy of rows: a slice, a mask, or their numbers in any order."""
        wanted = np.arange(len(self))[rows]
        found = np.empty((len(wanted), self.shape[1]), self.parts[0].dtype)
        start = 0
        for part in self.parts:
            here = (wanted >= start) & (wanted < start + len(part))
            found[here] = part[wanted[here] - start]
            start += len(part)
        return found


def any_not_zero(vectors: Floats | Stacked, at_once: int = 100_000) -> npt.NDArray[np.bool_]:
    """(r,) which rows hold something other than zeros in float16."""
    found = np.empty(len(vectors), bool)
    with np.errstate(over="ignore"):
        for rows in (slice(at, at + at_once) for at in range(0, len(vectors), at_once)):
            found[rows] = np.asarray(vectors[rows]).astype(np.float16, copy=False).any(axis=1)
    return found

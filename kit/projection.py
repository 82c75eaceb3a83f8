"""The few columns of a space that its index holds, and the queries that go with them.

A track's score q.v is approximated by (A q).(B v), with A and B (w, dim), w < dim. The index holds B v and is asked
with A q; candidates it finds are rescored with q.v (kit/vectors/narrow.py). Fitted by pipelines.index.projection.

One more column makes the rows of the index equally long, sqrt(level^2 - |B v|^2), where a query has 0 (Bachrach et al.
2014, "Speeding up the Xbox recommender system using a Euclidean transformation"). Products stay what they were and the
graph of the index links near tracks instead of long ones: of 62,408 x 256 learned from playlists 600 candidates of a
walk hold .976 of the exact first 200, without it .953; all tracks looked at, .995.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from kit.arrays import archived
from kit.float16 import to_float32
from kit.release import BrokenRelease, Floats, Release

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Both sides of one space, (w, dim) each, and the length (1,) that rows of the index are filled up to."""

    query: Matrix  # A
    index: Matrix  # B
    level: Matrix

    @property
    def dim(self) -> int:
        """Columns of the index."""
        return len(self.index) + 1

    def of_query(self, vectors: Floats) -> Matrix:
        """(..., w + 1) what the index is asked with for query vectors (..., dim)."""
        projected = vectors.astype(np.float32) @ self.query.T
        return np.concatenate([projected, np.zeros((*projected.shape[:-1], 1), np.float32)], axis=-1)

    def of_index(self, vectors: Floats) -> Matrix:
        """(n, w + 1) what the index holds of index vectors (n, dim); an all-zero row stays one."""
        projected = to_float32(vectors) @ self.index.T
        squares = np.einsum("nw,nw->n", projected, projected)
        filled = np.sqrt(np.maximum(self.level**2 - squares, 0)) * (squares > 0)
        return np.concatenate([projected, filled[:, None]], axis=1)

    def fits(self, dim: int, width: int) -> bool:
        """Whether it projects a space of so many columns onto `width` finite ones."""
        arrays = (self.query, self.index, self.level)
        shapes = [array.shape for array in arrays] == [(width - 1, dim), (width - 1, dim), (1,)]
        return shapes and all(array.dtype == np.float32 and np.isfinite(array).all() for array in arrays)

    def save(self, file: Path | BinaryIO) -> None:
        """As one .npz of plain arrays."""
        np.savez(file, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "Projection":
        """What `save` wrote."""
        return cls(**archived(path, [field.name for field in fields(cls)]))

    @classmethod
    def of(cls, release: Release, space: str) -> "Projection | None":
        """That of a space of a release, None when its index holds every column; BrokenRelease when it does not fit."""
        described = release.manifest.spaces[space]
        if described.narrow is None:
            return None
        path = release.path / described.narrow.file
        try:
            found = cls.load(path)
        except (OSError, ValueError, KeyError) as error:
            raise BrokenRelease(f"{path} cannot be read: {error}; build or copy the release again") from None
        if not found.fits(described.dim, described.narrow.dim):
            raise BrokenRelease(f"{path} was fitted for other columns than the release has: build the release again")
        return found

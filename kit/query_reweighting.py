"""Query reweighting: weights bands of a query's columns by statistics of the seeds.

Seeds of one artist need other weights than seeds of one mood, and rare tracks are more informative than common ones.
Each band of successive columns is multiplied by exp(a + B z), with z statistics of the seeds' vectors:

    log k and (log k)^2 for k seeds; in each block how much the seeds agree, |sum p|^2 / (k sum |p|^2), which is 1 for
    seeds of one direction and 1/k for seeds that have nothing in common; and mean and deviation of the logarithm of
    the lengths of their query vectors, which are shorter the more common a track is

scaled by their mean and deviation in training and clipped at CUT deviations. The query keeps its length, so scores of
several queries stay comparable. Learned by pipelines.learning_to_rank.query_reweighting; a space of a release may carry
one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from kit.arrays import archived
from kit.release import Block, Floats

Vector = npt.NDArray[np.float32]

FILE = "emphasis.npz"
CUT = 3.0
SHORTEST = 1e-6  # a block's vector below this length is missing


@dataclass(frozen=True, slots=True, eq=False)
class QueryReweighting:
    """Arrays of the model: f statistics, g bands; `starts` (g,) first column of each band, the last ends with the
    space."""

    starts: npt.NDArray[np.int64]
    mean: Vector  # (f,)
    deviation: Vector  # (f,)
    base: Vector  # (g,)
    slopes: Vector  # (g, f)

    def applied(self, blocks: Sequence[Block], seeds: Floats, parts: Vector, weights: Vector) -> Vector:
        """Reweights the parts (n, dim) of a pooled query by band; the sum of the rows keeps its length.

        seeds (n, dim): query vectors before pooling; weights (n,): the positive ones sum to k.
        """
        z = (seed_statistics(blocks, seeds, parts, weights) - self.mean) / self.deviation
        bands = np.exp(self.base + self.slopes @ np.minimum(np.maximum(z, -CUT), CUT)).astype(np.float32)
        columns = np.repeat(bands, _widths(self.starts, parts.shape[1]))
        before = total(parts)
        after = before * columns
        columns *= (before @ before / max(float(after @ after), 1e-24)) ** 0.5
        weighed: Vector = parts * columns
        return weighed

    def fits(self, blocks: Sequence[Block]) -> bool:
        """Whether the arrays have the shapes for a space of these blocks, and finite values."""
        bands, features = self.starts.size, 2 + 3 * len(blocks)
        shapes = self.starts.shape, self.mean.shape, self.deviation.shape, self.base.shape, self.slopes.shape
        right = shapes == ((bands,), (features,), (features,), (bands,), (bands, features))
        return right and self._bands_in(blocks) and self._is_finite()

    def _bands_in(self, blocks: Sequence[Block]) -> bool:
        """Whether the bands' starts increase from column 0 within the space, and each block starts a band."""
        edges = [*self.starts.tolist(), blocks[-1].stop]
        rising = edges[0] == 0 and all(low < high for low, high in pairwise(edges))
        return self.starts.dtype.kind == "i" and rising and {block.start for block in blocks} <= set(edges)

    def _is_finite(self) -> bool:
        numbers = (self.mean, self.deviation, self.base, self.slopes)
        finite = all(array.dtype.kind == "f" and np.isfinite(array).all() for array in numbers)
        return finite and bool((self.deviation > 0).all())

    def save(self, file: Path | BinaryIO) -> None:
        """Writes one .npz of plain arrays."""
        np.savez(file, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "QueryReweighting":
        """Loads a file that `save` wrote."""
        return cls(**archived(path, [field.name for field in fields(cls)]))


def total(parts: Vector) -> Vector:
    """The sum (dim,) of the rows of parts (n, dim); of one row that row, which is not to be changed."""
    found: Vector = parts[0] if len(parts) == 1 else parts.sum(axis=0)
    return found


def _widths(starts: npt.NDArray[np.int64], dim: int) -> npt.NDArray[np.int64]:
    """The number of columns (g,) of each band; np.diff is slower for so few."""
    widths = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=widths[:-1])
    widths[-1] = dim - starts[-1]
    return widths


def seed_statistics(blocks: Sequence[Block], seeds: Floats, parts: Vector, weights: Vector) -> Vector:
    """The statistics z (2 + 3 blocks,) of the seeds, see the module's documentation."""
    starts = [block.start for block in blocks]
    if len(seeds) == 1 and weights[0] > 0:
        square, alone = _squares(np.concatenate([seeds, parts]), starts)
        return _of_one_seed(square, alone, max(float(weights[0]), 1.0))
    liked = np.maximum(weights, 0.0)
    k = max(float(liked.sum()), 1.0)
    agreed = _squares(parts.sum(axis=0, keepdims=True), starts)[0]
    alone = _squares(parts, starts).sum(axis=0)
    means, deviations = _lengths(np.sqrt(_squares(seeds, starts)), liked / max(float(liked.sum()), 1e-12))
    log_k = np.log(k)
    found = np.empty(2 + 3 * len(starts), np.float32)
    found[:2] = log_k, log_k**2
    found[2::3], found[3::3], found[4::3] = agreed / np.maximum(alone * k, 1e-12), means, deviations
    return found


def _of_one_seed(square: Floats, alone: Floats, k: float) -> Vector:
    """The statistics of a single seed of weight k, by the squared lengths (blocks,) of its vector and of its part: the
    same as of several, in fewer steps: every request for similar tracks needs them."""
    lengths, found = np.sqrt(square), np.zeros(2 + 3 * len(square), np.float32)
    found[:2] = np.log(k), np.log(k) ** 2
    found[2::3] = alone / np.maximum(alone * k, 1e-12)
    found[3::3] = np.log(np.maximum(lengths, SHORTEST)) * (lengths > SHORTEST)
    return found


def _squares(rows: Floats, starts: Sequence[int]) -> Floats:
    """Squared lengths (n, blocks) of each block of the rows."""
    found: Floats = np.add.reduceat(rows * rows, starts, axis=1)
    return found


def _lengths(lengths: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation (blocks,) of the log of lengths (n, blocks); 0 where no seed has a vector in the block."""
    there: npt.NDArray[Any] = (lengths > SHORTEST) * shares[:, None]
    total = np.maximum(there.sum(axis=0), 1e-12)
    logs = np.log(np.maximum(lengths, SHORTEST))
    means = (logs * there).sum(axis=0) / total
    deviations = np.sqrt(((logs - means) ** 2 * there).sum(axis=0) / total)
    return means, deviations

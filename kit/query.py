"""Query pooling: combines the query vectors of the seeds into one. Used by recommend and by `evaluate`.

For seeds i with weights w_i (scaled to mean 1, so that k equal seeds sum like k tracks), each block b of the space
gives

    q_b = weight_b k^power_b  unit( gain_b(k) * sum_i w_i Q_i[b] ),     gain = s^2 / (s^2 + scale k^power mean s^2)

and q is their concatenation; a space may then weight bands of it by statistics of the seeds (kit/query_reweighting.py).
k is the effective number of seeds (sum w)^2 / sum w^2. For a fixed k, fixed lengths and band weights q is linear in
the seeds, so a track's score q.v splits into one exact contribution per seed. Only proportions of the weights matter:
they are divided by the greatest first, so that no power of a tiny one underflows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.float16 import finite_to_float32
from kit.query_reweighting import QueryReweighting, total
from kit.release import Block, BrokenRelease, Floats, Release, Space

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pooled:
    """A query vector and the contribution of each seed; parts.sum(0) == vector."""

    vector: Vector  # (dim,)
    parts: npt.NDArray[np.float32]  # (seeds, dim)

    def shares(self, hits: Floats, brought: Floats | None = None) -> Floats:
        """Each seed's share (hits, seeds) of the positive score of each hit (hits, dim): 0 to 1, a row sums to 1.

        `brought` (hits, seeds) is what the seeds add to the score beside the dot product.

        The dot product of a hit is the sum of one contribution per seed. A negative contribution gives share 0, so
        shares stay readable where contributions cancel. Where all contributions are negative, each counts by its
        difference from the lowest.
        """
        if len(self.parts) == 1:
            return np.ones((len(hits), 1))
        vectors = hits if hits.dtype == np.float32 else finite_to_float32(hits)
        contributions = (vectors @ self.parts.T).astype(np.float64)
        if brought is not None:
            contributions += brought
        most = contributions.max(axis=1, keepdims=True)
        if (none := most[:, 0] <= 0).any():
            contributions[none] -= contributions[none].min(axis=1, keepdims=True)
            most = contributions.max(axis=1, keepdims=True)
        scaled = np.maximum(contributions, 0.0) / np.where(most > 0, most, 1.0)
        scaled[most[:, 0] <= 0] = 1.0
        shares: Floats = scaled / scaled.sum(axis=1, keepdims=True)
        return shares


class Pooling:
    """The pooling rule of one space of one release."""

    def __init__(
        self, space: Space, spectra: Mapping[str, Floats], reweighting: QueryReweighting | None = None
    ) -> None:
        self.space, self.reweighting = space, reweighting
        squares = {name: np.asarray(s, np.float32) ** 2 for name, s in spectra.items()}
        self._squares = {name: (square, square.mean()) for name, square in squares.items()}

    @classmethod
    def of(cls, release: Release, space: str) -> "Pooling":
        """The pooling rule of a space as the release's manifest states it."""
        described = release.manifest.spaces[space]
        spectra = {b.name: release.spectrum(b) for b in described.blocks if b.spectrum}
        return cls(described, spectra, _reweighting(release, described) if described.reweighting else None)

    def reweighted(self, factors: Mapping[str, float]) -> "Pooling":
        """The same rule with the weights of blocks multiplied, by name, and without query reweighting."""
        blocks = [
            block.model_copy(update={"weight": block.weight * factors.get(block.name, 1.0)})
            for block in self.space.blocks
        ]
        found = Pooling(self.space.model_copy(update={"blocks": blocks}), {})
        found._squares = self._squares
        return found

    def pool(self, seeds: Floats, weights: Floats) -> Pooled:
        """Pools seed query vectors (seeds, dim) with weights (seeds,) into one query; a negative weight = avoid."""
        weights = relative(weights)
        liked = np.maximum(weights, 0.0)
        k = _effective(liked)
        scaled = (weights * (k / max(float(liked.sum()), 1e-12))).astype(np.float32)
        alone = finite_to_float32(seeds)
        parts = alone * scaled[:, None]
        for block in self.space.blocks:
            columns = slice(block.start, block.stop)
            parts[:, columns] = self._block(block, parts[:, columns], max(k, 1.0))
        if self.reweighting:
            parts = self.reweighting.applied(self.space.blocks, alone, parts, scaled)
        return Pooled(total(parts), parts)

    def _block(self, block: Block, parts: Floats, k: float) -> Floats:
        if block.spectrum:
            square, mean = self._squares[block.name]
            parts = parts * (square / (square + block.spectrum.scale * k**block.spectrum.power * mean))
        length = 1.0
        if block.unit:
            pooled = total(parts)
            length = float(np.sqrt(pooled @ pooled))
        scaled: Floats = parts * (block.weight * k**block.power / max(length, 1e-12))
        return scaled


def effective_number(weights: Floats) -> float:
    """The effective number of seeds (sum w)^2 / sum w^2 of weights (n,); negative ones do not count."""
    return _effective(np.maximum(relative(weights), 0.0))


def _effective(liked: Floats) -> float:
    return float(liked.sum() ** 2 / max(float((liked**2).sum()), 1e-12))


def relative(weights: Floats) -> Floats:
    """Weights (n,) as float64, divided by the greatest; unchanged where none is positive."""
    found = np.asarray(weights, np.float64)
    greatest = float(found.max(initial=0.0))
    return found / greatest if greatest > 0 else found


def _reweighting(release: Release, space: Space) -> QueryReweighting:
    path = release.path / str(space.reweighting)
    try:
        found = QueryReweighting.load(path)
    except (OSError, ValueError, KeyError) as error:
        raise BrokenRelease(f"{path} cannot be read: {error}; build or copy the release again") from None
    if not found.fits(space.blocks):
        raise BrokenRelease(f"{path} was learned for other blocks than the release has: build the release again")
    return found

"""Listeners at the maximum of a logistic objective with the tracks frozen, many at once.

A listener x likes track y with chance sigmoid(x . y + bias of y). The objective of one is concave:

    sum over its tracks log sigmoid(x . y + b)  +  w sum over the others log sigmoid(-x . y - b)  -  r/2 |x|^2

All listeners have the same others, so their part of every curvature, sum of weights times y y', is one dense product
of the weights (q, m) with the products of the others' columns (m, f (f + 1) / 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_expit

from pipelines.graph.playlist_graph import Rows

Floats = npt.NDArray[np.float64]

NEWTON_STEPS = 30  # real playlists need 5 to 8
SMALLEST = 1e-4  # smallest fraction of a step that is tried
ROUNDING = 1e-12  # relative loss of the objective that may be due to rounding
ARRIVED = 1e-8  # converged: the error after a step is about its square


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Tracks sampled as negatives, shared by all listeners."""

    tracks: Floats  # (m, f)
    biases: Floats  # (m,)
    products: Floats  # (m, f (f + 1) / 2) of each track's columns with each other, the lower triangle

    @classmethod
    def of(cls, tracks: Floats, biases: Floats) -> "Others":
        rows, columns = np.tril_indices(tracks.shape[1])
        return cls(tracks, biases, tracks[:, rows] * tracks[:, columns])

    def curvature(self, weights: Floats) -> Floats:
        """(q, f, f) the sum of weights (q, m) times each track's outer product with itself."""
        width = self.tracks.shape[1]
        rows, columns = np.tril_indices(width)
        found, lower = np.empty((len(weights), width, width)), weights @ self.products
        found[:, rows, columns] = found[:, columns, rows] = lower
        return found


@dataclass(frozen=True, slots=True, eq=False)
class UserObjectives:
    """The objectives of q listeners, who have k tracks or fewer."""

    tracks: Floats  # (q, k, f)
    biases: Floats  # (q, k)
    held: Floats  # (q, k) 1, or 0 for padding
    others: Others
    weight: Floats  # (q, 1) weight of each negative
    regularization: float

    @classmethod
    def of(
        cls, tracks: Sequence[Floats], biases: Sequence[Floats], others: Others, weight: Floats, regularization: float
    ) -> "UserObjectives":
        """Pads each listener's tracks (k, f) and biases (k,); weight (q,) is that of its negatives."""
        most = max(map(len, tracks), default=0)
        padded = np.zeros((len(tracks), most, others.tracks.shape[1]))
        biases_padded, held = np.zeros((2, len(tracks), most))
        for row, (own, bias) in enumerate(zip(tracks, biases, strict=True)):
            padded[row, : len(own)], biases_padded[row, : len(own)], held[row, : len(own)] = own, bias, 1
        return cls(padded, biases_padded, held, others, weight[:, None], regularization)

    def best(self) -> Floats:
        """(q, f) the maxima, by Newton's method."""
        found = np.zeros((len(self.tracks), self.tracks.shape[2]))
        moving = np.arange(len(found))
        for _ in range(NEWTON_STEPS):
            if not len(moving):
                break
            step = self._only(moving)._step(found[moving])
            found[moving] += step
            moving = moving[np.abs(step).max(axis=1) > ARRIVED]
        return found

    def height(self, vectors: Floats) -> Floats:
        """(q,) the values of the objectives at vectors (q, f)."""
        own, others = self._logits(vectors)
        liked = (self.held * log_expit(own)).sum(axis=1)
        passed = (self.weight * log_expit(-others)).sum(axis=1)
        heights: Floats = liked + passed - self.regularization / 2 * (vectors**2).sum(axis=1)
        return heights

    def slope(self, vectors: Floats) -> Floats:
        """(q, f) the gradients of the objectives."""
        own, others = self._logits(vectors)
        liked = ((self.held * expit(-own))[:, None] @ self.tracks)[:, 0]
        slopes: Floats = liked - (self.weight * expit(others)) @ self.others.tracks - self.regularization * vectors
        return slopes

    def _only(self, rows: Rows) -> "UserObjectives":
        tracks, biases, held, weight = (each[rows] for each in (self.tracks, self.biases, self.held, self.weight))
        return replace(self, tracks=tracks, biases=biases, held=held, weight=weight)

    def _logits(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Logits of the own tracks (q, k) and of the negatives (q, m)."""
        own = (self.tracks @ vectors[:, :, None])[:, :, 0] + self.biases
        return own, vectors @ self.others.tracks.T + self.others.biases

    def _step(self, vectors: Floats) -> Floats:
        """(q, f) Newton's step, halved until the objective rises: tracks' vectors are long, a full one from zero
        overshoots."""
        whole = np.linalg.solve(self._curvature(vectors), self.slope(vectors)[:, :, None])[:, :, 0]
        before, part = self.height(vectors), np.ones((len(vectors), 1))
        least = before - ROUNDING * np.abs(before)
        while (low := (self.height(vectors + part * whole) < least) & (part[:, 0] > SMALLEST)).any():
            part[low] /= 2
        step: Floats = np.where(part > SMALLEST, part * whole, 0)
        return step

    def _curvature(self, vectors: Floats) -> Floats:
        """(q, f, f) the negative Hessians."""
        own, others = self._logits(vectors)
        scaled = self.tracks * np.sqrt(self.held * expit(own) * expit(-own))[:, :, None]
        found = self.others.curvature(self.weight * expit(others) * expit(-others))
        found += scaled.transpose(0, 2, 1) @ scaled
        diagonal = np.arange(found.shape[1])
        found[:, diagonal, diagonal] += max(self.regularization, 1e-6)
        return found

"""Maximal marginal relevance (Carbonell and Goldstein 1998): a track is worth its score - scale * (its greatest cosine
to those already taken).

That value only falls as tracks are taken, and the score bounds it: cosines are worked out for the tracks whose score
could still win, not for the whole pool.
"""

from collections.abc import Callable

import numpy as np

from kit.release import Floats, Ints

WINDOW, MATRIX = 64, 256
"""Tracks whose cosines are worked out at first, doubled whenever a track outside could win; up to MATRIX tracks all by
all in one matrix, beyond that of the tracks taken alone."""


class MarginalRelevance:
    """What tracks are worth: positions in a falling order of scores (c,), of which `order` (c,) are the numbers that
    `unit` takes. With scale 0 each is always worth its score."""

    def __init__(self, scores: Floats, unit: Callable[[Ints], Floats], order: Ints, scale: float) -> None:
        self._scores, self._unit, self._order, self._scale = scores, unit, order, scale
        self._seen = 0
        self._vectors: Floats = np.empty((0, 0), np.float32)  # (seen, dim)
        self._beside: Floats = np.empty((0, 0))  # (seen, seen) what each track is worth at most beside each other
        self._taken: list[int] = []
        self._rows: list[list[float]] = []  # of each taken track, (seen,) what tracks are worth at most beside it
        self._counted: dict[int, int] = {}  # position -> how many of the taken ones its value has seen

    def now(self, position: int, before: float) -> float:
        """What a track is worth that was worth `before`, its score or what this method returned last."""
        counted = self._counted.get(position, 0)
        if counted == len(self._rows):
            return before
        self._see(position)
        self._counted[position] = len(self._rows)
        return min(before, *[row[position] for row in self._rows[counted:]])

    def take(self, position: int) -> None:
        """From now on tracks are worth less beside this one."""
        if self._scale:
            self._see(position)
            self._taken.append(position)
            self._rows.append(self._worth_beside(position, 0).tolist())

    def _see(self, position: int) -> None:
        """Fetches the vectors of more tracks until this one is among them."""
        while position >= self._seen:
            first, self._seen = self._seen, min(max(WINDOW, 2 * self._seen), len(self._scores))
            new = self._unit(self._order[first : self._seen])
            self._vectors = np.concatenate([self._vectors, new]) if first else new
            if self._seen <= MATRIX:
                self._widen(new, first)
            for taken, row in zip(self._taken, self._rows, strict=True):
                row += self._worth_beside(taken, first).tolist()

    def _widen(self, new: Floats, first: int) -> None:
        """The matrix of what tracks are worth beside others, with more rows and columns."""
        beside = np.empty((self._seen, self._seen))
        beside[:first, :first] = self._beside
        cosines = (-self._scale) * (new @ self._vectors.T)
        np.add(cosines, self._scores[: self._seen], out=beside[first:])
        np.add(cosines[:, :first].T, self._scores[first : self._seen], out=beside[:first, first:])
        self._beside = beside

    def _worth_beside(self, position: int, first: int) -> Floats:
        if self._seen <= len(self._beside):
            row: Floats = self._beside[position, first:]
            return row
        vectors, scores = self._vectors[first:], self._scores[first : self._seen]
        worth: Floats = scores - self._scale * (vectors @ self._vectors[position])
        return worth

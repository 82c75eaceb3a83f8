"""Calibrated probabilities of ranking scores: the chance that a track stands in the same playlist as the seeds.

Scores of the index have no unit, and grow with the number of seeds. For each way of ranking (`KINDS`) and each of some
numbers of seeds a release holds a table of scores and of the share of the tracks with such scores that were in the
rest of a held-out playlist: an isotonic regression (Zadrozny and Elkan 2002), evaluated at some points. Between the
points chances are interpolated linearly, between the numbers of seeds linearly in the logarithm, and beyond either end
the last one holds. So for one number of seeds a chance never falls as the score rises.

Written by pipelines.calibration as calibration.npz; a release may have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kit.arrays import archived
from kit.release import BrokenRelease, Floats, Release

FILE = "calibration.npz"
Kind = Literal["seeds", "named", "name", "sequence", "audio"]
KINDS: tuple[Kind, ...] = ("seeds", "named", "name", "sequence", "audio")
"""Seeds in the learned space, the same with the name of a list, a name alone, seeds in order, seeds known by their
sound alone."""

Table = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Curves (c,), one for each kind and number of seeds; those of a kind by rising number."""

    kind: npt.NDArray[np.str_]  # (c,)
    seeds: npt.NDArray[np.int64]  # (c,)
    scores: Table  # (c, p) rising
    chances: Table  # (c, p) 0 to 1, never falling

    def of_scores(self, kind: Kind, seeds: float, scores: Floats) -> Floats | None:
        """(n,) chances of scores (n,) that `seeds` seeds gave; None where nothing is known of that kind."""
        if kind not in self._curves:
            return None
        curves, logs = self._curves[kind]
        at = float(np.interp(np.log(max(seeds, 1.0)), logs, np.arange(len(curves))))
        low, part = curves[int(at)], at % 1
        below = np.interp(scores, self.scores[low], self.chances[low])
        if not part:
            return np.asarray(below)
        above = np.interp(scores, self.scores[low + 1], self.chances[low + 1])
        found: Floats = (1 - part) * below + part * above
        return found

    @cached_property
    def _curves(self) -> dict[str, tuple[list[int], Floats]]:
        """The curves of each kind, and the logarithms of their numbers of seeds."""
        places = {kind: np.flatnonzero(self.kind == kind) for kind in np.unique(self.kind).tolist()}
        return {kind: (of.tolist(), np.log(np.maximum(self.seeds[of], 1))) for kind, of in places.items()}

    @classmethod
    def of(cls, release: Release) -> "Calibration | None":
        """Loads the tables of a release, None when it has none; BrokenRelease when they are none."""
        if FILE not in release.manifest.files:
            return None
        path = release.path / FILE
        try:
            found = cls.load(path)
        except (OSError, ValueError, KeyError) as error:
            raise BrokenRelease(f"{path} cannot be read: {error}; build or copy the release again") from None
        if not found.valid():
            raise BrokenRelease(f"{path} is no table of rising scores and chances: build the release again")
        return found

    def valid(self) -> bool:
        """Whether shapes and types fit, curves of a kind follow one another, and no chance falls as scores rise."""
        shapes = self.kind.shape, self.seeds.shape, self.scores.shape
        types = self.kind.dtype.kind, self.seeds.dtype.kind, self.scores.dtype.kind, self.chances.dtype.kind
        count = self.kind.size
        if types != ("U", "i", "f", "f") or self.scores.ndim != 2 or self.scores.shape[1] < 1:
            return False
        if shapes[:2] != ((count,), (count,)) or shapes[2][0] != count or self.chances.shape != self.scores.shape:
            return False
        return self._rises() and self._in_order()

    def _rises(self) -> bool:
        finite = bool(np.isfinite(self.scores).all() and np.isfinite(self.chances).all())
        bounded = bool(((self.chances >= 0) & (self.chances <= 1)).all() and (self.seeds >= 0).all())
        rising = bool((np.diff(self.scores) >= 0).all() and (np.diff(self.chances) >= 0).all())
        return finite and bounded and rising

    def _in_order(self) -> bool:
        """Whether the curves of each kind stand together, by rising number of seeds."""
        same = self.kind[1:] == self.kind[:-1]
        kinds = 1 + int(np.count_nonzero(~same)) if self.kind.size else 0
        return bool((np.diff(self.seeds)[same] > 0).all()) and kinds == len(np.unique(self.kind))

    def save(self, path: Path) -> None:
        """Writes one .npz of plain arrays."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        """Loads a file that `save` wrote."""
        return cls(**archived(path, [field.name for field in fields(cls)]))


def percentages(chances: Sequence[float] | Floats) -> list[int]:
    """Chances down a list as whole percentages that never rise: each is the least so far.

    What reorders a list beside its scores (a dial, a target, variety) may put a likelier track below a less likely
    one; it then shows the chance of the one above.
    """
    least: npt.NDArray[Any] = np.minimum.accumulate(np.asarray(chances, np.float64))
    shown: list[int] = np.rint(100.0 * least).astype(np.int64).tolist()
    return shown

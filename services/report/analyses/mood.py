"""Mood of the likes: the plane of valence and energy, cut into quadrants at the catalogue's medians."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.wire.report_sections import Mood, Quadrant
from services.report.analyses import claims
from services.report.analyses.portions import Share, shares

GRID = 10
FEWEST = 30
QUADRANTS = ("dark_calm", "bright_calm", "dark_intense", "bright_lively")
"""By 2 x (energy above the median) + (valence above it)."""


@dataclass(frozen=True, slots=True)
class Plane:
    """The catalogue's medians and the share of its tracks in each of QUADRANTS."""

    valence: float
    energy: float
    shares: list[float]

    @classmethod
    def of(cls, valence: npt.NDArray[np.floating], energy: npt.NDArray[np.floating]) -> "Plane":
        """From the columns (tracks,), NaN unknown; halves and quarters where nothing is known."""
        known = np.isfinite(valence) & np.isfinite(energy)
        if not known.any():
            return cls(0.5, 0.5, [0.25] * 4)
        middle = float(np.median(valence[known])), float(np.median(energy[known]))
        counts = _quadrants(valence[known], energy[known], *middle)
        return cls(*middle, (counts / counts.sum()).tolist())


def mood(valence: npt.NDArray[np.floating], energy: npt.NDArray[np.floating], plane: Plane) -> tuple[Mood, list[Share]]:
    """The likes (likes,) in the plane, and the shares of QUADRANTS with their p-values."""
    known = np.isfinite(valence) & np.isfinite(energy)
    valence, energy = valence[known], energy[known]
    own = _quadrants(valence, energy, plane.valence, plane.energy)
    found = shares(own.tolist(), len(valence), plane.shares, claims.ALPHA["mood"], FEWEST)
    bins = np.histogram2d(energy, valence, bins=GRID, range=((0, 1), (0, 1)))[0]
    report = Mood(
        n=len(valence),
        reference={"valence": round(plane.valence, 4), "energy": round(plane.energy, 4)},
        median=_middle(valence, energy),
        shares=[Quadrant(name=name, **share.fields) for name, share in zip(QUADRANTS, found, strict=True)],
        bins=bins.astype(int).tolist(),
    )
    return report, found


def _middle(valence: npt.NDArray[np.floating], energy: npt.NDArray[np.floating]) -> dict[str, float] | None:
    if not len(valence):
        return None
    return {"valence": round(float(np.median(valence)), 4), "energy": round(float(np.median(energy)), 4)}


def _quadrants(
    valence: npt.NDArray[np.floating], energy: npt.NDArray[np.floating], middle_valence: float, middle_energy: float
) -> npt.NDArray[np.int64]:
    number = 2 * (energy > middle_energy) + (valence > middle_valence)
    return np.bincount(number, minlength=4)

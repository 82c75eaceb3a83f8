"""Whether the mood of what a person likes changed from month to month: a permutation test.

The statistic is the sum of squares of valence and energy between months (each in standard deviations of the likes);
under the null hypothesis the months are exchangeable, so it is compared with PERMUTATIONS random assignments of the
same likes to the months, drawn from a fixed seed (Phipson and Smyth 2010: p = (1 + as large) / (1 + permutations)).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kit.wire.report_sections import Drift, DriftMonth
from services.report.analyses import claims

FEWEST_IN_MONTH, FEWEST_MONTHS = 20, 3
MOST_IN_MONTH = 60
"""Likes of a month that the test uses, the latest: more cost time and find smaller changes than anybody hears."""
PERMUTATIONS = 399
SEED = 20_261
DIRECTIONS = {"energy": ("livelier", "calmer"), "valence": ("brighter", "darker")}


def drift(valence: npt.NDArray[np.floating], energy: npt.NDArray[np.floating], months: Sequence[str]) -> Drift:
    """Months with FEWEST_IN_MONTH likes or more, the p-value, and the direction from the first to the last one."""
    known = np.flatnonzero(np.isfinite(valence) & np.isfinite(energy))
    by_month: dict[str, list[int]] = {}
    for at in known.tolist():
        by_month.setdefault(months[at], []).append(at)
    full = {month: rows for month, rows in sorted(by_month.items()) if len(rows) >= FEWEST_IN_MONTH}
    listed = [
        DriftMonth(
            month=month,
            n=len(rows),
            valence=round(float(valence[rows].mean()), 4),
            energy=round(float(energy[rows].mean()), 4),
        )
        for month, rows in full.items()
    ]
    if len(full) < FEWEST_MONTHS:
        return Drift(months=listed)
    groups = [rows[:MOST_IN_MONTH] for rows in full.values()]
    values = np.stack([valence, energy], axis=1).astype(np.float64)[np.concatenate(groups)]
    p = permutation_p(values, [len(rows) for rows in groups])
    changed = p <= claims.ALPHA["drift"]
    direction = _direction(listed[0], listed[-1], values.std(axis=0)) if changed else None
    return Drift(months=listed, p=round(p, 4), claim="changed" if changed else "steady", direction=direction)


def permutation_p(values: npt.NDArray[np.float64], sizes: Sequence[int]) -> float:
    """The p-value of values (n, columns) that stand in groups of these sizes, one after another."""
    scaled = (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    orders = np.tile(np.arange(len(scaled)), (PERMUTATIONS, 1))
    orders = np.random.default_rng(SEED).permuted(orders, axis=1)
    shuffled = _between(scaled[orders], starts, np.asarray(sizes))
    found = _between(scaled[None], starts, np.asarray(sizes))[0]
    return float((1 + (shuffled >= found - 1e-9).sum()) / (1 + PERMUTATIONS))


def _between(
    values: npt.NDArray[np.float64], starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """(permutations,) sum over groups and columns of size x squared mean, from (permutations, n, columns)."""
    sums = np.add.reduceat(values, starts, axis=1)
    between: npt.NDArray[np.float64] = (sums**2 / sizes[:, None]).sum(axis=(1, 2))
    return between


def _direction(first: DriftMonth, last: DriftMonth, spread: npt.NDArray[np.float64]) -> str:
    moved = {
        "valence": (last.valence - first.valence) / max(float(spread[0]), 1e-9),
        "energy": (last.energy - first.energy) / max(float(spread[1]), 1e-9),
    }
    name = max(moved, key=lambda one: abs(moved[one]))
    return DIRECTIONS[name][0 if moved[name] > 0 else 1]

"""Histograms and summary of each audio feature of the likes, beside the catalogue's."""

import numpy as np
import numpy.typing as npt

from kit.wire.report_sections import FeatureReport
from services.report.analyses import claims, superiority
from services.report.analyses.superiority import Comparison, Reference

BINS = 20
UNITS = {
    "energy": (0.0, 1.0, "0 to 1"),
    "valence": (0.0, 1.0, "0 to 1"),
    "danceability": (0.0, 1.0, "0 to 1"),
    "acousticness": (0.0, 1.0, "0 to 1"),
    "instrumentalness": (0.0, 1.0, "0 to 1"),
    "liveness": (0.0, 1.0, "0 to 1"),
    "speechiness": (0.0, 1.0, "0 to 1"),
    "loudness": (-30.0, 0.0, "dBFS"),
}
"""Lower and upper end of the histogram and the unit; values outside are counted in the outermost bins."""


def feature_reports(
    liked: dict[str, npt.NDArray[np.floating]], catalogue: dict[str, Reference]
) -> tuple[list[FeatureReport], dict[str, tuple[Comparison, float]]]:
    """The reports in the order of UNITS, and for each feature that is known its comparison and adjusted p-value.

    `liked` holds the values (likes,) by feature, NaN unknown.
    """
    compared = {name: superiority.compare(liked[name], catalogue[name]) for name in UNITS}
    known = {name: found for name, found in compared.items() if found}
    corrected = dict(zip(known, claims.adjusted([one.p for one in known.values()]), strict=True))
    reports = [_report(name, liked[name], catalogue[name], compared[name], corrected.get(name, 1.0)) for name in UNITS]
    return reports, {name: (found, corrected[name]) for name, found in known.items()}


def histogram(values: npt.NDArray[np.floating], low: float, high: float, bins: int = BINS) -> list[int]:
    """Counts of the finite values in bins of equal width; values outside count at the ends."""
    known = np.clip(values[np.isfinite(values)], low, high)
    return [int(count) for count in np.histogram(known, bins, (low, high))[0]]


def shares(counts: list[int]) -> list[float]:
    """Counts as shares of their sum."""
    total = sum(counts) or 1
    return [round(count / total, 4) for count in counts]


def _report(
    name: str, values: npt.NDArray[np.floating], reference: Reference, found: Comparison | None, p: float
) -> FeatureReport:
    low, high, unit = UNITS[name]
    known = np.asarray(values[np.isfinite(values)], np.float64)
    quartiles = [round(float(q), 4) for q in np.quantile(known, (0.25, 0.5, 0.75))] if len(known) else None
    middle = reference.quantile(0.5)
    return FeatureReport(
        **superiority.decide(found, p, claims.ALPHA["sound"]).model_dump(),
        name=name,
        unit=unit,
        n=len(known),
        median=quartiles[1] if quartiles else None,
        iqr=(quartiles[0], quartiles[2]) if quartiles else None,
        catalogue_median=None if middle is None else round(middle, 4),
        low=low,
        high=high,
        hist=histogram(values, low, high),
        catalogue_hist=reference_shares(reference, low, high),
    )


def reference_shares(reference: Reference, low: float, high: float) -> list[float]:
    """The catalogue's histogram as shares. From sorted values: a binary search for each edge."""
    inner = np.linspace(low, high, BINS + 1)[1:-1]
    at = np.searchsorted(reference.values, inner)
    counts = np.diff(np.concatenate([[0], at, [len(reference.values)]]))
    return shares(counts.tolist())

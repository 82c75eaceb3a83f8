"""Tempo of the likes, folded into one octave, since detectors take half or double of what a listener would tap."""

import numpy as np
import numpy.typing as npt

from kit.wire.report_sections import Tempo, TempoBin
from services.report.analyses import claims
from services.report.analyses.histograms import shares

LOW, HIGH, STEP = 70.0, 140.0, 5.0
HALF = 0.5


def folded(tempo: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Known tempos (NaN and 0 are not), halved or doubled until LOW <= tempo < HIGH."""
    known = np.asarray(tempo[np.isfinite(tempo) & (tempo > 0)], np.float64)
    octaves = np.floor(np.log2(known / LOW))
    return np.clip(known / 2.0**octaves, LOW, np.nextafter(HIGH, LOW))


def counts(tempo: npt.NDArray[np.floating]) -> list[int]:
    """Counts in bins of STEP beats per minute from LOW to HIGH, after folding."""
    bins = round((HIGH - LOW) / STEP)
    return [int(count) for count in np.histogram(folded(tempo), bins, (LOW, HIGH))[0]]


def tempo(liked: npt.NDArray[np.floating], catalogue: list[int]) -> Tempo:
    """Histogram of the likes (likes,) beside the catalogue's counts; the band needs 20 likes."""
    values, own = folded(liked), counts(liked)
    pairs = zip(own, shares(own), shares(catalogue), strict=True)
    bins = [
        TempoBin(low=LOW + STEP * at, high=LOW + STEP * (at + 1), n=n, share=share, catalogue_share=usual)
        for at, (n, share, usual) in enumerate(pairs)
    ]
    enough = len(values) >= claims.FEWEST
    return Tempo(
        n=len(values),
        median=round(float(np.median(values)), 1) if len(values) else None,
        band=narrowest_band(values) if enough else None,
        bins=bins,
    )


def narrowest_band(values: npt.NDArray[np.float64], share: float = HALF) -> tuple[float, float]:
    """The shortest interval that holds this share of the values (n > 0)."""
    ordered = np.sort(values)
    inside = max(1, int(np.ceil(share * len(ordered))))
    widths = ordered[inside - 1 :] - ordered[: len(ordered) - inside + 1]
    start = int(widths.argmin())
    return round(float(ordered[start]), 1), round(float(ordered[start + inside - 1]), 1)

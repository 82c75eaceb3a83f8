"""Decades of release, and whether the likes are older or newer than the catalogue."""

import numpy as np
import numpy.typing as npt

from kit.wire.report_sections import Decade, Era
from services.report.analyses import claims, superiority
from services.report.analyses.portions import shares
from services.report.analyses.superiority import Comparison, Reference

OLD_YEARS = 25


def decades(liked: npt.NDArray[np.floating], reference: Reference) -> list[Decade]:
    """The share of each decade that a like or a catalogue track is from, oldest first; years (likes,), NaN unknown."""
    own, catalogue = _decade(liked[np.isfinite(liked)]), _decade(reference.values)
    if not len(own):
        return []
    every = np.union1d(own, catalogue)
    counts = [int((own == one).sum()) for one in every]
    ends = np.searchsorted(catalogue, [*every, every[-1] + 10])
    catalogue_shares = (np.diff(ends) / max(len(catalogue), 1)).tolist()
    found = shares(counts, len(own), catalogue_shares, claims.ALPHA["era"] / 2)
    return [Decade(decade=int(one), **share.fields) for one, share in zip(every, found, strict=True)]


def era(liked: npt.NDArray[np.floating], reference: Reference, this_year: int) -> tuple[Era, Comparison | None, float]:
    """Median year, the share older than OLD_YEARS, the superiority of the year, its comparison and p-value."""
    known, compared = liked[np.isfinite(liked)], superiority.compare(liked, reference)
    p = compared.p if compared else 1.0
    found = superiority.decide(compared, p, claims.ALPHA["era"] / 2)
    if not len(known) or not len(reference.values):
        return Era(n=len(known)), None, 1.0
    limit = this_year - OLD_YEARS
    older = float(np.searchsorted(reference.values, limit) / len(reference.values))
    return (
        Era(
            **found.model_dump(),
            n=len(known),
            median_year=int(np.median(known)),
            catalogue_median_year=int(np.median(reference.values)),
            older_than_25_years=round(float((known < limit).mean()), 4),
            catalogue_older_than_25_years=round(older, 4),
        ),
        compared,
        p,
    )


def is_nostalgic(found: Era, oldest_quarter: float | None) -> bool:
    """Whether the median year is in the catalogue's oldest quarter, or at least half of the likes are older than
    OLD_YEARS and that is 1.5 times the catalogue's share."""
    if found.median_year is None or oldest_quarter is None:
        return False
    older, usual = found.older_than_25_years or 0.0, found.catalogue_older_than_25_years or 0.0
    return found.median_year <= oldest_quarter or (older >= 0.5 and older >= 1.5 * usual)


def split_year(liked: npt.NDArray[np.floating], reference: Reference, newer: bool) -> tuple[int, float, float]:
    """The start of a decade that best parts likes from catalogue, the likes' share on their side, the catalogue's."""
    own, catalogue = np.sort(liked[np.isfinite(liked)]), reference.values
    starts = np.arange(int(catalogue[0]) // 10 * 10 + 10, int(catalogue[-1]) + 1, 10)
    if not len(starts):
        starts = np.array([int(catalogue[0])])
    before, usual = np.searchsorted(own, starts) / len(own), np.searchsorted(catalogue, starts) / len(catalogue)
    mine, theirs = (1 - before, 1 - usual) if newer else (before, usual)
    best = int((mine - theirs).argmax())
    return int(starts[best]), float(mine[best]), float(theirs[best])


def _decade(years: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    return (years.astype(np.int64) // 10) * 10

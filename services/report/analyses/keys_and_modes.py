"""Keys and modes of the likes: 24 counts against the catalogue's, and the home key."""

import numpy as np
import numpy.typing as npt

from kit.wire.report_sections import Claim, KeyReport
from services.report.analyses import claims
from services.report.analyses.portions import Share, shares

PITCHES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
MODES = ("minor", "major")
FEWEST = 40
"""Likes with a key below which no key is called more frequent."""


def counts(key: npt.NDArray[np.floating], mode: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """(24,) tracks in each key: C minor, C major, C sharp minor ...; unknown keys (NaN, -1) are left out."""
    known = np.isfinite(key) & np.isfinite(mode) & (key >= 0)
    return np.bincount((2 * key[known] + mode[known]).astype(np.int64), minlength=24)[:24]


def keys(own: npt.NDArray[np.int64], catalogue: npt.NDArray[np.int64]) -> tuple[list[KeyReport], list[Share]]:
    """The 24 keys in chromatic order from (24,) counts of likes and catalogue, and their shares."""
    total = max(int(catalogue.sum()), 1)
    found = shares(own.tolist(), int(own.sum()), (catalogue / total).tolist(), claims.ALPHA["keys"], FEWEST, tested=24)
    reports = [
        KeyReport(key=at // 2, mode=1 if at % 2 else 0, name=name(at // 2, at % 2), **share.fields)
        for at, share in enumerate(found)
    ]
    return reports, found


def home_key(found: list[Share]) -> int | None:
    """The position of the key with the largest lift among those that carry a claim; None without one."""
    claimed = [at for at, share in enumerate(found) if share.claim is Claim.HIGHER]
    return max(claimed, key=lambda at: found[at].lift or 0.0) if claimed else None


def name(key: int, mode: int) -> str:
    """The name of a key: "A minor"."""
    return f"{PITCHES[key]} {MODES[mode]}"

"""Recording groups: the copies of one recording that a list shows as one card.

Two tracks are copies when their first artist and their title agree, after what only labels an edition is taken away
("- 2011 Remaster", "(Album Version)", "[feat. X]"), and their durations lie within 10 s of the shortest of the group.
A live take, a remix, an acoustic or instrumental version is another recording: its label stays in the title.
A track of unknown duration joins the first group of its title.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from kit.names import folded_key

NEAR_MS = 10_000

_EDITION = (
    r"(?:\d{4}\s+)?(?:digital(?:ly)?\s+)?re-?master(?:ed)?(?:\s+version)?(?:\s+\d{4})?|(?:album|single|original|lp)\s+version|"
    r"radio\s+edit|single\s+edit|mono|stereo|explicit|clean|bonus\s+track|deluxe(?:\s+edition)?|"
    r"(?:feat|ft|featuring)\b\.?[^)\]]*|from\s+[^)\]]*"
)
_BRACKETED = re.compile(rf"\s*[(\[]\s*(?:{_EDITION})\s*[)\]]", re.IGNORECASE)
_DASHED = re.compile(rf"\s+[-\u2013]\s+(?:{_EDITION})\s*$", re.IGNORECASE)


def recording_title(title: str) -> str:
    """The title normalised, without the labels of an edition."""
    stripped = _DASHED.sub("", _BRACKETED.sub("", title))
    return folded_key(stripped) or folded_key(title) or title


def groups(
    titles: Sequence[str], artists: npt.NDArray[np.int32], durations_ms: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """(n,) group number of each track, counted in row order; artist or duration -1 = unknown."""
    same_name: dict[tuple[str, int], list[int]] = {}
    for row, title in enumerate(titles):
        # Without an artist a title says too little: such a track stands alone.
        key = (recording_title(title), int(artists[row])) if artists[row] >= 0 else ("", -1 - row)
        same_name.setdefault(key, []).append(row)
    leader = np.arange(len(titles), dtype=np.int32)
    for rows in same_name.values():
        for copies in _near(rows, durations_ms):
            leader[copies] = min(copies)
    return np.unique(leader, return_inverse=True)[1].astype(np.int32)


def _near(rows: Iterable[int], durations_ms: npt.NDArray[np.int32]) -> list[list[int]]:
    ordered = sorted(rows, key=lambda row: (durations_ms[row] < 0, durations_ms[row], row))
    found = [[ordered[0]]]
    for row in ordered[1:]:
        shortest = found[-1][0]
        if durations_ms[row] < 0:
            found[0].append(row)
        elif durations_ms[row] - durations_ms[shortest] <= NEAR_MS:
            found[-1].append(row)
        else:
            found.append([row])
    return found

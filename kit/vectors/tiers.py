"""Candidates in tiers, rescored: a longer list begins with the shorter one.

An approximate search gives candidates whose full scores decide. A list is answered in tiers: the first `candidates` of
the search, best first by full score, give the first `share` of them of the list, GROWTH times as many the next, and so
on. So a longer list begins with the shorter one, though a wider search finds what a narrower one missed.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from kit.release import Rows
from kit.vectors import Hits

GROWTH = 4


def tiers(limit: int, candidates: int, share: float) -> Iterator[tuple[int, int]]:
    """(asked, kept): how many candidates each tier asks for and how long the list is after it, until it has `limit`."""
    kept = 0
    while kept < limit:
        kept = max(int(candidates * share), 1)
        yield candidates, kept
        candidates *= GROWTH


def joined(found: Sequence[Hits], kept: Sequence[int], limit: int) -> Hits:
    """The first `limit` of the list that the rescored answers of successive tiers make.

    A track of a later tier that belongs among those before it comes right after them, with a score just below theirs.
    """
    rows, scores = found[0].rows[: kept[0]], found[0].scores[: kept[0]]
    for tier, most in zip(found[1:], kept[1:], strict=True):
        new = np.flatnonzero(~np.isin(tier.rows, rows))[: most - len(rows)]
        below = np.nextafter(scores[-1], np.float32(-np.inf)) if len(scores) else np.float32(np.inf)
        more = falling(tier.rows[new], np.minimum(tier.scores[new], below))
        rows, scores = np.concatenate([rows, more.rows]), np.concatenate([scores, more.scores])
    return Hits(rows[:limit], scores[:limit])


def falling(rows: Rows, scores: npt.NDArray[np.float32]) -> Hits:
    """Best first; equal scores in row order."""
    order = np.lexsort((rows, -scores))
    return Hits(rows[order], scores[order])

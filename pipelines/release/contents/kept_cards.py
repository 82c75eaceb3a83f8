"""Finds the cards that a release has from a base whose contents were checked before, and checks their artist numbers.

A card is the same when every byte of it is, and when the id, the state, the year and the duration of its row are those
of the base: then what the base's check found holds here too. Artist numbers are given anew in every release; they are
compared with the ids in one card of each artist.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import orjson

from kit.release import Release, Rows
from kit.release_ids import rows_of

COLUMNS = ("state", "year", "duration_ms")
AT_ONCE = 2_000  # cards compared

Mask = npt.NDArray[np.bool_]


def kept_from(release: Release, base: Release) -> Rows:
    """(n,) the row of the base whose card and columns each row has, -1 for none."""
    ids = base.ids
    rows = rows_of(ids, np.argsort(ids), release.ids) if base.size else np.full(release.size, -1, np.int64)
    for name in COLUMNS:
        rows = np.where((rows >= 0) & (release.column(name) == base.column(name)[rows]), rows, -1)
    same = np.full(release.size, -1, np.int64)  # a row that no comparison reaches has a card to check
    for start, stop in _runs(rows):
        first = int(rows[start])
        ours, theirs = (start, stop), (first, first + stop - start)
        same_sizes = bool((release.card_sizes(*ours) == base.card_sizes(*theirs)).all())
        if same_sizes and release.card_lines(*ours) == base.card_lines(*theirs):  # so no more is read than of the base
            same[start:stop] = rows[start:stop]
    return same


def _runs(rows: Rows) -> Iterator[tuple[int, int]]:
    """Ranges of rows that follow each other in the base too; -1 is no row of it."""
    breaks = (np.flatnonzero((np.diff(rows) != 1) | (rows[:-1] < 0)) + 1).tolist()
    for start, stop in zip([0, *breaks], [*breaks, len(rows)], strict=True):
        if rows[start] >= 0:
            yield from ((first, min(first + AT_ONCE, stop)) for first in range(start, stop, AT_ONCE))


def one_of_each_artist(release: Release, base: Release, kept: Rows) -> tuple[Rows, npt.NDArray[np.bytes_]]:
    """A kept row of each artist of the base, and the id (a,) of the artist; ValueError when the release numbers the
    base's artists differently from row to row."""
    rows = np.flatnonzero(kept >= 0)
    theirs, ours = base.column("artist")[kept[rows]], release.column("artist")[rows]
    _, first, artist = np.unique(theirs, return_index=True, return_inverse=True)
    if (ours != ours[first][artist]).any() or ((ours < 0) != (theirs < 0)).any():
        raise ValueError("columns/artist.npy gives an artist two numbers")
    firsts = [_first_artist(release.card(row)) for row in rows[first].tolist()]
    return rows[first], np.array(firsts, "S22")


def _first_artist(card: bytes) -> str:
    artists = orjson.loads(card)["artists"]
    found: str = artists[0]["id"] if artists else ""
    return found

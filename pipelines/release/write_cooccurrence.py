"""Writes the co-occurrence table of a release in row order, a block of rows at a time.

A track has up to 200 entries, and sorting those of all tracks at once holds four 8-byte numbers for each. Each file is
written in its own pass, so that no more than a block is in memory beside the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kit.cooccurrence import FILES, CooccurrenceTable
from kit.release import Ints
from pipelines.folders import Folder
from pipelines.release.release_content import Cooccurrence
from pipelines.release.row_order import RowOrder

ROWS = 50_000  # of a block: 10 million entries at most


class _Block(NamedTuple):
    """Positions (e,) of a block's entries in the table, their neighbours' rows (e,), and how many each row has (b,)."""

    entries: Ints
    neighbours: npt.NDArray[np.int32]
    counts: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _InRowOrder:
    """The table, the row of each of its tracks (n,) and the track of each row (m,); -1: none.

    Entries of tracks that are left out, or have no vector, are left out too.
    """

    table: CooccurrenceTable
    row: npt.NDArray[np.int32]
    track: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: RowOrder, found: Cooccurrence) -> "_InRowOrder":
        at = rows.of(found.track_ids)
        row = np.where(at < rows.vectors, at, -1)
        track = np.full(rows.vectors, -1, np.int64)
        held = np.flatnonzero(row >= 0)
        track[row[held]] = held
        return cls(found.table, row.astype(np.int32), track)

    def blocks(self, at_once: int) -> Iterator[_Block]:
        for start in range(0, len(self.track), at_once):
            tracks = self.track[start : start + at_once]
            entries, lines = self.table.entries(tracks)
            neighbours = self.row[self.table.rows[entries]]
            kept = neighbours >= 0
            yield _Block(entries[kept], neighbours[kept], np.bincount(lines[kept], minlength=len(tracks)))


def write_cooccurrence(folder: Folder, rows: RowOrder, found: Cooccurrence, at_once: int = ROWS) -> None:
    """Writes the files of kit/cooccurrence.py."""
    table, ordered = found.table, _InRowOrder.of(rows, found)
    counts = [np.zeros(1, np.int64), *(block.counts for block in ordered.blocks(at_once))]
    offsets = np.cumsum(np.concatenate(counts), dtype=np.int64)
    total = int(offsets[-1])
    offsets_file, rows_file, weights_file, after_file = FILES
    folder.array(offsets_file, offsets)
    folder.streamed(rows_file, np.int32, total, (block.neighbours for block in ordered.blocks(at_once)))
    weights = (table.weights[block.entries] for block in ordered.blocks(at_once))
    folder.streamed(weights_file, table.weights.dtype, total, weights)
    after = (table.after[block.entries] for block in ordered.blocks(at_once))
    folder.streamed(after_file, table.after.dtype, total, after)

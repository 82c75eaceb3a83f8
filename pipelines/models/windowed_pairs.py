"""Pairs of tracks that stand close together in playlists, counted for a block of tracks at a time.

A million playlists have a billion such pairs: only those of one block are in memory. The blocks' rows are, bit for bit,
those of pipelines.models.cooccurrence_knn, which counts all tracks at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kit.release import Ints
from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.interface import Vectors

MOST = 1_000_000  # entries of the tracks of a block: up to 20 million pairs


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The entries (e,) of playlists in order, and where each track stands.

    tracks, playlists: their numbers. by_track: positions of entries, those of track i from starts[i] to starts[i + 1].
    """

    tracks: Ints
    playlists: Ints
    by_track: Rows
    starts: Rows

    @classmethod
    def of(cls, graph: Graph) -> "Entries":
        """Of a graph with positions."""
        assert graph.positions is not None
        playlists = np.repeat(np.arange(len(graph.lengths), dtype=np.int32), graph.lengths)
        tracks = graph.matrix.indices[np.lexsort((graph.positions, playlists))].astype(np.int32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(tracks, minlength=graph.matrix.shape[1]))])
        return cls(tracks, playlists, np.argsort(tracks, kind="stable"), starts)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Ranges of tracks that have at most MOST entries together, or are one track."""
        start, size = 0, len(self.starts) - 1
        while start < size:
            stop = int(np.searchsorted(self.starts, self.starts[start] + MOST, side="right")) - 1
            start, begun = min(max(stop, start + 1), size), start
            yield begun, start

    def counted(self, start: int, stop: int, window: int) -> tuple[Matrix, Matrix]:
        """(b, n) sums of 1/d over the pairs of tracks start..stop-1 with a track d <= window positions after it, and
        the same of those before it."""
        ahead, behind = (Matrix((stop - start, len(self.starts) - 1), dtype=np.float32) for _ in range(2))
        for apart in range(1, window + 1):
            ahead, behind = ahead + self._at(start, stop, apart), behind + self._at(start, stop, -apart)
        return Matrix(ahead), Matrix(behind)

    def _at(self, start: int, stop: int, apart: int) -> Matrix:
        """(b, n) the pairs of tracks of a block with the track so many positions after it (before it: negative)."""
        here = self.by_track[self.starts[start] : self.starts[stop]]
        there = here + apart
        inside = (there >= 0) & (there < len(self.tracks))
        here, there = here[inside], there[inside]
        together = self.playlists[here] == self.playlists[there]
        pair = self.tracks[here[together]] - start, self.tracks[there[together]]
        weights = np.full(len(pair[0]), 1 / abs(apart), np.float32)
        return Matrix((weights, pair), shape=(stop - start, len(self.starts) - 1))


def both_ways(entries: Entries, start: int, stop: int, window: int, root: Vectors) -> sparse.csr_array:
    """(b, n) complex: the normalised counts of what comes after each track of a block, and before (imaginary).

    root (n,): 1 / sqrt(number of playlists) of each track.
    """
    ahead, behind = entries.counted(start, stop, window)
    rows, columns = sparse.diags_array(root[start:stop]), sparse.diags_array(root)
    both = sparse.csr_array((rows @ ahead) @ columns + 1j * (rows @ (behind @ columns)))
    both.sort_indices()
    return both


def strongest(indptr: Rows, values: npt.NDArray[np.floating], kept: int) -> tuple[Rows, Rows]:
    """The `kept` largest values (e,) of each row of a compressed matrix with ascending columns, largest first, equal
    ones by column: their positions and rows. Values are float32 and not negative: the larger, the larger their bits."""
    lines = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    downwards = np.iinfo(np.uint32).max - np.ascontiguousarray(values, np.float32).view(np.uint32).astype(np.int64)
    order = np.argsort((lines << 32) + downwards, kind="stable")  # one key, faster than two
    first = order[np.arange(len(lines)) - indptr[lines] < kept]
    return first, lines[first]

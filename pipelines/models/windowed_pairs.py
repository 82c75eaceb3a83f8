"""Pairs of tracks that stand close together in playlists, counted for a block of tracks at a time.

A million playlists have a billion such pairs: only those of one block are in memory. A pair d positions apart counts
1/d; counts are whole numbers of the least common fraction, so sums are exact in any order and in any blocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.release import Ints
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.interface import Vectors

MOST = 100_000
"""Entries of the tracks of a block: up to 2 million pairs. Arrays of more are fresh pages of memory each time."""
LONGEST = 15  # positions: a pair's distance and direction take 5 bits
OUTSIDE = -1  # playlist of what stands before the first and after the last entry
Units = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The entries (e,) of playlists in order, LONGEST of none before and after them, and where each track stands.

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
        by_track = np.argsort(tracks, kind="stable") + LONGEST
        return cls(np.pad(tracks, LONGEST), np.pad(playlists, LONGEST, constant_values=OUTSIDE), by_track, starts)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Ranges of tracks that have at most MOST entries together, or are one track."""
        start, size = 0, len(self.starts) - 1
        while start < size:
            stop = int(np.searchsorted(self.starts, self.starts[start] + MOST, side="right")) - 1
            start, begun = min(max(stop, start + 1), size), start
            yield begun, start

    def pairs(self, start: int, stop: int, window: int) -> "Pairs":
        """The pairs of tracks start..stop-1 with the tracks up to `window` positions before and after them, LONGEST at
        most."""
        assert window <= LONGEST
        bits = (len(self.starts) - 1).bit_length()
        keys = np.concatenate([self._keys(start, stop, apart, bits) for d in range(1, window + 1) for apart in (d, -d)])
        keys.sort()
        return Pairs.of(keys, bits, stop - start, window)

    def _keys(self, start: int, stop: int, apart: int, bits: int) -> Rows:
        """One number a pair of a track of the block and the one so many positions after it (before it: negative): the
        track's number in the block, the other's in `bits` bits, how far apart they are and in which direction."""
        here = self.by_track[self.starts[start] : self.starts[stop]]
        together = self.playlists[here] == self.playlists[here + apart]
        tracks, others = self.tracks[here[together]].astype(np.int64) - start, self.tracks[here[together] + apart]
        keys: Rows = (((tracks << bits) + others) << 5) + (2 * abs(apart) + (apart < 0))
        return keys


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Different pairs (p,) of a block's tracks, ascending: those of track i from indptr[i] to indptr[i + 1].

    tracks: numbers in the block. others: numbers of all tracks. ahead, behind: sums of 1/d over the playlists in which
    the other comes d positions after the track, and before it.
    """

    indptr: Rows
    tracks: Rows
    others: Rows
    ahead: Units
    behind: Units

    @classmethod
    def of(cls, keys: Rows, bits: int, size: int, window: int) -> "Pairs":
        """Of the ascending keys of a block of `size` tracks."""
        pairs = keys >> 5
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        tracks, others = pairs[first] >> bits, pairs[first] & ((1 << bits) - 1)
        indptr = np.concatenate([[0], np.cumsum(np.bincount(tracks, minlength=size))])
        if not len(keys):
            return cls(indptr, tracks, others, np.empty(0), np.empty(0))
        whole = int(np.lcm.reduce(np.arange(1, window + 1)))
        units = np.zeros((2, 32))
        units[:, 2 : 2 * window + 2] = np.kron(whole // np.arange(1, window + 1), np.eye(2))
        ahead, behind = (np.add.reduceat(one[keys & 31], first) / whole for one in units)
        return cls(indptr, tracks, others, ahead, behind)

    def normalised(self, start: int, root: Units) -> tuple[Vectors, Vectors]:
        """(p,) `ahead`, and the sum of both directions, times root[track] * root[other]. root (n,): 1 / sqrt(number of
        playlists) of each track; the block begins with track `start`."""
        roots = root[start + self.tracks] * root[self.others]
        return (self.ahead * roots).astype(np.float32), ((self.ahead + self.behind) * roots).astype(np.float32)


def strongest(indptr: Rows, values: npt.NDArray[np.floating], kept: int) -> tuple[Rows, Rows]:
    """The `kept` largest values (e,) of each row of a compressed matrix with ascending columns, largest first, equal
    ones by column: their positions and rows. Values are float32 and not negative: the larger, the larger their bits."""
    lines = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    downwards = np.iinfo(np.uint32).max - np.ascontiguousarray(values, np.float32).view(np.uint32).astype(np.int64)
    order = _in_order((lines << 32) + downwards)
    first = order[np.arange(len(lines)) - indptr[lines] < kept]
    return first, lines[first]


def _in_order(keys: Rows) -> Rows:
    """What a stable argsort gives, by two sorts that need not be stable: numpy has vector instructions for these."""
    order = np.argsort(keys)
    runs, bits = np.zeros(len(keys), np.int64), len(keys).bit_length()
    np.cumsum(np.diff(keys[order]) != 0, out=runs[1:])
    runs = (runs << bits) + order
    runs.sort()
    return runs & ((1 << bits) - 1)

"""Windowed co-occurrence table of a release: which tracks stand close together in playlists, and on which side.

Two tracks d positions apart in a playlist, d <= 10, count 1/d; the sum over playlists is divided by the root of both
tracks' numbers of playlists. Each track keeps its 200 strongest neighbours, in compressed sparse rows:

    cooccurrence/offsets.npy  (m + 1,) int64: the neighbours of row i are the entries offsets[i] to offsets[i + 1]
    cooccurrence/rows.npy     (e,) int32, strongest first within a row, equal ones by row
    cooccurrence/weights.npy  (e,) float16
    cooccurrence/after.npy    (e,) uint8: the part of the weight, in 255ths, with the neighbour after the track

Learned by pipelines.models.cooccurrence_knn. A release may carry it: the ranker's features (kit/ranker_features.py) and
the next-track model (kit/next_track.py) read it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kit.release import BrokenRelease, Floats, Ints, Release
from kit.release_rules import COOCCURRENCE

FILES = COOCCURRENCE
WHOLE = 255  # of `after`

Sums = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourSums:
    """(u,) the neighbours of some seeds, rising, and (u,) the sum of the seeds' weights for each."""

    rows: npt.NDArray[np.int32]
    sums: Sums

    def of(self, candidates: Ints) -> Sums:
        """(c,) the sum for each candidate, 0 for one that is no neighbour."""
        if not len(self.rows):
            return np.zeros(len(candidates), np.float32)
        wanted = candidates.astype(self.rows.dtype)  # else searchsorted would convert all rows
        at = np.minimum(self.rows.searchsorted(wanted), len(self.rows) - 1)
        return np.where(self.rows[at] == wanted, self.sums[at], np.float32(0))


@dataclass(frozen=True, slots=True, eq=False)
class CooccurrenceTable:
    """The arrays of the files, by the same names."""

    offsets: Ints
    rows: Ints
    weights: Floats
    after: npt.NDArray[np.integer[Any]]

    @property
    def size(self) -> int:
        """The number of tracks m."""
        return len(self.offsets) - 1

    @classmethod
    def of(cls, release: Release) -> "CooccurrenceTable | None":
        """The memory-mapped table of a release, None when it has none; BrokenRelease when arrays disagree."""
        if FILES[0] not in release.manifest.files:
            return None
        found = cls(*(release.array(name) for name in FILES))
        if not found.size == release.embedded or len({len(found.rows), len(found.weights), len(found.after)}) != 1:
            raise BrokenRelease(f"{release.path / FILES[0]} does not fit the others: build or copy the release again")
        return found

    def entries(self, seeds: Ints, kept: int | None = None) -> tuple[Ints, Ints]:
        """The entries (e,) of the seeds' rows, at most `kept` of each, and the number (e,) of the seed of each.

        A seed outside the table (-1, a track without a vector) has none.
        """
        held = np.flatnonzero((seeds >= 0) & (seeds < self.size))
        starts = self.offsets[seeds[held]]
        lengths = self.offsets[seeds[held] + 1] - starts
        lengths = lengths if kept is None else np.minimum(lengths, kept)
        firsts = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        return firsts + np.arange(len(firsts)), np.repeat(held, lengths)

    def sums_of(self, seeds: Ints, candidates: Ints) -> Sums:
        """(c,) the sum of the seeds' weights for each candidate, every seed counting 1."""
        return self.neighbour_sums(seeds).of(candidates)

    def neighbour_sums(self, seeds: Ints) -> "NeighbourSums":
        """The sums of the seeds' weights for every neighbour of theirs, to look up candidates in."""
        held = seeds[(seeds >= 0) & (seeds < self.size)]
        ends = zip(self.offsets[held].tolist(), self.offsets[held + 1].tolist(), strict=True)
        parts = [slice(*part) for part in ends]
        if not parts:
            return NeighbourSums(np.empty(0, np.int32), np.empty(0, np.float32))
        if len(parts) == 1:  # its neighbours are different tracks
            rows, weights = np.asarray(self.rows[parts[0]], np.int32), self.weights[parts[0]]
            order = np.argsort(rows)
            return NeighbourSums(rows[order], weights[order].astype(np.float32))
        rows, number = np.unique(np.concatenate([self.rows[part] for part in parts]), return_inverse=True)
        sums = np.bincount(number, np.concatenate([self.weights[part] for part in parts]), len(rows))
        return NeighbourSums(rows, sums.astype(np.float32))

"""The index of a release of middle size: a scan of short codes of all its vectors in this process, rescored.

Each vector is held as a product-quantisation code (Jégou et al. 2011) of 4 bits for every 3 columns, which faiss scans
with SIMD look-up tables (André et al. 2017): 86 bytes a track of 512 columns. The best by their codes are candidates;
their scores are those of the full vectors of the memory-mapped release, so every score that leaves is exact. A scan
sees every track, so mixed wishes lose nothing, where a walk of a graph has to be wide for them, and filters are masks
over the rows (kit/vectors/filters.py) instead of conditions that the engine checks one by one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
import numpy.typing as npt

from kit.float16 import products, to_float32
from kit.release import Floats, Release, Rows
from kit.vectors import Hits, TrackQuery
from kit.vectors.exact import ExactIndex, HeldVectors, Vectors
from kit.vectors.points import coded
from kit.vectors.ranked_values import Flags
from kit.vectors.tiers import falling, joined, tiers

CANDIDATES, KEPT = 720, 0.55
"""Of the first tier, which then holds 396 hits: the 280 of a first page and up to 100 likes that are dropped from them.
`python -m bench.recall` prints what they hold of the exact first 200."""
ALL_UP_TO = 6_000
"""Passing tracks up to which all are rescored: that is exact, and costs less than a scan for so rare ones."""
SPARE, ENOUGH, WIDER = 1.5, 0.8, 4
"""Under a filter so many times as many tracks are scanned for as its share of all asks for. Where less than ENOUGH of
the wanted candidates are among them, as what passes lies far from the wish, WIDER times as many are."""
COLUMNS = 3
"""Columns of a 4-bit code. 4 columns are scanned in three quarters of the time and find as much in 1,100 candidates,
whose rescoring costs more than that saves."""
FEWEST_CODED = 1_000
TRAINED_ON, CHUNK, RESCORED = 8_192, 8_192, 240
"""Vectors that the codes are fitted to; rows converted to float32 at a time; rows rescored at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """One space: (n,) rows with a vector and their codes, the full (m, dim) vectors, (m,) which rows have one."""

    rows: Rows
    codes: faiss.IndexPQFastScan
    vectors: Floats
    present: Flags

    @classmethod
    def of(cls, release: Release, space: str) -> "Codes":
        """Fits and fills the codes: 105,000 x 512 take about 2 s of CPU, with the interpreter lock released."""
        vectors = release.index_vectors(space)[: release.placed]
        present = np.concatenate([chunk.any(axis=1) for chunk in _chunks(vectors)])
        rows = np.flatnonzero(present)
        width = -(-vectors.shape[1] // COLUMNS) * COLUMNS
        faiss.omp_set_num_threads(1)
        codes = faiss.IndexPQFastScan(width, width // COLUMNS, 4, faiss.METRIC_INNER_PRODUCT)
        codes.train(_wide(vectors[rows[:: -(-len(rows) // TRAINED_ON)]], width))
        for chunk in _chunks(rows):
            codes.add(_wide(vectors[chunk], width))
        return cls(rows, codes, vectors, present)

    def search(self, queries: Sequence[TrackQuery], allowed: Sequence[Flags]) -> list[Hits]:
        """The hits of each query: exact for an exact one and where few rows pass."""
        rows = len(self.rows)
        selections = [
            _Selection(query, flags, rows if flags is self.present else int(np.count_nonzero(flags)), rows)
            for query, flags in zip(queries, allowed, strict=True)
        ]
        firsts = self._first_scans(selections)
        return [self._found(one, first) for one, first in zip(selections, firsts, strict=True)]

    def of_rows(self, rows: Rows) -> Floats:
        """(r, dim) float32."""
        return to_float32(self.vectors.take(rows, axis=0))

    def _found(self, selection: "_Selection", first: Rows | None) -> Hits:
        query = selection.query
        if first is None:
            hits = self._rescored(np.flatnonzero(selection.allowed), query.vector)
            return Hits(hits.rows[: query.limit], hits.scores[: query.limit])
        steps = list(tiers(query.limit, CANDIDATES, KEPT))
        nearest = [self._nearest(selection, count, None if at else first) for at, (count, _) in enumerate(steps)]
        found = [self._rescored(rows, query.vector) for rows in nearest]
        return joined(found, [kept for _, kept in steps], query.limit)

    def _first_scans(self, selections: Sequence["_Selection"]) -> list[Rows | None]:
        """The first scan of each, None where all that pass are rescored. Those for as many rows are one: it reads the
        codes once for all of them."""
        found: list[Rows | None] = [None] * len(selections)
        by_count = defaultdict[int, list[int]](list)
        for number, one in enumerate(selections):
            if not one.all_rescored:
                by_count[one.wanted(CANDIDATES)].append(number)
        for count, numbers in by_count.items():
            together = self._scanned([selections[number].query.vector for number in numbers], count)
            for number, rows in zip(numbers, together, strict=True):
                found[number] = rows
        return found

    def _nearest(self, selection: "_Selection", count: int, scanned: Rows | None) -> Rows:
        """(<= count,) rows that pass, best by their codes; `scanned` are those of the first scan, where it is made."""
        wanted = selection.wanted(count)
        count = min(count, selection.passing)
        while True:
            rows = self._scanned([selection.query.vector], wanted)[0] if scanned is None else scanned
            rows, scanned = rows[selection.allowed[rows]], None
            if wanted >= len(self.rows) or len(rows) >= ENOUGH * count:
                return rows[:count]
            wanted *= WIDER

    def _scanned(self, vectors: Sequence[Floats], count: int) -> list[Rows]:
        """Rows for each vector (dim,), best by their codes; at most `count`."""
        faiss.omp_set_num_threads(1)  # of this thread
        _, found = self.codes.search(_wide(np.stack(vectors), self.codes.d), min(count, len(self.rows)))
        return [self.rows[one[one >= 0]] for one in found]

    def _rescored(self, rows: Rows, vector: Floats) -> Hits:
        """Best first by full score."""
        chunks = [rows[at : at + RESCORED] for at in range(0, len(rows), RESCORED)]
        parts = [products(self.vectors.take(chunk, axis=0), vector) for chunk in chunks]  # slower: [chunk]
        return falling(rows, np.concatenate(parts) if parts else np.empty(0, np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class _Selection:
    """A query, the (m,) rows allowed for it, how many these are, and how many have a code."""

    query: TrackQuery
    allowed: Flags
    passing: int
    coded: int

    @property
    def all_rescored(self) -> bool:
        return self.query.exact or self.passing <= ALL_UP_TO

    def wanted(self, count: int) -> int:
        """How many rows are scanned for at first, so that `count` of them pass."""
        count, excluded = min(count, self.passing), len(self.query.exclude)
        if self.passing + excluded >= self.coded:
            return count + excluded
        return count + excluded + int(count * (SPARE * self.coded / self.passing - 1))


class ScannedIndex(ExactIndex):
    """TrackIndex over the vectors of a release: codes of the wide spaces, float32 of the narrow ones."""

    how = "scanned"

    def _opened(self, release: Release) -> Mapping[str, HeldVectors]:
        spaces = release.manifest.spaces.items()
        return {name: _held(release, name) if coded(space) else Vectors.of(release, name) for name, space in spaces}


def _held(release: Release, space: str) -> HeldVectors:
    """Codes, or all vectors where too few tracks have one to fit codes to."""
    vectors = release.index_vectors(space)[: release.placed]
    enough = sum(int(chunk.any(axis=1).sum()) for chunk in _chunks(vectors)) >= FEWEST_CODED
    return Codes.of(release, space) if enough else Vectors.of(release, space)


def _chunks(rows: npt.NDArray[np.generic]) -> Iterator[npt.NDArray[np.generic]]:
    """Successive parts of CHUNK rows."""
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _wide(vectors: Floats, width: int) -> Floats:
    """(n, width) float32, zeros in the columns beyond those of the vectors."""
    wide = np.zeros((len(vectors), width), np.float32)
    wide[:, : vectors.shape[1]] = vectors
    return wide

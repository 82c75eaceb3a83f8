"""The index of a release of middle size: a scan of short codes of all its vectors in this process, rescored.

Each vector is held as a product-quantisation code (Jégou et al. 2011) of 4 bits for every 4 columns, which faiss scans
with SIMD look-up tables (André et al. 2017): 64 bytes a track of 512 columns, read once for all requests that wait
(kit/vectors/batching.py). The best by their codes are candidates; their scores are those of the full vectors of the
memory-mapped release, so every score that leaves is exact. A scan sees every track, so mixed wishes lose nothing, where
a walk of a graph has to be wide for them, and filters are masks over the rows (kit/vectors/filters.py). faiss rescores
where every track passes, as it reads rows without converting them first; numpy rescores what a mask leaves.
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
from kit.vectors.batching import Arrivals, SearchBatcher
from kit.vectors.code_fitting import error_of, fit, read_in_place
from kit.vectors.exact import ExactIndex, HeldVectors, Vectors
from kit.vectors.points import coded
from kit.vectors.ranked_values import Flags
from kit.vectors.selection import Candidates, Selection
from kit.vectors.tiers import falling, joined, tiers

CANDIDATES, KEPT = 840, 0.472
"""Of the first tier, which then holds 396 hits: the 280 of a first page and up to 100 likes that are dropped from them.
`python -m bench.recall` prints what they hold of the exact first 200."""
ENOUGH, WIDER = 0.8, 4
"""Where less than ENOUGH of the wanted candidates are among what a scan under a filter found, as what passes lies far
from the wish, WIDER times as many are scanned for."""
DEEP_ENOUGH, FIRST, LATE = 2.0, 200, 0.75
DEEP_SHARE, DEEP = 0.03, (4 * CANDIDATES, 16 * CANDIDATES)
"""Where the full score of candidate FIRST lies less than DEEP_ENOUGH standard deviations of a code's error above that
of the candidate at LATE of them, near which the scan has cut, some of the first may have been cut off: DEEP_SHARE of
the tracks are taken, within DEEP. That is so for few queries of learned vectors and for most where very many tracks
have nearly the same score (decision 0016). A query whose first tracks have larger errors than others goes unnoticed."""
FEWEST_CODED = 1_000
DRAWN_FROM, CHUNK, RESCORED = 32_768, 8_192, 240
"""Rows that the vectors which codes are fitted to are drawn from; rows converted to float32 at a time; rows that numpy
rescores at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """One space: codes of the rows with a vector, the same rescored, what a code loses, the full (m, dim) vectors, (m,)
    which rows have one and how many these are."""

    codes: faiss.IndexIDMap
    rescored: faiss.IndexRefine
    lost: Floats
    vectors: Floats
    present: Flags
    count: int

    @classmethod
    def of(cls, vectors: Floats) -> "Codes":
        """Fits and fills the codes: 105,000 x 512 take about 2 s of CPU, with the interpreter lock released."""
        vectors = np.ascontiguousarray(vectors)
        present = np.concatenate([chunk.any(axis=1) for chunk in _chunks(vectors)])
        rows = np.flatnonzero(present)
        faiss.omp_set_num_threads(1)
        fitted, lost = fit(vectors[rows[:: -(-len(rows) // DRAWN_FROM)]])
        codes, full = faiss.IndexIDMap(fitted), read_in_place(vectors)
        rescored = faiss.IndexRefine(codes, full)  # made of two that hold as many: none as yet
        for chunk in _chunks(rows):
            codes.add_with_ids(to_float32(vectors[chunk]), np.asarray(chunk, np.int64))
        full.ntotal = rescored.ntotal = len(vectors)
        return cls(codes, rescored, lost, vectors, present, len(rows))

    def search(self, queries: Sequence[TrackQuery], allowed: Sequence[Flags]) -> list[Hits]:
        """The hits of each query: exact for an exact one and where few rows pass."""
        selections = [
            Selection(query, flags, self.count if flags is self.present else int(np.count_nonzero(flags)), self.count)
            for query, flags in zip(queries, allowed, strict=True)
        ]
        found = self._first_tiers([one for one in selections if not one.all_rescored])
        return [self._found(one, found.get(one) or self._exact(one)) for one in selections]

    def of_rows(self, rows: Rows) -> Floats:
        """(r, dim) float32."""
        return to_float32(self.vectors.take(rows, axis=0))

    def _found(self, selection: Selection, first: Candidates) -> Hits:
        """The list that begins with the first tier; later tiers that are no wider take its candidates."""
        limit, hits = selection.query.limit, first.hits
        if first.count >= selection.passing:
            return Hits(hits.rows[:limit], hits.scores[:limit])
        if selection.unfiltered:
            hits = in_row_order(hits, limit)
        steps = list(tiers(limit, CANDIDATES, KEPT))
        later = (count for count, _ in steps[1:])
        wider = [hits if count <= first.count else falling(*self._tier([selection], count)[0]) for count in later]
        return joined([hits, *wider], [kept for _, kept in steps], limit)

    def _first_tiers(self, selections: Sequence[Selection]) -> dict[Selection, Candidates]:
        """The candidates of each: CANDIDATES, or more where those do not reach deep enough."""
        found = self._shared(selections, CANDIDATES)
        again = [one for one, got in found.items() if not self._reaches(one, got)]
        count = min(max(DEEP[0], int(DEEP_SHARE * self.count)), DEEP[1])
        exact = [one for one in again if one.passing <= count or one.exact_costs_less(one.wanted(count))]
        deep = self._shared([one for one in again if one not in exact], count)
        return found | deep | {one: self._exact(one) for one in exact}

    def _shared(self, selections: Sequence[Selection], count: int) -> dict[Selection, Candidates]:
        """The best `count` of each. Those that scan for as many rows share one scan: it reads the codes once for all of
        them."""
        alike = defaultdict[tuple[int, bool], list[Selection]](list)
        for one in selections:
            alike[one.wanted(count), one.unfiltered].append(one)
        found: dict[Selection, Candidates] = {}
        for together in alike.values():
            hits = self._tier(together, count)
            for one, got in zip(together, hits, strict=True):
                found[one] = Candidates(got, max(count, len(got.rows)))  # all that pass may have been rescored
        return found

    def _exact(self, selection: Selection) -> Candidates:
        """All rows that pass, rescored."""
        rows = np.flatnonzero(selection.allowed)
        return Candidates(self._all_scores(rows, selection.query.vector), selection.passing)

    def _reaches(self, selection: Selection, found: Candidates) -> bool:
        """Whether the candidates, by their falling full scores, reach deep enough."""
        scores = found.hits.scores
        if found.count >= selection.passing or len(scores) < FIRST:  # all that pass, or of a query that is no vector
            return True
        late = scores[int(LATE * len(scores))]
        return float(scores[FIRST - 1] - late) >= DEEP_ENOUGH * error_of(self.lost, selection.query.vector)

    def _tier(self, alike: Sequence[Selection], count: int) -> list[Hits]:
        """The best `count` by their codes of each selection, rescored, best first; all of them scan for as many rows.
        Equal scores are in row order under a filter alone."""
        vectors = [one.query.vector for one in alike]
        if alike[0].unfiltered:
            return [Hits(*found) for found in _best(self.rescored, vectors, min(count, self.count))]
        scans = _best(self.codes, vectors, min(alike[0].wanted(count), self.count))
        passing = [self._passing(one, count, rows) for one, (rows, _) in zip(alike, scans, strict=True)]
        return [self._all_scores(rows, vector) for rows, vector in zip(passing, vectors, strict=True)]

    def _passing(self, selection: Selection, count: int, scanned: Rows) -> Rows:
        """Rows that pass: the best `count` by their codes, of the `scanned` ones or of a wider scan, or all of them
        where that costs less than the wider scan."""
        wanted, count = selection.wanted(count), min(count, selection.passing)
        while True:
            rows = scanned[selection.allowed[scanned]]
            if wanted >= self.count or len(rows) >= ENOUGH * count:
                return rows[:count]
            wanted *= WIDER
            if selection.exact_costs_less(wanted):
                return np.flatnonzero(selection.allowed)
            [(scanned, _)] = _best(self.codes, [selection.query.vector], min(wanted, self.count))

    def _all_scores(self, rows: Rows, vector: Floats) -> Hits:
        """Best first by full score."""
        chunks = [rows[at : at + RESCORED] for at in range(0, len(rows), RESCORED)]
        parts = [products(self.vectors.take(chunk, axis=0), vector) for chunk in chunks]  # slower: [chunk]
        return falling(rows, np.concatenate(parts) if parts else np.empty(0, np.float32))


class ScannedIndex(ExactIndex):
    """TrackIndex over the vectors of a release: codes of the wide spaces, float32 of the narrow ones."""

    how = "scanned"

    def __init__(self, release: Release, arrivals: Arrivals | None = None) -> None:
        super().__init__(release)
        self._together = SearchBatcher(lambda queries: self._run_checked(lambda: self._run(queries)), arrivals)

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """The hits of each query. Requests that wait share a scan, and no product with all vectors: what else one
        multiplies changes the last digit of a score."""
        if all(isinstance(self._spaces.get(query.space), Codes) for query in queries):
            return await self._together.search(queries)
        return await super().search(queries)

    def _opened(self, release: Release) -> Mapping[str, HeldVectors]:
        spaces = release.manifest.spaces.items()
        return {name: _held(release, name) if coded(space) else Vectors.of(release, name) for name, space in spaces}


def _held(release: Release, space: str) -> HeldVectors:
    """Codes, or all vectors where too few tracks have one to fit codes to."""
    vectors = release.index_vectors(space)[: release.embedded]
    enough = sum(int(chunk.any(axis=1).sum()) for chunk in _chunks(vectors)) >= FEWEST_CODED
    return Codes.of(vectors) if enough else Vectors.of(release, space)


def _chunks(rows: npt.NDArray[np.generic]) -> Iterator[npt.NDArray[np.generic]]:
    """Successive parts of CHUNK rows."""
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def in_row_order(hits: Hits, limit: int) -> Hits:
    """Hits whose scores fall, with equal ones in row order; of a list that the first tier answers only its tracks, and
    those with the score of its last, as ordering a whole tier takes longer."""
    rows, scores = hits.rows, hits.scores
    if limit <= min(int(CANDIDATES * KEPT), len(scores)):
        end = len(scores) - int(scores[::-1].searchsorted(scores[limit - 1])) if limit else 0
        rows, scores = rows[:end], scores[:end]
    return falling(rows, scores)


def _best(index: faiss.Index, vectors: Sequence[Floats], count: int) -> list[tuple[Rows, Floats]]:
    """Rows and scores for each vector (dim,), best first; at most `count`."""
    queries = np.stack(vectors).astype(np.float32, copy=False)
    if queries.shape[1] != index.d:
        raise ValueError(f"a query of {queries.shape[1]} columns for an index of {index.d}")
    faiss.omp_set_num_threads(1)  # of this thread
    scores, rows = index.search(queries, count)
    known = (rows >= 0).sum(axis=1).tolist()  # what is missing comes last, as -1
    return [(one[:there], of[:there]) for one, of, there in zip(rows, scores, known, strict=True)]

"""Is a finished index the one its release describes? Asked through the port that serves, and compared with numpy."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.query import Pooling
from kit.release import Release
from kit.vectors import Hits, TrackIndex, TrackQuery
from kit.wire.catalog import FEATURES

PROBES = 32
DEPTH = 50
ROWS = 65_536  # compared with the queries at once: what numpy holds does not grow with the release
LEAST_RECALL = 0.95
SCORE_TOLERANCE = 1e-3  # relative to the best score; a cosine space stores its float16 rows normalised anew
BETWEEN = 5.137e-5  # added to a bound so that no measured value lies exactly on it

Mask = npt.NDArray[np.bool_]
Ranges = Mapping[str, tuple[float | None, float | None]]


class IndexFault(Exception):
    """The index does not answer as its release demands; the message says in what."""


class LowRecall(IndexFault):
    """The index answers rightly but finds too few of the best tracks."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A filter of the test queries, with the tracks it may return."""

    name: str
    ranges: Ranges
    allowed: Mask  # (m,)


async def check(index: TrackIndex, release: Release, least: float = LEAST_RECALL) -> dict[str, float]:
    """Recall@50 of every kind of probe; IndexFault when counts, scores or filters are wrong or it is below `least`."""
    figures: dict[str, float] = {}
    for space in release.manifest.spaces:
        has_vector = np.concatenate([block.any(axis=1) for block in _blocks(release, space)])
        await _count(index, space, int(has_vector.sum()))
        queries = _queries(release, space, has_vector)
        scores = np.concatenate([queries @ block.T for block in _blocks(release, space)], axis=1)
        for probe in _probes(release, has_vector):
            recall = await _recall(index, space, queries, scores, probe)
            figures[f"{space}, {probe.name}"] = round(recall, 4)
    low = {name: recall for name, recall in figures.items() if recall < least}
    if low:
        raise LowRecall(f"recall@{DEPTH} is below {least}: {low}; raise M in kit/vectors/points.py")
    return figures


def _blocks(release: Release, space: str) -> Iterator[npt.NDArray[np.float32]]:
    """(<= ROWS, dim) index vectors such that a dot product is the engine's score up to the query's length."""
    vectors = release.index_vectors(space)
    for start in range(0, len(vectors), ROWS):
        block = np.asarray(vectors[start : start + ROWS], dtype=np.float32)
        if release.manifest.spaces[space].distance == "cosine":
            block = block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-12)
        yield block


async def _count(index: TrackIndex, space: str, expected: int) -> None:
    found = await index.count(TrackQuery(space, np.zeros(1, np.float32), 1))
    if found != expected:
        raise IndexFault(f"the index holds {found} tracks in space {space!r}, the release {expected}: build it again")


def _queries(release: Release, space: str, has_vector: Mask) -> npt.NDArray[np.float32]:
    """(PROBES, dim) wishes as recommend pools them, from one seed and from five in turn."""
    rng, rows = np.random.default_rng(0), np.flatnonzero(has_vector)
    pooling, stored_vectors = Pooling.of(release, space), release.query_vectors(space)
    seeds = [rng.choice(rows, size=min(1 + 4 * (at % 2), len(rows)), replace=False) for at in range(PROBES)]
    return np.stack([pooling.pool(stored_vectors[one], np.ones(len(one), np.float32)).vector for one in seeds])


def _probes(release: Release, has_vector: Mask) -> list[Probe]:
    """Everything; the louder half; the loudest tenth; energy, tempo and year at once."""
    wide: Ranges = {"energy": (_quantile(release, "energy", 0.5), None)}
    strict: Ranges = {"energy": (_quantile(release, "energy", 0.9), None)}
    several: Ranges = {
        "energy": (None, _quantile(release, "energy", 0.7)),
        "tempo": (_quantile(release, "tempo", 0.2), None),
        "year": (_quantile(release, "year", 0.2), None),
    }
    named: dict[str, Ranges] = {"no filter": {}, "energy half": wide, "energy tenth": strict, "three ranges": several}
    return [Probe(name, ranges, has_vector & _allowed(release, ranges)) for name, ranges in named.items()]


def _values(release: Release, name: str) -> npt.NDArray[np.float64]:
    """(m,) a field of every track with a vector, NaN where unknown."""
    if name in FEATURES:
        return np.asarray(release.column("features")[: release.embedded, FEATURES.index(name)], dtype=np.float64)
    values = np.asarray(release.column(name)[: release.embedded], dtype=np.float64)
    return np.where(values < 0, np.nan, values)


def _quantile(release: Release, name: str, share: float) -> float:
    known = _values(release, name)
    known = known[~np.isnan(known)]
    return round(float(np.quantile(known, share)), 3) + BETWEEN if len(known) else 0.0


def _allowed(release: Release, ranges: Ranges) -> Mask:
    inside = np.ones(release.embedded, dtype=np.bool_)
    for name, (low, high) in ranges.items():
        values = _values(release, name)
        inside &= (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
    return inside


async def _recall(
    index: TrackIndex, space: str, queries: npt.NDArray[np.float32], scores: npt.NDArray[np.float32], probe: Probe
) -> float:
    searches = [TrackQuery(space, query, DEPTH, ranges=probe.ranges) for query in queries]
    answers = await index.search(searches)
    shares = [_share(answer, row, probe, f"{space}, {probe.name}") for answer, row in zip(answers, scores, strict=True)]
    return float(np.mean(shares))


def _share(answer: Hits, scores: npt.NDArray[np.float32], probe: Probe, name: str) -> float:
    """The share of the true best tracks that was found; a track as good as the last of them counts."""
    if not probe.allowed[answer.rows].all():
        raise IndexFault(f"{name}: a track outside the filter was returned; build the index again")
    best = np.sort(scores[probe.allowed])[::-1][:DEPTH]
    if not len(best):
        return 1.0
    tolerance = SCORE_TOLERANCE * float(np.abs(scores).max())
    return float(min((scores[answer.rows] >= best[-1] - tolerance).sum(), len(best)) / len(best))


async def checked(opened: Callable[[], TrackIndex], release: Release, least: float = LEAST_RECALL) -> dict[str, float]:
    """Opens the read side, checks it and closes it, all in one event loop: a gRPC channel belongs to one."""
    index = opened()
    try:
        return await check(index, release, least)
    finally:
        await index.close()

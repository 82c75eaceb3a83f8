"""The vector index: the port that recommend searches, here, and its adapters, in the other modules of the folder.

Adapters:

    edge.py            qdrant-edge in this process, one finished directory a release: the embedded engine
    server.py          a Qdrant server or cluster, one collection a release
    exact.py           numpy in this process, for a release of less than 10,000 tracks
    scanned.py         codes in this process, for one of less than 400,000 tracks or whose graph finds too little
    rescored.py        rescores an engine's hits on int8 with the full vectors
    choice.py          which of them serves a release

What they use:

    points.py          rows, vectors and filter fields of a release as points of an engine; constants of its graph
    edge_build.py      builds the index of edge.py
    server_build.py    fills the collection of server.py and moves the alias
    filters.py         filters as masks over the rows, for exact.py and scanned.py
    ranked_values.py   a column of numbers for range filters, as ranks of two bytes
    code_fitting.py    fits the product-quantisation codes of scanned.py and says what they lose
    selection.py       how many rows pass a query's filter, and how many codes to take for it
    batching.py        one call of the index for searches that are under way at the same time
    tiers.py           makes a longer list begin with the shorter one

A scan compares a query with every row, without a graph. The engine's scan (edge.py, server.py, `TrackQuery.exact`)
compares full vectors and is exact. The scan of codes (scanned.py) compares approximate codes and rescores the best rows
with full vectors, so its scores are exact and what it finds is nearly so. A walk follows the links of the graph.

A point's id is the row of the release, so a hit needs no look-up and an exclusion list is a list of integers
(bench/exclusions.py: UUIDs cost 1.7 times as much). An index therefore belongs to exactly one release.
Neither adapter is imported here: a process needs only the package of the one it uses.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from kit.errors import IndexUnavailable
from kit.wire.catalog import FEATURES

RANGE_FIELDS = (*FEATURES, "year", "duration_ms", "popularity")
"""The payload fields that a query may bound."""

ALIAS = "tracks"
"""The server's name for the collection of the current release."""

SCAN_ONLY = "scan.only"
"""File of an embedded index whose graph finds too little: the engine answers every query by a scan of all."""


@dataclass(frozen=True, slots=True)
class TrackQuery:
    """The nearest tracks to a vector in one space that satisfy every filter.

    vector (dim,); ranges are inclusive (low, high), None = no bound, and a track whose value is unknown is outside;
    genres = any of these; explicit False leaves out tracks marked explicit (unknown passes), True keeps only those;
    exclude = rows never returned; exact = scan instead of walking the graph.
    """

    space: str
    vector: npt.NDArray[np.float32]
    limit: int
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    genres: Collection[str] = ()
    explicit: bool | None = None
    exclude: Collection[int] = ()
    exact: bool = False

    def same_filter(self, other: "TrackQuery") -> bool:
        """True when both select the same tracks; an exclusion list is compared by identity, it may be long."""
        mine = (self.space, self.ranges, self.genres, self.explicit)
        return self.exclude is other.exclude and mine == (other.space, other.ranges, other.genres, other.explicit)


class Hits(NamedTuple):
    """Best first; equal scores in row order."""

    rows: npt.NDArray[np.int64]  # (h,)
    scores: npt.NDArray[np.float32]  # (h,)


class TrackIndex(Protocol):
    """The read side, used by the recommend service. Every failure is kit.errors.IndexUnavailable."""

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """The hits of each query, in one batched call."""
        ...

    async def count(self, query: TrackQuery) -> int:
        """How many tracks of the query's space satisfy its filters; vector and limit are not used."""
        ...

    async def vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        """(len(rows), dim) as stored (unit length in a cosine space); zeros for a row without a vector there."""
        ...

    async def ping(self) -> str:
        """A word for the readiness check."""
        ...

    async def close(self) -> None:
        """Gives back what is held open; a closed index answers nothing."""
        ...


class Engine(TrackIndex, Protocol):
    """A TrackIndex whose scores in some spaces only choose candidates (kit/vectors/rescored.py)."""

    async def coarse(self) -> Collection[str]:
        """The spaces that it walks as int8."""
        ...


def hits(found: Iterable[tuple[int, float]]) -> Hits:
    """Sorted hits: score falling, then row rising. The engine returns equal scores in any order."""
    pairs = list(found)
    rows = np.array([row for row, _ in pairs], np.int64)
    scores = np.array([score for _, score in pairs], np.float32)
    if (scores[1:] < scores[:-1]).all():  # as the engine returns them, unless some are equal: 4 us instead of 40
        return Hits(rows, scores)
    order = np.lexsort((rows, -scores))
    return Hits(rows[order], scores[order])


def index_directory(data: Path, version: str) -> Path:
    """Where the embedded index of a release lies."""
    return data / "index" / version


def collection_name(version: str) -> str:
    """The server's collection of a release."""
    return f"tracks_{version}"


def open_index(
    data: Path, version: str, spaces: Mapping[str, int], url: str | None = None, api_key: str | None = None
) -> Engine:
    """What the engine holds of a published release: the server's index when a URL is set, else the embedded one.

    spaces: the width of each, Release.dims. Rows mean something only together with their release, so readers open
    the collection of the release they hold; the alias `tracks` is for people and tools.
    """
    if url:
        from kit.vectors.server import QdrantIndex

        return QdrantIndex.connect(url, collection_name(version), spaces, api_key)
    try:
        from kit.vectors.edge import EdgeIndex
    except ModuleNotFoundError as error:
        raise IndexUnavailable(
            f"{error.name} is not installed here: set SEGUE_RECOMMEND_INDEX_URL to a Qdrant server"
        ) from error

    return EdgeIndex.open(index_directory(data, version), spaces)

"""What of a release goes into the index: rows, vectors, and the payload fields that filters use. Nothing to display.

Also the constants of the graph, which both engines (kit/vectors/edge.py, server.py) are built and queried with, and the
rules when a query is answered by the engine's scan (all full vectors compared, exact) in place of a walk of the graph.
Which releases an engine serves at all: kit/vectors/choice.py. Measured with k = 50 on one core, CPU
(`python -m bench.index`; of a published release `python -m bench.recall --data DIR --engine`):

Many equal points lose most: with 55,295 copies of artists' vectors among 154,716 tracks recall@50 of mixed wishes is
.945 at ef 128, without the copies at ef 256 .956 (the lowest probe that `segue-pipeline refresh` on mpd_dev prints).
110,000 x 384 (generated): build 98 s, 276 MB; recall@50 and ms, those of the engine's scan in brackets:
    no filter .987 1.0 (6.4) | 1,000 excluded .985 3.3 (8.3) | range 35 % .986 2.0 (6.0) | range 9 % 1.000 1.4 (1.8)
    three ranges 25 % .978 2.8 (11.0) | three ranges and 1,000 excluded .971 6.5 (12.1)
On a like set, no filter / 1,000 excluded / three ranges: m 16, ef_construct 100 .977 .958 .969 for 60 % of the build;
32, 128 no better than 24, 150; m 16 with links per value of two fields .994 .997 1.000, but 1.6 x the build and 10-16
ms a filtered query; 24, 150 without ACORN .988 .829 .796, so every filtered walk uses it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import orjson

from kit.release import Floats, Release, Space
from kit.vectors import TrackQuery
from kit.wire.catalog import FEATURES

Progress = Callable[[int, int, str], None]
"""Called with what is done, what there is, and the name of the present step."""

BATCH = 500
WALK_FROM = 20_000
"""Tracks from which a graph is built: 20,000 x 384 are scanned in 1.2 ms CPU and need no build."""
M, EF_CONSTRUCT = 24, 150
WALK_EF, WALK_EF_MOST = 256, 512
WIDER_WALKS = (512, 768, 1024)
"""What an index whose graph finds too little is walked with instead: mixed wishes need it (decision 0018)."""
COARSE_FROM = 64
"""Columns from which a space that is walked is held in memory as int8, its float32 on disk: 154,714 x 512 take 79 MB
instead of 317. A space of few columns takes little and loses more."""
COARSE_EF = 896
"""How wide int8 is walked at least: wanted is .98 of the exact first 200, also of unrelated seeds, for which 512 is too
narrow (`python -m bench.recall --data DIR --engine`)."""
INDEXING_KB = 1_000
"""A space smaller than this is scanned even in a large release."""
EXACT_MATCHES = 50_000
"""Matches up to which a filtered query scans them all: a walk under a strict filter returns too few and wrong tracks
(recall .000 at 2 % of 2.2M x 64, where scanning 44k matches costs 3.9 ms CPU)."""
EXCLUDED_SHARE = 50
"""With one track in so many excluded, all the nearest, a walk of 20,000 x 24 finds .80 of the next 50, so scan."""
UNLINKED = 5_000
"""Vectors that may stand outside the graph of an index that grew, which every query scans: by the 27 ms of 154,720 x
512 5,000 cost .9 ms beside a walk of 2.5."""
LOOSE = 4
"""A filter that passes more than one track in LOOSE is loose enough to walk, with ACORN, at any size."""
WORDS = ("genres", "state")
FLAGS = ("explicit",)
"""Stored as 0 and 1: qdrant-edge 0.9 reads a True in a condition as the number 1, which no stored true equals."""


class PointBatch(NamedTuple):
    """Points start, start + 1, ... with a float32 row of each space; a space lacks the rows without a vector in it."""

    start: int
    vectors: list[dict[str, Floats]]
    payloads: list[dict[str, Any]]


def point_batches(release: Release, first: int = 0) -> Iterator[PointBatch]:
    """Every row from the first on that has a vector, BATCH at a time."""
    for start in range(first, release.embedded, BATCH):
        stop = min(start + BATCH, release.embedded)
        blocks = {space: release.index_vectors(space)[start:stop] for space in release.manifest.spaces}
        yield PointBatch(
            start, _named(blocks, stop - start), [payload(release.card(row)) for row in range(start, stop)]
        )


def _named(blocks: Mapping[str, Floats], rows: int) -> list[dict[str, Floats]]:
    named: list[dict[str, Floats]] = [{} for _ in range(rows)]
    for space, block in blocks.items():
        vectors = block.astype(np.float32)
        for at in np.flatnonzero(block.any(axis=1)).tolist():
            named[at][space] = vectors[at]
    return named


def payload(card: bytes) -> dict[str, Any]:
    """The filter fields of a card; a value nobody knows has no key, so it is outside every range."""
    track = orjson.loads(card)
    features = track["features"] or {}
    known = {name: features.get(name) for name in FEATURES} | {
        "year": track["year"],
        "duration_ms": track["duration_ms"],
        "popularity": track["popularity"],
        "genres": track["genres"] or None,
        "explicit": None if track["explicit"] is None else int(track["explicit"]),
        "state": track["in_release"],
    }
    return {name: value for name, value in known.items() if value is not None}


def coarse(space: Space, tracks: int) -> bool:
    """Whether the engine walks a space of so many tracks as int8: its scores choose candidates and are not shown.

    Without a graph the engine scans float32; by cosine the scores would have to be those of unit vectors.
    """
    return tracks >= WALK_FROM and space.dim >= COARSE_FROM and space.distance == "dot"


def coded(space: Space) -> bool:
    """Whether kit/vectors/scanned.py holds a space as codes: in float32 few columns take little and lose nothing."""
    return space.dim >= COARSE_FROM and space.distance == "dot"


def scan_limit_kb(tracks: int, dim: int) -> int:
    """The engine's full_scan_threshold: it estimates a filter's matches and scans when their vectors take fewer KB."""
    return min(EXACT_MATCHES, tracks // LOOSE) * dim * 4 // 1024 + 1


def is_exact(query: TrackQuery, tracks: int) -> bool:
    """True when the query is answered by a scan: it asks for one, or a walk could lose its way among the excluded."""
    return query.exact or len(query.exclude) * EXCLUDED_SHARE >= tracks > 0


def walk_ef(excluded: int, ef: int = WALK_EF) -> int:
    """How many tracks a walk keeps in view; more when many are excluded, as those a person knows lie near the query."""
    return min(ef + excluded, max(ef, WALK_EF_MOST))

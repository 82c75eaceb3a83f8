"""A planted world of tastes: islands of tracks that have nothing in common, as query and index vectors of a space."""

import numpy as np

from kit.query import Pooling
from kit.release import Block, Floats, Space, Spectrum
from kit.vectors import Hits
from services.recommend.values import SeedVectors

ISLANDS, TRACKS = 6, 60
"""Row r is a track of island r // SONGS."""
WIDE, NARROW = 24, 8
POOLING = Pooling(
    Space(
        dim=WIDE + NARROW,
        distance="dot",
        blocks=[
            Block(name="listened", start=0, stop=WIDE, spectrum=Spectrum(file="", scale=3.0, power=-0.8)),
            Block(name="artist", start=WIDE, stop=WIDE + NARROW, weight=0.4, power=0.2),
        ],
    ),
    {"listened": np.linspace(2.0, 1.0, WIDE)},
)


def tracks(seed: int = 3) -> Floats:
    """(ISLANDS * SONGS, dim) each island points its own way in both blocks; a track strays from its island a little."""
    rng = np.random.default_rng(seed)
    rows = 0.1 * rng.standard_normal((ISLANDS * TRACKS, WIDE + NARROW))
    island = np.arange(len(rows)) // TRACKS
    rows[np.arange(len(rows)), island] += 1.0
    rows[np.arange(len(rows)), WIDE + island] += 1.0
    return rows.astype(np.float16)


def liked(rows: list[int], weight: float = 1.0, space: str = "graph") -> list[SeedVectors]:
    """Seeds for rows of `songs`."""
    found = tracks()
    return [SeedVectors(weight, {space: found[row]}, np.full(12, np.nan), row) for row in rows]


def of_island(island: int, count: int) -> list[int]:
    """The first rows of an island."""
    return list(range(island * TRACKS, island * TRACKS + count))


def nearest(vector: Floats, limit: int) -> Hits:
    """Exact search among all tracks."""
    scores = (tracks().astype(np.float32) @ vector).astype(np.float32)
    rows = np.lexsort((np.arange(len(scores)), -scores))[:limit]
    return Hits(rows, scores[rows])

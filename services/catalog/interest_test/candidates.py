"""Candidates of the interest test: well-known tracks that are spread over the embedding, one per artist."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.manifest import GRAPH
from kit.release import STATE_LEARNED, Release, Rows

CANDIDATES = 160
"""Of 40, 80, 160 and 320 the last two give the best lists after twelve answers (bench.interest_test)."""
WELL_KNOWN = 1_500
"""Candidates are among this many most popular tracks: a track that nobody knows cannot be rated from memory."""
DECADE_SHARE, DECADE_YEARS = 0.25, 10.0

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n candidate tracks: rows of the release (n,), similarity (n, n), main artist (n,), popularity 0 to 1 (n,)."""

    rows: Rows
    similarity: Floats
    artists: npt.NDArray[np.integer]
    popularity: Floats

    def __len__(self) -> int:
        return len(self.rows)


def well_known(release: Release, rows: Rows, most: int = WELL_KNOWN) -> Rows:
    """The most popular of these rows that have a trained vector, at most `most`, the most popular first."""
    if GRAPH not in release.dims:
        return rows[:0]
    learned = rows[rows < release.embedded]
    learned = learned[np.asarray(release.column("state"))[learned] == STATE_LEARNED]
    popularity = np.nan_to_num(np.asarray(release.column("popularity"))[learned], nan=-1.0)
    return np.asarray(learned[np.lexsort((learned, -popularity))[:most]], np.int64)


def candidates(release: Release, known: Rows, most: int = CANDIDATES) -> Candidates:
    """Chooses candidates among well-known rows: the most popular, then each time the track that is farthest from all
    chosen ones (greedy k-center, Gonzalez 1985), never two of one artist."""
    if not len(known):
        return Candidates(known, np.empty((0, 0), np.float32), known, np.empty(0, np.float32))
    vectors = _unit(np.asarray(release.index_vectors(GRAPH)[known], np.float32))
    artists = np.asarray(release.column(main_artist(release)))[known]
    chosen = _spread(vectors, artists, most)
    rows = known[chosen]
    popularity = np.nan_to_num(np.asarray(release.column("popularity"), np.float32)[rows]) / 100
    years = np.asarray(release.column("year"), np.float32)[rows]
    return Candidates(rows, similarity(vectors[chosen], years), artists[chosen], popularity.astype(np.float32))


def main_artist(release: Release) -> str:
    """The column of first artists; releases made before there was `main_artist` count them as they are written."""
    return "main_artist" if "columns/main_artist.npy" in release.manifest.files else "artist"


def similarity(unit_vectors: Floats, years: Floats) -> Floats:
    """Prior covariance (n, n) of a listener's ratings: cosine of the embeddings, and nearness of the release years.
    Tracks without a year (0) resemble each other and no other in the second part."""
    apart = (years[:, None] - years[None, :]) / DECADE_YEARS
    mixed = (1 - DECADE_SHARE) * (unit_vectors @ unit_vectors.T) + DECADE_SHARE * np.exp(-(apart**2) / 2)
    return np.asarray(mixed, np.float32)


def _spread(vectors: Floats, artists: npt.NDArray[np.integer], most: int) -> list[int]:
    chosen: list[int] = []
    distance = np.full(len(vectors), np.inf, np.float32)
    free = np.ones(len(vectors), bool)
    while free.any() and len(chosen) < most:
        best = int(np.argmax(np.where(free, distance, -1.0)))  # the first of equals: the most popular
        chosen.append(best)
        distance = np.minimum(distance, 1.0 - vectors @ vectors[best])
        free &= artists != artists[best]
    return chosen


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = vectors / np.maximum(lengths, 1e-12)
    return scaled

"""From scores to a list: one card per recording, so many per artist, and variety by maximal marginal relevance.

MMR (Carbonell and Goldstein 1998): each step takes the song with the highest score - variety * scale * (greatest
cosine to those already taken). That value only falls as songs are taken, so the list's scores never rise, and a song's
score bounds its value: cosines are worked out for the songs whose score could still win, not for the whole pool.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.release import Floats, Ints

Flags = npt.NDArray[np.bool_]

VARIED = 50
"""Songs picked one by one for variety; further down a list nobody compares neighbours, and the values stand."""
WINDOW = 128
"""Songs whose cosines are worked out at first; doubled whenever a song outside could win."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a list may look."""

    variety: float
    per_artist: int | None
    one_version: bool


@dataclass(frozen=True, slots=True)
class Songs:
    """What shapes a list besides the scores, row-aligned."""

    vectors: Floats  # (c, dim) of unit length
    artist: Ints  # (c,)
    group: Ints  # (c,) recording group


def sets(rankings: Sequence[Floats], songs: Songs, shape: Shape, limit: int) -> list[tuple[int, float]]:
    """(position, score) of the songs of the last set: sets never share a song.

    rankings[i] are the scores of set i + 1 over the first len(rankings[i]) songs, the pool that a request for that
    set sees. Earlier sets are picked again from their own pools, so they are the lists that were shown.
    """
    left = np.ones(len(songs.artist), dtype=bool)
    picked: list[tuple[int, float]] = []
    for scores in rankings:
        picked = _one_set(scores, songs, shape, limit, left[: len(scores)])
        left[[position for position, _ in picked]] = False
        if shape.one_version:
            left &= ~np.isin(songs.group, [songs.group[position] for position, _ in picked])
    return picked


def _one_set(scores: Floats, songs: Songs, shape: Shape, limit: int, left: Flags) -> list[tuple[int, float]]:
    order = np.argsort(-scores, kind="stable")
    order = order[left[order]]
    scale = shape.variety * float(np.ptp(scores)) if len(scores) else 0.0
    running = _Running(songs.artist[order], songs.group[order], shape)
    ranked = scores[order].astype(np.float64)
    if scale:
        found = _varied(ranked, _Cosines(songs.vectors, order), running, limit, scale)
    else:
        found = _in_order(ranked, running, limit)
    return [(int(order[place]), value) for place, value in found]


class _Running:
    """Which songs of a falling order may still be picked: (c,) `closed` and what closes more of them."""

    def __init__(self, artist: Ints, group: Ints, shape: Shape) -> None:
        self._artist, self._group, self._shape = artist, group, shape
        self._taken: Counter[int] = Counter()
        self.closed: Flags = np.zeros(len(artist), dtype=bool)

    def take(self, place: int) -> None:
        """Closes the song, its other versions and, at the limit, its artist."""
        self.closed[place] = True
        if self._shape.one_version:
            self.closed |= self._group == self._group[place]
        artist = int(self._artist[place])
        self._taken[artist] += 1
        if self._shape.per_artist is not None and self._taken[artist] >= self._shape.per_artist:
            self.closed |= self._artist == artist


class _Cosines:
    """Cosines between songs of a falling order. Vectors are gathered for the songs looked at, not for all."""

    def __init__(self, vectors: Floats, order: Ints) -> None:
        self._vectors, self._order = vectors, order
        self._seen: Floats = vectors[:0]

    def look_at(self, count: int, taken: Sequence[int]) -> Floats:
        """(new,) for the songs up to `count` not looked at before: the greatest cosine to those taken, at least 0."""
        new = self._vectors[self._order[len(self._seen) : count]]
        self._seen = np.concatenate([self._seen, new])
        if not taken:
            return np.zeros(len(new))
        cosines: Floats = np.maximum((new @ self._seen[list(taken)].T).max(axis=1), 0.0)
        return cosines

    def to(self, place: int) -> Floats:
        """(seen,) of the songs looked at to one of them."""
        cosines: Floats = self._seen @ self._seen[place]
        return cosines


def _in_order(scores: Floats, running: _Running, limit: int) -> list[tuple[int, float]]:
    """The first songs that the shape allows; scores fall."""
    picked: list[tuple[int, float]] = []
    for place, score in enumerate(scores.tolist()):
        if len(picked) >= limit:
            break
        if not running.closed[place]:
            running.take(place)
            picked.append((place, score))
    return picked


def _varied(scores: Floats, cosines: _Cosines, running: _Running, limit: int, scale: float) -> list[tuple[int, float]]:
    """Maximal marginal relevance over songs in falling order of score."""
    value, nearest = np.empty(0), np.empty(0)
    picked: list[tuple[int, float]] = []
    while len(picked) < limit:
        seen = len(value)
        best = int(np.argmax(value)) if seen else -1
        if seen < len(scores) and (best < 0 or value[best] < scores[seen]):
            until = min(max(WINDOW, 2 * seen), len(scores))
            nearest = np.concatenate([nearest, cosines.look_at(until, [place for place, _ in picked[:VARIED]])])
            value = np.where(running.closed[:until], -np.inf, scores[:until] - scale * nearest)
            continue
        if best < 0 or value[best] == -np.inf:
            break
        picked.append((best, float(value[best])))
        running.take(best)
        if len(picked) <= VARIED:
            nearest = np.maximum(nearest, cosines.to(best))
        value = np.where(running.closed[:seen], -np.inf, scores[:seen] - scale * nearest)
    return picked

"""From scores to a list: one card per recording, so many per artist, and variety by maximal marginal relevance.

MMR (Carbonell and Goldstein 1998): each step takes the song with the highest score - variety * scale * (greatest
cosine to those already taken). That value only falls as songs are taken, so the list's scores never rise, and a song's
score bounds its value: cosines are worked out for the songs whose score could still win, not for the whole pool.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kit.release import Floats, Ints

Flags = npt.NDArray[np.bool_]

VARIED = 50
"""Songs picked one by one for variety; further down a list nobody compares neighbours, and the values stand."""
UNRELATED = 0.25
"""Share of a kept-out song's score below which a song is no neighbour of the seeds: in a scene of nine artists 15 songs
score .96 and more and what follows them near 0."""
RAISED_AT_MOST = 10
WINDOW = 64
"""Songs whose cosines are worked out at first; doubled whenever a song outside could win."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a list may look."""

    variety: float
    per_artist: int | None
    one_version: bool
    cap_gives_way: bool = False  # where only unrelated songs are left: a mode's own cap, not one that the caller set


@dataclass(frozen=True, slots=True)
class Songs:
    """What shapes a list besides the scores, row-aligned."""

    unit: Callable[[Ints], Floats]  # (k,) positions -> (k, dim) their vectors, of unit length
    artist: Ints  # (c,)
    group: Ints  # (c,) recording group


def sets(rankings: Sequence[Floats], songs: Songs, shape: Shape, limit: int) -> list[list[tuple[int, float]]]:
    """(position, score) of the songs of every set: sets never share a song.

    rankings[i] are the scores of set i + 1 over the first len(rankings[i]) songs, the pool that a request for that
    set sees. Earlier sets are picked again from their own pools, so they are the lists that were shown.
    """
    left = np.ones(len(songs.artist), dtype=bool)
    found: list[list[tuple[int, float]]] = []
    for scores in rankings:
        before = [position for position, _ in found[-1]] if found else []
        left[before] = False
        if before and shape.one_version:
            left &= ~np.isin(songs.group, songs.group[before])
        found.append(_one_set(scores, songs, shape, limit, left[: len(scores)]))
    return found


def _one_set(scores: Floats, songs: Songs, shape: Shape, limit: int, left: Flags) -> list[tuple[int, float]]:
    found = _capped(scores, songs, shape, limit, left)
    for _ in range(RAISED_AT_MOST):
        if not (shape.cap_gives_way and shape.per_artist and _ends_unrelated(found, scores, songs, shape, left)):
            break
        shape = replace(shape, per_artist=shape.per_artist + 1)
        found = _capped(scores, songs, shape, limit, left)
    return found


def _ends_unrelated(
    found: Sequence[tuple[int, float]], scores: Floats, songs: Songs, shape: Shape, left: Flags
) -> bool:
    """Whether the list holds a song that scores next to nothing beside one that only the cap per artist keeps out."""
    if not found:
        return False
    picked = np.array([position for position, _ in found])
    artists, counts = np.unique(songs.artist[picked], return_counts=True)
    kept_out = left & np.isin(songs.artist[: len(scores)], artists[counts >= (shape.per_artist or 0)])
    kept_out[picked] = False
    kept_out &= ~np.isin(songs.group[: len(scores)], songs.group[picked])
    best = float(scores[kept_out].max(initial=0.0))
    return float(scores[picked].min()) < UNRELATED * best


def _capped(scores: Floats, songs: Songs, shape: Shape, limit: int, left: Flags) -> list[tuple[int, float]]:
    order = np.argsort(-scores, kind="stable")
    order = order[left[order]]
    scale = shape.variety * float(np.ptp(scores)) if len(scores) else 0.0
    running = _Running(songs.artist[order], songs.group[order], shape)
    ranked = scores[order].astype(np.float64)
    if scale:
        found = _varied(ranked, _Values(ranked, songs.unit, order, scale), running, limit)
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


class _Values:
    """(seen,) what each of the first songs of a falling order is worth now: -inf once it is closed.

    Vectors are fetched for the songs looked at, not for all, and every step works in place: an answer of 20 takes 20.
    """

    def __init__(self, scores: Floats, unit: Callable[[Ints], Floats], order: Ints, scale: float) -> None:
        self._scores, self._unit, self._order, self._scale = scores, unit, order, scale
        self._vectors: Floats = np.empty((0, 0), np.float32)
        self._nearest = self._cosines = np.empty(0, np.float32)
        self.now: Floats = np.empty(0)

    def look_at(self, count: int, taken: Sequence[int], closed: Flags) -> None:
        """Adds the songs up to `count`, worth their scores less what the `taken` ones take off."""
        new = self._unit(self._order[len(self.now) : count])
        self._vectors = np.concatenate([self._vectors, new]) if len(self.now) else new
        nearest = (new @ self._vectors[list(taken)].T).max(axis=1) if taken else np.zeros(len(new), np.float32)
        self._nearest = np.concatenate([self._nearest, np.maximum(nearest, 0.0)])
        self._cosines, self.now = np.empty_like(self._nearest), np.empty(count)
        self._work_out(closed)

    def take(self, place: int | None, closed: Flags) -> None:
        """What is left after a song was taken; None for one that takes nothing off the others."""
        if place is not None:
            np.dot(self._vectors, self._vectors[place], out=self._cosines)
            np.maximum(self._nearest, self._cosines, out=self._nearest)
        self._work_out(closed)

    def _work_out(self, closed: Flags) -> None:
        np.multiply(self._nearest, -self._scale, out=self.now)
        self.now += self._scores[: len(self.now)]
        self.now[closed[: len(self.now)]] = -np.inf


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


def _varied(scores: Floats, values: _Values, running: _Running, limit: int) -> list[tuple[int, float]]:
    """Maximal marginal relevance over songs in falling order of score."""
    picked: list[tuple[int, float]] = []
    while len(picked) < limit:
        seen = len(values.now)
        best = int(values.now.argmax()) if seen else -1
        if seen < len(scores) and (best < 0 or values.now[best] < scores[seen]):
            until = min(max(WINDOW, 2 * seen), len(scores))
            values.look_at(until, [place for place, _ in picked[:VARIED]], running.closed)
            continue
        if best < 0 or values.now[best] == -np.inf:
            break
        picked.append((best, float(values.now[best])))
        running.take(best)
        values.take(best if len(picked) <= VARIED else None, running.closed)
    return picked

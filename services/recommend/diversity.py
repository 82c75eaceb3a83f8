"""From scores to a list: one card per recording, so many per artist, and variety by maximal marginal relevance.

MMR (Carbonell and Goldstein 1998): each step takes the song with the highest score - variety * scale * (greatest
cosine to those already taken). That value only falls as songs are taken, so the list's scores never rise.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from kit.release import Floats, Ints

VARIED = 50
"""Songs picked one by one for variety; further down a list nobody compares neighbours, and the scores stand."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a list may look."""

    variety: float
    per_artist: int | None
    one_version: bool


def sets(
    scores: Floats, vectors: Floats, artist: Ints, group: Ints, shape: Shape, limit: int, number: int
) -> list[tuple[int, float]]:
    """(position, score) of the songs of set `number` (1 is the first): sets never share a song.

    `vectors` (c, dim) of unit length; positions point into the candidates.
    """
    left = np.ones(len(scores), dtype=bool)
    picked: list[tuple[int, float]] = []
    for _ in range(number):
        picked = _one_set(scores, vectors, artist, group, shape, limit, left)
        left[[position for position, _ in picked]] = False
        if shape.one_version:
            left &= ~np.isin(group, [group[position] for position, _ in picked])
    return picked


def _one_set(
    scores: Floats, vectors: Floats, artist: Ints, group: Ints, shape: Shape, limit: int, left: Floats
) -> list[tuple[int, float]]:
    value = np.where(left, scores, -np.inf).astype(np.float64)
    nearest = np.zeros(len(scores))
    scale = shape.variety * float(np.ptp(scores)) if len(scores) else 0.0
    taken: Counter[int] = Counter()
    picked: list[tuple[int, float]] = []
    while len(picked) < limit:
        if scale == 0.0 or len(picked) >= VARIED:
            return _rest(picked, value, artist, group, shape, limit, taken)
        best = int(np.argmax(value))
        if value[best] == -np.inf:
            break
        picked.append((best, float(value[best])))
        _close(value, best, artist, group, shape, taken)
        closer = np.maximum(nearest, vectors @ vectors[best])
        value -= scale * (closer - nearest)
        nearest = closer
    return picked


def _rest(
    picked: list[tuple[int, float]],
    value: Floats,
    artist: Ints,
    group: Ints,
    shape: Shape,
    limit: int,
    taken: Counter[int],
) -> list[tuple[int, float]]:
    """Fills the list in order of value, ties in candidate order."""
    groups: set[int] = set()
    for position in np.argsort(-value, kind="stable"):
        if len(picked) >= limit or value[position] == -np.inf:
            break
        of, version = int(artist[position]), int(group[position])
        if shape.one_version and version in groups:
            continue
        if shape.per_artist is not None and taken[of] >= shape.per_artist:
            continue
        groups.add(version)
        taken[of] += 1
        picked.append((int(position), float(value[position])))
    return picked


def _close(value: Floats, best: int, artist: Ints, group: Ints, shape: Shape, taken: Counter[int]) -> None:
    """Takes the picked song, its other versions and, at the limit, its artist out of the running."""
    value[best] = -np.inf
    if shape.one_version:
        value[group == group[best]] = -np.inf
    taken[int(artist[best])] += 1
    if shape.per_artist is not None and taken[int(artist[best])] >= shape.per_artist:
        value[artist == artist[best]] = -np.inf

"""From scores to a list: one card per recording, so many per artist (list_limits.py), and variety by maximal marginal
relevance (marginal_relevance.py).

The limit per artist counts the whole set or a window of consecutive positions. A window lets artists in again further
down, whose tracks may then be worth more than the one before: such a track comes with the score of the position before
it, so scores never rise down the list.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from kit.release import Floats, Ints
from services.recommend.ranking.list_limits import ListLimits, Shape
from services.recommend.ranking.marginal_relevance import MarginalRelevance

Flags = npt.NDArray[np.bool_]

VARIED = 50
"""Tracks picked one by one for variety; further down a list nobody compares neighbours, and the values stand."""


@dataclass(frozen=True, slots=True)
class ListedTracks:
    """What shapes a list besides the scores, row-aligned."""

    unit: Callable[[Ints], Floats]  # (k,) positions -> (k, dim) their vectors, of unit length
    artist: Ints  # (c,)
    group: Ints  # (c,) recording group


def sets(rankings: Sequence[Floats], tracks: ListedTracks, shape: Shape, limit: int) -> list[list[tuple[int, float]]]:
    """(position, score) of the tracks of every set: sets never share a track, and a window per artist runs on from one
    set to the next.

    rankings[i] are the scores of set i + 1 over the first len(rankings[i]) tracks, the pool that a request for that
    set sees. Earlier sets are picked again from their own pools, so they are the lists that were shown.
    """
    left = np.ones(len(tracks.artist), dtype=bool)
    found: list[list[tuple[int, float]]] = []
    shown: list[int] = []
    for number, scores in enumerate(rankings, 1):
        found.append(_one_set(scores, tracks, shape, limit, left[: len(scores)], shown))
        if number == len(rankings):
            break
        before = [position for position, _ in found[-1]]
        left[before] = False
        if before and shape.one_version:
            left &= ~np.isin(tracks.group, tracks.group[before])
        shown += before
    return found


def _one_set(
    scores: Floats, tracks: ListedTracks, shape: Shape, limit: int, left: Flags, shown: Sequence[int]
) -> list[tuple[int, float]]:
    order = np.argsort(-scores, kind="stable")
    scale = shape.variety * float(scores[order[0]] - scores[order[-1]]) if len(scores) else 0.0
    order = order[left[order]] if shown else order
    ranked = scores[order].astype(np.float64)
    earlier = tracks.artist[list(shown[1 - shape.window :])].tolist() if shape.window else []
    falling = ranked.tolist()
    limits = ListLimits(falling, tracks.artist[order].tolist(), tracks.group[order].tolist(), shape, earlier)
    found = _picked(_Queue(falling, MarginalRelevance(ranked, tracks.unit, order, scale)), limits, limit)
    return [(int(order[position]), value) for position, value in _falling(found)]


def _falling(found: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Each with the least value so far."""
    values = accumulate((value for _, value in found), min)
    return [(position, value) for (position, _), value in zip(found, values, strict=True)]


class _Queue:
    """Tracks by what each is worth now, the greatest first, equal ones in falling order of score.

    What a track is worth only falls as others are picked, and its score is the most that it can be worth. So a track
    enters the heap when its score could win, and only those at the top are valued anew.
    """

    def __init__(self, scores: Sequence[float], values: MarginalRelevance) -> None:
        self._scores, self._values = scores, values
        self._heap: list[tuple[float, int]] = []
        self._entered = 0
        self._chosen = 0

    def pop(self) -> tuple[int, float] | None:
        """The best track that is left and what it is worth; None when there is none."""
        heap, scores, end = self._heap, self._scores, len(self._scores)
        while True:
            if self._entered < end and (not heap or -heap[0][0] < scores[self._entered]):
                heappush(heap, (-scores[self._entered], self._entered))
                self._entered += 1
            elif not heap:
                return None
            else:
                least, position = heap[0]
                value = self._values.now(position, -least)
                if value == -least:
                    heappop(heap)
                    return position, value
                heapreplace(heap, (-value, position))

    def put(self, tracks: Iterable[tuple[int, float]]) -> None:
        """Puts tracks back that could not be picked when they came."""
        for position, value in tracks:
            heappush(self._heap, (-value, position))

    def choose(self, position: int) -> None:
        """What tracks are worth from now on, beside this one."""
        if self._chosen < VARIED:
            self._values.take(position)
        self._chosen += 1


def _picked(queue: _Queue, limits: ListLimits, limit: int) -> list[tuple[int, float]]:
    """The best tracks that the limits allow, with what they were worth when they were picked."""
    picked: list[tuple[int, float]] = []
    waiting: dict[int, list[tuple[int, float]]] = defaultdict(list)  # by artist at the limit
    while len(picked) < limit and (best := queue.pop()):
        position = best[0]
        if limits.is_used(position):
            continue
        if (artist := limits.full_artist(position)) is not None:
            waiting[artist].append(best)
            continue
        if limits.raised_for(position):
            queue.put([best])
        else:
            picked.append(best)
            limits.take(position)
            queue.choose(position)
        for opened in limits.opened():
            queue.put(waiting.pop(opened, ()))
    return picked

"""From scores to a list: one card per recording, so many per artist, and variety by maximal marginal relevance.

MMR (Carbonell and Goldstein 1998): each step takes the track with the highest score - variety * scale * (greatest
cosine to those already taken). That value only falls as tracks are taken, and a track's score bounds its value: cosines
are worked out for the tracks whose score could still win, not for the whole pool.

The limit per artist counts the whole set or a window of consecutive positions. A window lets artists in again further
down, whose tracks may then be worth more than the one before: such a track comes with the score of the position before
it, so scores never rise down the list.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from kit.release import Floats, Ints

Flags = npt.NDArray[np.bool_]

VARIED = 50
"""Tracks picked one by one for variety; further down a list nobody compares neighbours, and the values stand."""
RELAX_CAP_BELOW = 0.25
"""Share of a kept-out track's score below which a track is no neighbour of the seeds: in a scene of nine artists 15
tracks score .96 and more and what follows them near 0."""
RAISED_AT_MOST = 10
WINDOW, MATRIX = 96, 96
"""Tracks whose cosines are worked out at first, doubled whenever a track outside could win; up to MATRIX tracks all by
all in one matrix, beyond that of the tracks taken alone."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a list may look."""

    variety: float
    per_artist: int | None
    one_version: bool
    cap_gives_way: bool = False  # where only unrelated tracks are left: a mode's own cap, not one that the caller set
    window: int | None = None  # consecutive positions that per_artist counts in, at least 2; None: the whole set

    @property
    def unlimited(self) -> bool:
        """Whether any track may follow any other."""
        return self.per_artist is None and not self.one_version


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
    if not scale and shape.unlimited:
        return list(zip(order[:limit].tolist(), ranked[:limit].tolist(), strict=True))
    earlier = tracks.artist[list(shown[1 - shape.window :])].tolist() if shape.window else []
    running = _SelectionState(ranked, tracks.artist[order], tracks.group[order], shape, earlier)
    if scale:
        found = _varied(ranked, _MarginalRelevance(ranked, tracks.unit, order, scale), running, limit)
    else:
        found = _in_order(ranked, running, limit)
    positions = order[[position for position, _ in found]].tolist() if found else []
    return list(zip(positions, accumulate([value for _, value in found], min), strict=True))  # the least value so far


class _SelectionState:
    """Which tracks of a falling order may be picked next: not the (c,) `used` ones, which never come back, nor those of
    artists at the limit, (c,) `full`."""

    def __init__(self, scores: Floats, artist: Ints, group: Ints, shape: Shape, earlier: Sequence[int]) -> None:
        self._scores, self._artist, self._group, self._shape = scores, artist, group, shape
        self._related = RELAX_CAP_BELOW * float(scores[0]) if len(scores) else 0.0
        self._versions = _repeated(group) if shape.one_version else set[int]()
        self._recent = deque(earlier)  # artists of the positions that the window sees, oldest first
        self._held = Counter(earlier)
        self._most, self._raised = shape.per_artist, 0
        self.used: Flags = np.zeros(len(artist), dtype=bool)
        self.full: Flags = np.zeros(len(artist), dtype=bool)
        self.any_full = False  # False: none is, and it need not be looked up
        if earlier:
            self._close_artists()

    def take(self, position: int) -> bool:
        """Closes the track, its other versions and, at the limit, its artist; opens the artist that leaves the window.
        Whether there are other versions."""
        self.used[position] = True
        if self._most is not None:
            self._count(int(self._artist[position]), self._most)
        several = bool(self._versions) and int(self._group[position]) in self._versions
        if several:
            self.used |= self._group == self._group[position]
        return several

    def relaxes_cap(self, position: int) -> bool:
        """Whether a mode's own limit is raised rather than that this track is picked: it scores next to nothing beside
        one that only the limit keeps out."""
        if self._scores[position] >= self._related or not self._shape.cap_gives_way:
            return False
        best = float(self._scores[self.full & ~self.used].max(initial=0.0))
        if self._most is None or self._raised >= RAISED_AT_MOST or self._scores[position] >= RELAX_CAP_BELOW * best:
            return False
        self._most, self._raised = self._most + 1, self._raised + 1
        self._close_artists()
        return True

    def _count(self, artist: int, most: int) -> None:
        window = self._shape.window
        if window and len(self._recent) >= window - 1:
            gone = self._recent.popleft()
            self._held[gone] -= 1
            if self._held[gone] == most - 1 and gone != artist:
                self.full[self._artist == gone] = False
                self.any_full = bool(self.full.any())
        self._recent.append(artist)
        self._held[artist] += 1
        if self._held[artist] >= most:
            self.full |= self._artist == artist
            self.any_full = True

    def _close_artists(self) -> None:
        most = self._most or 0
        self.full = np.isin(self._artist, [artist for artist, held in self._held.items() if held >= most])
        self.any_full = bool(self.full.any())


def _repeated(group: Ints) -> set[int]:
    """Groups that come more than once."""
    ordered = np.sort(group)
    return set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())


class _MarginalRelevance:
    """(seen,) what each of the first tracks of a falling order is worth now: -inf once it is used.

    Vectors are fetched for the tracks looked at, not for all.
    """

    def __init__(self, scores: Floats, unit: Callable[[Ints], Floats], order: Ints, scale: float) -> None:
        self._scores, self._unit, self._order, self._scale = scores, unit, order, scale
        self._vectors: Floats = np.empty((0, 0), np.float32)
        self._beside: Floats = np.empty((0, 0))  # (seen, seen) what each track is worth at most beside each other
        self.now: Floats = np.empty(0)

    def look_at(self, count: int, taken: Sequence[int], used: Flags) -> None:
        """Adds the tracks up to `count`, worth their scores less what the `taken` ones take off."""
        seen = len(self.now)
        new = self._unit(self._order[seen:count])
        self._vectors = np.concatenate([self._vectors, new]) if seen else new
        if count <= MATRIX:
            self._widen(new, seen, count)
        worth = self._scores[seen:count].copy()
        for position in taken:
            np.minimum(worth, self._worth_beside(position, seen, count), out=worth)
        worth[used[seen:count]] = -np.inf
        self.now = np.concatenate([self.now, worth])

    def _widen(self, new: Floats, seen: int, count: int) -> None:
        """The matrix of what tracks are worth beside others, with more rows and columns."""
        beside = np.empty((count, count))
        beside[:seen, :seen] = self._beside
        cosines = (-self._scale) * (new @ self._vectors.T)
        np.add(cosines, self._scores[:count], out=beside[seen:])
        np.add(cosines[:, :seen].T, self._scores[seen:count], out=beside[:seen, seen:])
        self._beside = beside

    def _worth_beside(self, position: int, first: int, count: int) -> Floats:
        if count <= len(self._beside):
            row: Floats = self._beside[position, first:count]
            return row
        worth: Floats = self._scores[first:count] - self._scale * (self._vectors[first:count] @ self._vectors[position])
        return worth

    def take(self, position: int) -> None:
        """What tracks are worth after one was taken."""
        np.minimum(self.now, self._worth_beside(position, 0, len(self.now)), out=self.now)


def _in_order(scores: Floats, running: _SelectionState, limit: int) -> list[tuple[int, float]]:
    """The first tracks that the shape allows; scores fall."""
    picked: list[tuple[int, float]] = []
    while len(picked) < limit and len(scores):
        closed = running.used | running.full
        position = int(closed.argmin())
        if closed[position]:
            break
        if running.relaxes_cap(position):
            continue
        running.take(position)
        picked.append((position, float(scores[position])))
    return picked


def _varied(
    scores: Floats, values: _MarginalRelevance, running: _SelectionState, limit: int
) -> list[tuple[int, float]]:
    """Maximal marginal relevance over tracks in falling order of score."""
    picked: list[tuple[int, float]] = []
    while len(picked) < limit:
        seen = len(values.now)
        now = np.where(running.full[:seen], -np.inf, values.now) if running.any_full else values.now
        best = int(now.argmax()) if seen else -1
        if seen < len(scores) and (best < 0 or now[best] < scores[seen]):
            until = min(max(WINDOW, 2 * seen), len(scores))
            values.look_at(until, [position for position, _ in picked[:VARIED]], running.used)
            continue
        if best < 0 or now[best] == -np.inf:
            break
        if running.relaxes_cap(best):
            continue
        picked.append((best, float(now[best])))
        several = running.take(best)
        if len(picked) <= VARIED:
            values.take(best)
        values.now[running.used[:seen] if several else best] = -np.inf
    return picked

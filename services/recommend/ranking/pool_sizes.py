"""Sizes of the candidate pools: how many candidates each set is picked from, grown while a set is too short."""

from collections.abc import Sequence, Sized

from kit.wire.recommend import RecommendationOptions
from services.recommend.ranking.scoring import Preferences

POOL_BASE, POOL_PER_TRACK, POOL_MOST = 200, 4, 5000
"""Candidates fetched for reshaping: enough that one track per artist can be kept of every four found."""
GROWTH, POOL_LARGEST = 8, 50_000
"""A set that comes short is picked again from so many times as many candidates, as long as there are more and up to the
largest pool: at most three rounds. Most lists need none."""


def pool_size(options: RecommendationOptions, wish: Preferences, number: int) -> int:
    """How many candidates set `number` is picked from: exactly what is shown when nothing reshapes the list."""
    shown = options.limit * number
    plain = wish.neutral and not wish.variety and wish.per_artist is None and not wish.one_version
    if plain and all(value is None for _, value in options.targets):
        return shown
    return min(POOL_BASE + POOL_PER_TRACK * shown, max(POOL_MOST, shown))


class Pools:
    """The sizes for every set up to the requested one.

    A set's size follows from what that set and those before it hold, so a request for a later set picks the earlier
    ones from the pools that their own requests saw.
    """

    def __init__(self, least: Sequence[int], limit: int) -> None:
        self._least, self._limit = least, limit
        self._grown = [0] * len(least)

    @property
    def sizes(self) -> list[int]:
        """One a set, never falling."""
        return [self._size(least, grown) for least, grown in zip(self._least, self._grown, strict=True)]

    def grow(self, picked: Sequence[Sized], found: int) -> bool:
        """Widens the pools of the first set that is too short, and of those after it; False when no set is or when
        there are no more candidates than the `found` ones, the largest pool's."""
        for at, (tracks, size) in enumerate(zip(picked, self.sizes, strict=True)):
            if len(tracks) < self._limit and size <= found and size < POOL_LARGEST:
                grown = self._grown[at] + 1
                self._grown[at:] = [max(later, grown) for later in self._grown[at:]]
                return True
        return False

    @staticmethod
    def _size(least: int, grown: int) -> int:
        return max(least, min(least * int(GROWTH**grown), POOL_LARGEST))

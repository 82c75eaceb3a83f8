"""Which tracks a list may still take: one version of a recording, so many tracks of an artist."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

RELAX_CAP_BELOW = 0.25
"""Share of a kept-out track's score below which a track is no neighbour of the seeds: in a scene of nine artists 15
tracks score .96 and more and what follows them near 0."""
RAISED_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """How a list may look."""

    variety: float
    per_artist: int | None
    one_version: bool
    cap_gives_way: bool = False  # where only unrelated tracks are left: a mode's own cap, not one that the caller set
    window: int | None = None  # consecutive positions that per_artist counts in, at least 2; None: the whole set


class ListLimits:
    """The state of a list under way over tracks in falling order of score: scores, artists and recording groups (c,).

    `earlier` are the artists of the positions before it that its window still sees.
    """

    def __init__(
        self,
        scores: Sequence[float],
        artist: Sequence[int],
        group: Sequence[int],
        shape: Shape,
        earlier: Sequence[int],
    ) -> None:
        self._scores, self._artist, self._group, self._shape = scores, artist, group, shape
        self._related = RELAX_CAP_BELOW * scores[0] if scores else 0.0
        self._recent = deque(earlier)  # artists of the positions that the window sees, oldest first
        self._held = Counter(earlier)
        self._most, self._raised = shape.per_artist, 0
        self._taken: set[int] = set()
        self._groups: set[int] = set()
        self._full, self._opened = self._at_the_limit(), set[int]()

    def is_used(self, position: int) -> bool:
        """Whether the track is in the list, or another version of it."""
        return self._group[position] in self._groups if self._shape.one_version else position in self._taken

    def full_artist(self, position: int) -> int | None:
        """The track's artist when that is at the limit."""
        artist = self._artist[position]
        return artist if artist in self._full else None

    def take(self, position: int) -> None:
        """Counts the track, its recording and its artist; opens the artist that leaves the window."""
        self._taken.add(position)
        self._groups.add(self._group[position])
        if self._most is not None:
            self._count(self._artist[position], self._most)

    def opened(self) -> set[int]:
        """The artists that were at the limit and no longer are, since the last call."""
        opened, self._opened = self._opened, set()
        return opened

    def raised_for(self, position: int) -> bool:
        """Whether a mode's own limit was raised rather than that this track is picked: it scores next to nothing beside
        one that only the limit keeps out."""
        score = self._scores[position]
        if score >= self._related or not self._shape.cap_gives_way:
            return False
        if self._most is None or self._raised >= RAISED_AT_MOST or score >= RELAX_CAP_BELOW * self._best_kept_out():
            return False
        self._most, self._raised = self._most + 1, self._raised + 1
        before, self._full = self._full, self._at_the_limit()
        self._opened |= before - self._full
        return True

    def _best_kept_out(self) -> float:
        """The greatest score of a track that only its artist keeps out, at least 0."""
        kept_out = (
            score
            for position, score in enumerate(self._scores)
            if self._artist[position] in self._full and not self.is_used(position)
        )
        return max(next(kept_out, 0.0), 0.0)

    def _count(self, artist: int, most: int) -> None:
        window = self._shape.window
        if window and len(self._recent) >= window - 1:
            gone = self._recent.popleft()
            self._held[gone] -= 1
            if self._held[gone] == most - 1 and gone != artist:
                self._full.discard(gone)
                self._opened.add(gone)
        self._recent.append(artist)
        self._held[artist] += 1
        if self._held[artist] >= most:
            self._full.add(artist)

    def _at_the_limit(self) -> set[int]:
        most = self._most
        return set() if most is None else {artist for artist, held in self._held.items() if held >= most}

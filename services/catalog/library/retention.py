"""How much of what people say and were shown is kept. Pure: the store counts and deletes.

    shown       seven days, and of each person the latest so many tracks; impressions among the feedback alike
    opinions    so many tracks with an opinion a person; one more is refused, a change of one never
    plays       so many plays and skips a person; one more is refused

Nothing that has an effect is ever dropped to make room. When a person's log is full, what has none goes first: events
that were undone, opinions that a later one replaced, and `neutral`, which is as good as nothing said. Those can no
longer be undone.
"""

from dataclasses import dataclass
from datetime import timedelta

from kit.errors import Conflict
from kit.wire.library import MAX_SHOWN_LATELY

LATELY = timedelta(days=7)
"""What was shown earlier has no effect."""
MAX_KEYS = 10_000
"""Idempotency keys remembered a person, those of the latest events: twenty full batches of feedback."""


@dataclass(frozen=True)
class Retention:
    """The limits of one person. A row of the log takes about 300 bytes with its indexes."""

    opinions: int = 50_000
    plays: int = 200_000
    shown_tracks: int = MAX_SHOWN_LATELY


@dataclass(slots=True)
class Room:
    """How many more tracks with an opinion, and plays or skips, a person's log takes; counted down as rows are
    recorded. `most` is what was set."""

    most: Retention
    opinions: int
    plays: int

    def refuse_opinion(self) -> Conflict | None:
        """Why an opinion on one more track is not recorded."""
        if self.opinions > 0:
            return None
        return Conflict(
            f"you have an opinion of {self.most.opinions:,} tracks, the most that is kept: take some back first, "
            "or have SEGUE_CATALOG_OPINIONS_MOST raised"
        )

    def refuse_play(self) -> Conflict | None:
        """Why one more play or skip is not recorded."""
        if self.plays > 0:
            return None
        return Conflict(
            f"{self.most.plays:,} plays and skips of yours are kept, the most: undo some first, "
            "or have SEGUE_CATALOG_PLAYS_MOST raised"
        )

"""Retention limits of the feedback log and of impressions. Pure: the store counts and deletes.

    shown       seven days, and at most `shown_tracks` of each user, the latest (a tenth more until the next deletion);
                impressions in the feedback alike
    opinions    at most `opinions` tracks with an opinion a user; one more is refused, a change never
    added       at most `added_tracks` tracks that a user's files named and the catalogue lacked; no more are added
    plays       at most `plays` plays and skips a user; one more is refused

Events that have an effect are never deleted to make room. When a user's log is full, those without effect are deleted
first: undone events, opinions replaced by a later one, and `neutral`. They can then no longer be undone.
"""

from dataclasses import dataclass
from datetime import timedelta

from kit.errors import Conflict
from kit.wire.library import MAX_SHOWN_LATELY

LATELY = timedelta(days=7)
"""Impressions older than this have no effect."""
MAX_KEYS = 10_000
"""Idempotency keys kept per user, those of the latest events: twenty full batches of feedback."""


@dataclass(frozen=True)
class Retention:
    """The limits per user. A row of the log takes about 300 bytes with its indexes."""

    opinions: int = 50_000
    plays: int = 200_000
    shown_tracks: int = MAX_SHOWN_LATELY
    added_tracks: int = 20_000


@dataclass(slots=True)
class Room:
    """Remaining capacity of a user's log: tracks with an opinion, and plays or skips; decremented as rows are
    recorded. `most` are the limits."""

    most: Retention
    opinions: int
    plays: int

    def refuse_opinion(self) -> Conflict | None:
        """The error for an opinion on one more track; None while there is capacity."""
        if self.opinions > 0:
            return None
        return Conflict(
            f"you have an opinion of {self.most.opinions:,} tracks, the most that is kept: take some back first, "
            "or have SEGUE_CATALOG_OPINIONS_MOST raised"
        )

    def refuse_play(self) -> Conflict | None:
        """The error for one more play or skip; None while there is capacity."""
        if self.plays > 0:
            return None
        return Conflict(
            f"{self.most.plays:,} plays and skips of yours are kept, the most: undo some first, "
            "or have SEGUE_CATALOG_PLAYS_MOST raised"
        )

"""The weekly list Rediscover: tracks that a person liked or played and has not played for long. Pure.

Tracks that were liked, or played more, come more often; which of them come this week is drawn by the week and the
person, so that a list is the same however often it is made, and another one next week.
"""

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import blake2b
from math import log, log2
from typing import NamedTuple
from uuid import UUID

from kit.wire.library import UserFeedback
from kit.wire.weekly import MAX_WEEKLY_TRACKS
from services.recommend.values import Reason

LONG_DAYS = 90
"""Days without a play (and since the like) after which a track is not heard for long."""
LIKED_WEIGHT = 3.0


class Memory(NamedTuple):
    """What is remembered of a track: whether it is liked and since which day, its plays, the day of the last one
    (datetime.date.toordinal, 0 = never)."""

    track: str
    liked_day: int
    plays: int
    last_day: int

    @property
    def weight(self) -> float:
        """How much speaks for hearing it again."""
        return (LIKED_WEIGHT if self.liked_day else 0.0) + log2(1 + self.plays)


def memories(feedback: UserFeedback, liked_days: Mapping[str, int]) -> list[Memory]:
    """The tracks with counted likes or plays; a like without a known day is as old as the last play."""
    played = {one.track: one for one in feedback.played if one.plays > one.skips}
    found = []
    for track in dict.fromkeys([*feedback.likes, *played]):
        one, liked = played.get(track), track in liked_days
        last = one.last_day if one else 0
        found.append(Memory(track, liked_days[track] if liked else 0, one.plays if one else 0, last))
    return found


def rediscovered(
    remembered: list[Memory], person: UUID, week: date, artist_of: Callable[[str], int | None]
) -> list[Memory]:
    """At most MAX_WEEKLY_TRACKS of them, one for each artist. `artist_of` gives the number of a track's artist, None
    for a track that is not to come."""
    limit = week.toordinal() - LONG_DAYS
    old = [one for one in remembered if one.weight and max(one.last_day, one.liked_day) <= limit]
    drawn = sorted(old, key=lambda one: _draw(one, person, week))
    chosen: dict[int, Memory] = {}
    for one in drawn:
        if (artist := artist_of(one.track)) is not None and artist not in chosen:
            chosen[artist] = one
            if len(chosen) == MAX_WEEKLY_TRACKS:
                break
    return list(chosen.values())


def reason_of(one: Memory) -> Reason:
    """Why it is there, in the form of kit.wire.recommend_response.Reason."""
    times = "once" if one.plays == 1 else f"{one.plays} times"
    if one.last_day:
        text = f"Played {times}, last in {_month(one.last_day)}"
        text = f"Liked, {text[0].lower()}{text[1:]}" if one.liked_day else text
    else:
        text = f"Liked in {_month(one.liked_day)}, not played since"
    return {"text": text, "seeds": [], "together_in": None, "near_in": [], "space": "history"}


def _draw(one: Memory, person: UUID, week: date) -> float:
    """A key whose smallest values are a weighted sample without replacement (Efraimidis and Spirakis 2006)."""
    digest = blake2b(f"{person}{week}{one.track}".encode(), digest_size=8).digest()
    uniform = (int.from_bytes(digest) + 1) / 2.0**64
    return -log(uniform) / one.weight


def _month(day: int) -> str:
    return f"{date.fromordinal(day):%B %Y}"

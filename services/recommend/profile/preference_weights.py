"""What a person's likes, plays and dislikes weigh. Pure."""

from collections.abc import Iterable
from math import log2

from kit.wire.library import VALUE, UserFeedback
from services.recommend.values import SeedRef

POOLED = 500
"""Liked and played tracks that make up the query vectors: the newest likes first, then the tracks played last. What is
left out of an answer is not bounded by it."""
PLAYED_SCALE, PLAYED_MOST = 0.1, 0.5
"""Plays against a like of 1: 0.1 after one, 0.2 after three, half a like from 31 on. It is weaker than a like."""
DISLIKED, NEVER = 1.0, 2.0


def played_weight(plays: int, skips: int) -> float:
    """min(0.5, 0.1 log2(1 + plays - skips)); 0 when it is skipped as often as it is played."""
    return min(PLAYED_MOST, PLAYED_SCALE * log2(1 + max(plays - skips, 0)))


def liked_seeds(feedback: UserFeedback) -> list[SeedRef]:
    """The seeds of a user's feedback, at most POOLED."""
    likes = [SeedRef(track, because="liked") for track in feedback.likes[:POOLED]]
    rated = {*feedback.likes, *feedback.dislikes, *feedback.never}
    plays = ((one.track, played_weight(one.plays, one.skips)) for one in feedback.played if one.track not in rated)
    played_seeds = [SeedRef(track, weight=weight, because="played") for track, weight in plays if weight > 0]
    return [*likes, *played_seeds][:POOLED]


def disliked_seeds(feedback: UserFeedback) -> list[SeedRef]:
    """The tracks to keep away from, at most POOLED; `never` counts double."""
    never = [SeedRef(track, weight=NEVER) for track in feedback.never]
    disliked = [SeedRef(track, weight=DISLIKED) for track in feedback.dislikes]
    return [*never, *disliked][:POOLED]


def never_recommended(feedback: UserFeedback) -> Iterable[str]:
    """Tracks that are never recommended, whatever the request."""
    return (*feedback.dislikes, *feedback.never)


def known(feedback: UserFeedback) -> Iterable[str]:
    """Everything the person has an opinion of, has played or has in a playlist, excluded events included."""
    rated = (*feedback.likes, *feedback.set_aside, *never_recommended(feedback))
    return (*rated, *(one.track for one in feedback.played), *feedback.heard, *feedback.in_playlists)


def played_since(feedback: UserFeedback, day: int) -> list[str]:
    """Tracks whose last play was on a day (datetime.date.toordinal) or later, excluded plays included."""
    recent = [one.track for one in feedback.played if one.last_day >= day]
    return [*recent, *(track for track, last in zip(feedback.heard, feedback.last_days, strict=True) if last >= day)]


def opinions(feedback: UserFeedback) -> dict[str, int]:
    """The `like` of a track object for every track that the person has an opinion of."""
    return {
        **dict.fromkeys((*feedback.likes, *feedback.set_aside), VALUE["like"]),
        **dict.fromkeys(feedback.dislikes, VALUE["dislike"]),
        **dict.fromkeys(feedback.never, VALUE["never"]),
    }

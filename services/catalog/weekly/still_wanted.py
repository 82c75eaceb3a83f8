"""Which tracks of a stored weekly list a person still wants: what was disliked, muted or excluded since is left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from kit.muting import card_muted_by
from kit.wire.catalog import Track
from kit.wire.library import UserFeedback
from kit.wire.weekly import WeeklyKey


def still_wanted(
    key: WeeklyKey,
    made: Sequence[dict[str, Any]],
    tracks: Mapping[str, Track],
    feedback: UserFeedback,
    muted_names: Sequence[str],
) -> list[dict[str, Any]]:
    """Those of the made tracks that the catalogue has and nothing speaks against. `muted_names` are the names of the
    muted artists.

    What was excluded from the taste, or is no longer liked, speaks for no track: one of which nothing else speaks is
    left out, and it does not stand in Rediscover itself.
    """
    unwanted, speaking = {*feedback.dislikes, *feedback.never}, _speaking(feedback)
    muted = card_muted_by(feedback.mutes, muted_names) if feedback.mutes else _nothing

    def is_wanted(one: dict[str, Any]) -> bool:
        track, seeds = one["track"], [seed["track"] for seed in one["reason"]["seeds"] if seed.get("track")]
        if track in unwanted or track not in tracks or muted(tracks[track].model_dump()):
            return False
        if key is WeeklyKey.REDISCOVER:
            return track in speaking
        return not seeds or any(seed in speaking for seed in seeds)

    return [one for one in made if is_wanted(one)]


def _speaking(feedback: UserFeedback) -> set[str]:
    """Tracks whose likes or plays count."""
    return {*feedback.likes, *(one.track for one in feedback.played if one.plays)}


def _nothing(_card: Mapping[str, Any]) -> bool:
    return False

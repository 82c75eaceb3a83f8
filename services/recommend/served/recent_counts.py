"""What people liked and played lately, over all people, by track: the recent part of trending tracks."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class RecentCounts:
    """People by track id who liked or played it lately, and everybody behind these; told apart by identity."""

    tracks: Mapping[str, int]
    people: int


NO_RECENT = RecentCounts({}, 0)

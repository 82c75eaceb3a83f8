"""What a change does to the tracks of a playlist: add, remove, move, replace. Pure.

Each function takes the tracks as they are and returns them as they become; an unchanged list is the same object.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from kit.errors import BadRequest


class Entry(NamedTuple):
    """A track of a playlist and when it was added."""

    track: UUID
    added_at: datetime


Entries = list[Entry]


def added(
    entries: Entries, tracks: Sequence[UUID], position: int | None, now: datetime, *, allow_repeats: bool
) -> Entries:
    """With `tracks` from `position` on, or at the end; those already there are skipped unless repeats are allowed."""
    held = {entry.track for entry in entries}
    new = list(tracks) if allow_repeats else [track for track in dict.fromkeys(tracks) if track not in held]
    if not new:
        return entries
    at = len(entries) if position is None else min(position, len(entries))
    return [*entries[:at], *(Entry(track, now) for track in new), *entries[at:]]


def removed(entries: Entries, tracks: Collection[UUID]) -> Entries:
    """Without these tracks, wherever they stand."""
    left = [entry for entry in entries if entry.track not in tracks]
    return left if len(left) < len(entries) else entries


def moved(entries: Entries, start: int, count: int, to: int) -> Entries:
    """With `count` entries from `start` on at position `to` of the others; BadRequest outside of the list."""
    if start + count > len(entries) or to > len(entries) - count:
        raise BadRequest(
            f"the playlist has {len(entries)} tracks: {count} from position {start} on cannot stand at position {to}"
        )
    block, others = entries[start : start + count], entries[:start] + entries[start + count :]
    found = [*others[:to], *block, *others[to:]]
    return entries if found == entries else found


def replaced(entries: Entries, tracks: Sequence[UUID], now: datetime) -> Entries:
    """These tracks in this order; those that were there keep the moment at which they were added."""
    since = {entry.track: entry.added_at for entry in reversed(entries)}
    found = [Entry(track, since.get(track, now)) for track in tracks]
    return entries if [one.track for one in found] == [one.track for one in entries] else found


def unchanged_prefix(before: Entries, after: Entries) -> int:
    """The number of first entries that are the same in both: only what follows is written."""
    pairs = zip(before, after, strict=False)
    return next((at for at, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after)))

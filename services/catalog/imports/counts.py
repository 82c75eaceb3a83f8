"""Counts of an import: rows read, matched, new, repeated and skipped with reasons and lines. Pure.

A row is counted once, in one of: new (something was recorded), repeated (it was there already), unmatched, skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

ADDED = "added"
CORRECTION = "correction"
MOST_LINES = 10
MOST_REASONS = 50
MOST_FILES = 500
MOST_PLAYLISTS = 2_000


@dataclass(slots=True)
class Counts:
    """What became of the rows so far. `position` counts records, so that an interrupted import goes on there."""

    position: int = 0
    read: int = 0
    matched: int = 0
    unmatched: int = 0
    not_kept: int = 0
    new: int = 0
    repeated: int = 0
    skipped: int = 0
    tracks_added: int = 0
    rows_added: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    playlists: int = 0
    playlist_keys: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, progress: Mapping[str, Any]) -> "Counts":
        """The counts that `document` wrote, or new ones."""
        known = {name: progress[name] for name in cls.__dataclass_fields__ if name in progress}
        return cls(**known)

    def document(self) -> dict[str, Any]:
        """The counts as JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def enter(self, name: str, file_format: str | None) -> None:
        """Begins the next file."""
        if len(self.files) < MOST_FILES:
            self.files.append({"name": name, "format": file_format, "read": 0})

    def row(self) -> None:
        """Counts a row that was read."""
        self.read += 1
        if self.files:
            self.files[-1]["read"] += 1

    def skip(self, reason: str, file: str, line: int, excerpt: str = "") -> None:
        """Counts a row that gives nothing, with its place for the first few of each reason."""
        self.skipped += 1
        if reason not in self.reasons and len(self.reasons) >= MOST_REASONS:
            reason = "other reasons"
        about = self.reasons.setdefault(reason, {"count": 0, "examples": []})
        about["count"] += 1
        if len(about["examples"]) < MOST_LINES:
            about["examples"].append({"file": file, "line": line, "excerpt": excerpt})

    def match(self, rule: str) -> None:
        """Counts a row whose track is known, by the rule that found it; "added" is no match."""
        self.matched += rule != ADDED
        self.rules[rule] = self.rules.get(rule, 0) + 1

    def add(self, tracks: int, rows: int) -> None:
        """Counts tracks that were added, and rows that were unmatched until then."""
        self.tracks_added += tracks
        self.rows_added += rows
        self.unmatched -= rows
        self.rules[ADDED] = self.rules.get(ADDED, 0) + rows

    def correct(self, *, waiting: int, named: int, own: int, new: int, repeated: int) -> None:
        """Moves rows that got a track since: those that the person named are matched by "correction", those of a track
        of the person's `own` are added. A row whose own track was removed is unmatched again, with those `waiting`.
        `new` and `repeated` events were recorded after the job."""
        before = self.unmatched
        self.unmatched = max(before + self.rows_added - named - own, waiting)
        self.matched += named
        moved = {CORRECTION: named, ADDED: before - self.unmatched - named}
        for rule, count in moved.items():
            if count:
                self.rules[rule] = self.rules.get(rule, 0) + count
        self.repeated += repeated
        recorded = self.matched + self.rules.get(ADDED, 0) - self.repeated
        self.new = min(self.new + new, max(recorded, 0))  # what a removed track held is no longer there

    def playlist(self, name: str, key: str) -> int:
        """The number of a playlist among those of one name, from 1, by its key in the upload. Beyond MOST_PLAYLISTS
        nothing is remembered: playlists of one name are then one."""
        name, key = _short(name), _short(key)
        keys = self.playlist_keys.get(name, [])
        if key not in keys and self.playlists < MOST_PLAYLISTS:
            self.playlist_keys[name] = keys = [*keys, key]
            self.playlists += 1
        return keys.index(key) + 1 if key in keys else 1


def _short(text: str) -> str:
    """A digest of 8 bytes: keys of a file may be of any length."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

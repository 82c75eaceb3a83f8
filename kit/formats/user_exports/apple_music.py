"""Readers of Apple's data export: `Apple Music Play Activity.csv` and `Apple Music Likes and Dislikes.csv`."""

from collections.abc import Iterator
from pathlib import Path

from kit.formats.user_exports import delimited
from kit.formats.user_exports.records import (
    NO_MOMENT,
    NO_NAMES,
    SHORT,
    Listen,
    Rating,
    Record,
    Skipped,
    TrackNames,
    excerpt,
    moment,
    text,
    whole,
)

LEAST_MS = 30_000
NOT_AN_END = "not the end of a play"
PLAYED_TO_THE_END = "NATURAL_END_OF_TRACK"
_LIKED, _DISLIKED = ("LOVE", "LIKE", "FAVO"), ("DISLIKE", "SUGGEST LESS")


def read_play_activity(path: Path) -> Iterator[Record]:
    """Yields the plays: rows whose Event Type is PLAY_END."""
    for row in delimited.rows(path):
        yield row if isinstance(row, Skipped) else _play(row.line, row.values)


def read_likes(path: Path) -> Iterator[Record]:
    """Yields likes and dislikes; the item is described as `artist - title`."""
    for row in delimited.rows(path):
        yield row if isinstance(row, Skipped) else _rating(row.line, row.values)


def _play(line: int, values: dict[str, str]) -> Record:
    get = values.get
    if get("Event Type", "PLAY_END") != "PLAY_END":
        return Skipped(line, NOT_AN_END)
    title = text(get("Song Name")) or text(get("Content Name"))
    artist = text(get("Artist Name")) or text(get("Container Artist Name"))
    duration = whole(get("Media Duration In Milliseconds"))
    track = TrackNames(
        title, artist, text(get("Album Name")) or text(get("Container Album Name")), duration_ms=duration
    )
    if not title:
        return Skipped(line, NO_NAMES)
    at, ms = moment(get("Event Start Timestamp")), whole(get("Play Duration Milliseconds"))
    if at is None and (ended := moment(get("Event End Timestamp"))) is not None:
        at = ended - (ms or 0) / 1000
    if at is None:
        return Skipped(line, NO_MOMENT, excerpt(artist, title))
    if ms is not None and ms < LEAST_MS and get("End Reason Type") != PLAYED_TO_THE_END:
        return Skipped(line, SHORT, excerpt(artist, title))
    return Listen(line, track, at, ms)


def _rating(line: int, values: dict[str, str]) -> Record:
    described = text(values.get("Item Description"))
    artist, dash, title = described.partition(" - ")
    preference = (values.get("Preference") or "").strip().upper()
    if not dash:
        return Skipped(line, NO_NAMES, excerpt(described))
    value = -1 if preference.startswith(_DISLIKED) else 1 if preference.startswith(_LIKED) else 0
    if value == 0:
        return Skipped(line, "no opinion", excerpt(described))
    at = moment(values.get("Last Modified")) or moment(values.get("Created"))
    return Rating(line, TrackNames(text(title), text(artist)), value, at)

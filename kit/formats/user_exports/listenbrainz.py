"""Readers of a ListenBrainz export: `listens/<year>/<month>.jsonl` and `feedback.jsonl`, also as JSON arrays."""

from collections.abc import Callable, Iterator
from typing import IO, Any

from kit.formats.user_exports import json_rows
from kit.formats.user_exports.records import (
    BROKEN_OFF,
    NO_MOMENT,
    NO_NAMES,
    UNREADABLE,
    Listen,
    Rating,
    Record,
    Skipped,
    TrackNames,
    excerpt,
    isrc,
    mbid,
    spotify_id,
    text,
    whole,
)


def read_listens(file: IO[bytes], _name: str) -> Iterator[Record]:
    """Yields the listens; `listened_at` is the moment at which the track began."""
    return _rows(file, _listen)


def read_feedback(file: IO[bytes], _name: str) -> Iterator[Record]:
    """Yields loved (1) and hated (-1) recordings; a score of 0 is left out."""
    return _rows(file, _rating)


def _rows(file: IO[bytes], convert: Callable[[int, dict[str, Any]], Record]) -> Iterator[Record]:
    head = file.read(64)
    file.seek(0)
    rows = json_rows.array if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[" else json_rows.lines
    for line, row in rows(file):
        if isinstance(row, dict):
            yield convert(line, row)
        else:
            yield Skipped(line, BROKEN_OFF if isinstance(row, json_rows.Malformed) else UNREADABLE)


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def names_of(metadata: dict[str, Any]) -> TrackNames:
    """The track of a `track_metadata` object: the mapping of ListenBrainz first, then what the player sent."""
    info, mapped = _map(metadata.get("additional_info")), _map(metadata.get("mbid_mapping"))
    seconds = info.get("duration")
    duration = info.get("duration_ms") or (seconds * 1000 if isinstance(seconds, int | float) else None)
    return TrackNames(
        text(metadata.get("track_name")),
        text(metadata.get("artist_name")),
        text(metadata.get("release_name")),
        spotify_id(info.get("spotify_id")),
        mbid(mapped.get("recording_mbid")) or mbid(info.get("recording_mbid")),
        isrc(info.get("isrc")),
        whole(duration),
    )


def _listen(line: int, row: dict[str, Any]) -> Record:
    metadata = _map(row.get("track_metadata"))
    track = names_of(metadata)
    if not track.is_identified:
        return Skipped(line, NO_NAMES, excerpt(track.artist, track.title))
    at = row.get("listened_at")
    if not isinstance(at, int | float) or not 0 < at < 1e11:
        return Skipped(line, NO_MOMENT, excerpt(track.artist, track.title))
    played = _map(metadata.get("additional_info")).get("duration_played")
    return Listen(line, track, float(at), whole(played * 1000) if isinstance(played, int | float) else None)


def _rating(line: int, row: dict[str, Any]) -> Record:
    track = names_of(_map(row.get("track_metadata")))
    track = track._replace(mbid=mbid(row.get("recording_mbid")) or track.mbid)
    score, at = row.get("score"), row.get("created")
    if not track.is_identified:
        return Skipped(line, NO_NAMES)
    if score not in (1, -1):
        return Skipped(line, "no opinion")
    return Rating(line, track, int(score), float(at) if isinstance(at, int | float) and 0 < at < 1e11 else None)

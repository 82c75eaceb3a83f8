"""Readers of Last.fm scrobbles: the CSV with `uts`, the headerless CSV, and the JSON of the API's recent tracks."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from kit.formats.user_exports import delimited, json_rows
from kit.formats.user_exports.json_document import BROKEN, entries
from kit.formats.user_exports.records import (
    BROKEN_OFF,
    NO_MOMENT,
    NO_NAMES,
    UNREADABLE,
    Listen,
    Record,
    Skipped,
    TrackNames,
    excerpt,
    mbid,
    text,
)

PLAYING_NOW = "was playing while the file was written"
_CLOCK = re.compile(r", (?:[01][0-9]|2[0-3]):[0-5][0-9]")
EARLIEST = 1_000_000_000  # Last.fm began in 2002: an earlier moment is a player without a clock


def read_csv_with_header(path: Path) -> Iterator[Record]:
    """Yields the scrobbles of `uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid`."""
    for row in delimited.rows(path):
        if isinstance(row, Skipped):
            yield row
        else:
            get = row.values.get
            track = TrackNames(
                text(get("track")), text(get("artist")), text(get("album")), mbid=mbid(get("track_mbid"))
            )
            yield _listen(row.line, track, get("uts") or "", now=not (get("utc_time") or get("uts")))


def read_headerless_csv(path: Path) -> Iterator[Record]:
    """Yields the scrobbles of `artist,album,track,"19 Aug 2026, 20:48"`, a file without a header."""
    with delimited.opened(path) as file:
        for line, values in delimited.records(file):
            if values is None:
                yield Skipped(line, UNREADABLE)
            elif values:
                yield _headerless(line, delimited.cleaned(values))


def read_json(file: IO[bytes], _name: str) -> Iterator[Record]:
    """Yields the scrobbles of a list of API tracks, of pages of them, or of one `recenttracks` object."""
    for line, row in _json_tracks(file):
        if isinstance(row, dict):
            yield _json_track(line, row)
        else:
            yield Skipped(line, BROKEN_OFF if isinstance(row, json_rows.Malformed) else UNREADABLE)


def _json_tracks(file: IO[bytes]) -> Iterator[tuple[int, Any]]:
    head = file.read(64)
    file.seek(0)
    line = 0
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[":
        for _, entry in json_rows.array(file):
            page = entry.get("recenttracks", entry) if isinstance(entry, dict) else entry
            tracks = page.get("track") if isinstance(page, dict) else None
            for row in tracks if isinstance(tracks, list) else [entry]:
                line += 1
                yield line, row
        return
    try:
        for _, row in entries(file, ("recenttracks.track.item", "track.item", "scrobbles.item")):
            line += 1
            yield line, row
    except BROKEN:
        yield line + 1, json_rows.Malformed("the file breaks off")


def _json_track(line: int, row: dict[str, Any]) -> Record:
    artist, album, date = row.get("artist"), row.get("album"), row.get("date")
    track = TrackNames(
        text(row.get("name") or row.get("track")),
        _named(artist),
        _named(album),
        mbid=mbid(row.get("mbid") or row.get("trackId")),
    )
    attributes = row.get("@attr")
    now = isinstance(attributes, dict) and attributes.get("nowplaying") == "true"
    uts = date.get("uts") if isinstance(date, dict) else row.get("uts", date)
    if isinstance(uts, int | float) and 1e11 < uts < math.inf:  # milliseconds
        uts = int(uts // 1000)
    return _listen(line, track, "" if uts is None else str(uts), now=now)


def _named(value: Any) -> str:
    return text(value.get("#text") or value.get("name")) if isinstance(value, dict) else text(value)


def _headerless(line: int, values: list[str]) -> Record:
    if len(values) != 4:
        return Skipped(line, UNREADABLE)
    artist, album, title, when = values
    track = TrackNames(text(title), text(artist), text(album))
    try:
        at = _seconds(when.strip())
    except ValueError:
        return Skipped(line, NO_MOMENT if when.strip() else PLAYING_NOW, excerpt(track.artist, track.title))
    return _listen(line, track, str(at), now=False)


def _seconds(when: str) -> int:
    """Seconds since 1970 of "19 Aug 2026, 20:48" in UTC; ValueError for anything else."""
    date, clock = when[:-7], when[-7:]
    if 10 <= len(date) <= 11 and _CLOCK.fullmatch(clock):
        return _midnight(date) + 3600 * int(clock[2:4]) + 60 * int(clock[5:])
    return int(datetime.strptime(when, "%d %b %Y, %H:%M").replace(tzinfo=UTC).timestamp())


@lru_cache(maxsize=4096)
def _midnight(date: str) -> int:
    """Many plays share a date, and strptime takes most of a row's time."""
    return int(datetime.strptime(date, "%d %b %Y").replace(tzinfo=UTC).timestamp())


def _listen(line: int, track: TrackNames, uts: str, *, now: bool) -> Record:
    if not track.is_identified:
        return Skipped(line, NO_NAMES, excerpt(track.artist, track.title))
    if now:
        return Skipped(line, PLAYING_NOW, excerpt(track.artist, track.title))
    try:
        at = float(uts)
    except ValueError:
        at = 0.0
    if not EARLIEST < at < 1e11:
        return Skipped(line, NO_MOMENT, excerpt(track.artist, track.title))
    return Listen(line, track, at)

"""Recognises a file of a person's export by its first bytes, never by its name, and selects its reader."""

import csv
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from kit import log
from kit.formats.encoding import encoding_of
from kit.formats.rows import WrongFile
from kit.formats.user_exports import (
    apple_music,
    lastfm,
    listenbrainz,
    playlist_files,
    spotify_history,
    spotify_library,
    tables,
    youtube_music,
)
from kit.formats.user_exports.delimited import clean
from kit.formats.user_exports.records import BROKEN_OFF, Record, Skipped

HEAD = 1 << 16


class ExportFormat(StrEnum):
    """Formats of people's own files."""

    SPOTIFY_EXTENDED = "Spotify extended streaming history"
    SPOTIFY_HISTORY = "Spotify account data: streaming history"
    SPOTIFY_LIBRARY = "Spotify account data: library"
    SPOTIFY_PLAYLISTS = "Spotify account data: playlists"
    LISTENBRAINZ = "ListenBrainz listens"
    LISTENBRAINZ_FEEDBACK = "ListenBrainz feedback"
    LASTFM = "Last.fm scrobbles (CSV)"
    LASTFM_HEADERLESS = "Last.fm scrobbles (CSV without a header)"
    LASTFM_JSON = "Last.fm scrobbles (JSON)"
    APPLE_PLAYS = "Apple Music play activity"
    APPLE_LIKES = "Apple Music likes and dislikes"
    YOUTUBE_HISTORY = "YouTube Music history"
    YOUTUBE_LIBRARY = "YouTube Music library"
    SLICE = "Million Playlist slice"
    JSPF = "JSPF playlist"
    XSPF = "XSPF playlist"
    M3U = "M3U playlist"
    TABLE = "CSV table of playlists or tracks"


_STREAMED = {
    ExportFormat.SPOTIFY_EXTENDED: spotify_history.read_extended,
    ExportFormat.SPOTIFY_HISTORY: spotify_history.read_account_history,
    ExportFormat.SPOTIFY_LIBRARY: spotify_library.read_library,
    ExportFormat.SPOTIFY_PLAYLISTS: spotify_library.read_playlists,
    ExportFormat.LISTENBRAINZ: listenbrainz.read_listens,
    ExportFormat.LISTENBRAINZ_FEEDBACK: listenbrainz.read_feedback,
    ExportFormat.LASTFM_JSON: lastfm.read_json,
    ExportFormat.YOUTUBE_HISTORY: youtube_music.read_watch_history,
    ExportFormat.JSPF: playlist_files.read_jspf,
    ExportFormat.XSPF: playlist_files.read_xspf,
    ExportFormat.M3U: playlist_files.read_m3u,
}
_BY_PATH = {
    ExportFormat.LASTFM: lastfm.read_csv_with_header,
    ExportFormat.LASTFM_HEADERLESS: lastfm.read_headerless_csv,
    ExportFormat.APPLE_PLAYS: apple_music.read_play_activity,
    ExportFormat.APPLE_LIKES: apple_music.read_likes,
    ExportFormat.YOUTUBE_LIBRARY: youtube_music.read_saved_tracks,
}
# The first that all stand as JSON keys in the head decide; the more telling ones come first.
_KEYS: tuple[tuple[ExportFormat, tuple[str, ...]], ...] = (
    (ExportFormat.SPOTIFY_EXTENDED, ("ms_played", "ts")),
    (ExportFormat.SPOTIFY_HISTORY, ("msPlayed", "endTime")),
    (ExportFormat.LISTENBRAINZ, ("listened_at", "track_metadata")),
    (ExportFormat.LISTENBRAINZ_FEEDBACK, ("score", "recording_mbid")),
    (ExportFormat.YOUTUBE_HISTORY, ("header", "title", "time")),
    (ExportFormat.JSPF, ("playlist", "track")),
    (ExportFormat.SLICE, ("playlists", "tracks")),
    (ExportFormat.SPOTIFY_PLAYLISTS, ("playlists", "items")),
    (ExportFormat.SPOTIFY_LIBRARY, ("tracks", "bannedTracks")),
    (ExportFormat.SPOTIFY_LIBRARY, ("tracks", "uri", "artist")),
    (ExportFormat.LASTFM_JSON, ("recenttracks",)),
    (ExportFormat.LASTFM_JSON, ("artist", "date", "name")),
    (ExportFormat.LASTFM_JSON, ("artist", "uts")),
)
_KEY = re.compile(r'"([A-Za-z_@#]{1,40})"\s*:')
_OLD_DATE = re.compile(r"^\d{1,2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2}$")


def recognise(head: bytes) -> ExportFormat | None:
    """The format of a file by its first HEAD bytes (UTF-8, see `members`); None for any other file."""
    text = clean(head.decode(encoding_of(head), "surrogateescape" if encoding_of(head) == "utf-8-sig" else "ignore"))
    start = text.lstrip()
    if "\0" in text or not start:
        return None
    if start[:1] in "{[":
        keys = set(_KEY.findall(text))
        return next((found for found, wanted in _KEYS if keys.issuperset(wanted)), None)
    if start.startswith("#EXTM3U") or "\n#EXTINF:" in start or start.startswith("#EXTINF:"):
        return ExportFormat.M3U
    if start.startswith("<"):
        return ExportFormat.XSPF if "<playlist" in text else None
    return _of_table(start)


def read(found: ExportFormat, path: Path, name: str) -> Iterator[Record]:
    """The records of a file of this format; `name` is shown where the file does not name its playlist.

    What a reader cannot read, although it should, ends the file with a Skipped and is logged. Raises WrongFile, and
    OSError and MemoryError, which are not the file's fault.
    """
    line = 0
    try:
        for record in _records(found, path, name):
            line = record.line
            yield record
    except (WrongFile, OSError, MemoryError):
        raise
    except Exception as error:
        log.get("formats").error("a reader failed", format=found.value, after_line=line, error=type(error).__name__)
        yield Skipped(line + 1, BROKEN_OFF)


def _records(found: ExportFormat, path: Path, name: str) -> Iterator[Record]:
    if found in _BY_PATH:
        yield from _BY_PATH[found](path)
    elif found in (ExportFormat.TABLE, ExportFormat.SLICE):
        yield from (tables.read_table if found is ExportFormat.TABLE else tables.read_slice)(path, name)
    else:
        with path.open("rb") as file:
            yield from _STREAMED[found](file, name)


def _of_table(text: str) -> ExportFormat | None:
    first = text.split("\n", 1)[0].strip("\r\ufeff")
    try:
        header = [cell.strip() for cell in next(csv.reader([first]), [])]
    except csv.Error:
        return None
    names = {cell.lower() for cell in header}
    if {"uts", "artist", "track"} <= names:
        return ExportFormat.LASTFM
    if len(header) == 4 and (_OLD_DATE.match(header[3]) or (header[3] == "" and header[0] and header[2])):
        return ExportFormat.LASTFM_HEADERLESS
    if {"event type", "play duration milliseconds"} <= names or {"event start timestamp", "event type"} <= names:
        return ExportFormat.APPLE_PLAYS
    if {"item description", "preference"} <= names:
        return ExportFormat.APPLE_LIKES
    if header[:1] == ["Video ID"] and len(header) > 3:
        return ExportFormat.YOUTUBE_LIBRARY
    separated = any(first.count(sign) for sign in ",;\t|") or first.lower().startswith("sep=")
    return ExportFormat.TABLE if separated else None

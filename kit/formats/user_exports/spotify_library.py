"""Readers of Spotify's account data: `YourLibrary.json` (likes and banned tracks) and `Playlist<n>.json`."""

from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import unquote_plus

from kit.formats.user_exports.json_document import BROKEN, entries
from kit.formats.user_exports.records import (
    BROKEN_OFF,
    NO_NAMES,
    NOT_MUSIC,
    UNREADABLE,
    PlaylistEntry,
    Rating,
    Record,
    Skipped,
    TrackNames,
    excerpt,
    spotify_id,
    text,
)

BANNED_ARTIST = "banned artist (only tracks are imported)"
LIKED, NEVER = 1, -2
_LOCAL = "spotify:local:"
_RATED = {"tracks.item": LIKED, "bannedTracks.item": NEVER}


def read_library(file: IO[bytes], _name: str) -> Iterator[Record]:
    """Yields a like for each saved track and a "never" for each banned one; banned artists are counted."""
    line = 0
    try:
        for prefix, row in entries(file, {*_RATED, "bannedArtists.item"}):
            line += 1
            yield _rating(line, prefix, row)
    except BROKEN:
        yield Skipped(line + 1, BROKEN_OFF)


def read_playlists(file: IO[bytes], _name: str) -> Iterator[Record]:
    """Yields the tracks of the playlists, local files included; episodes are counted."""
    line, number, name = 0, 0, ""
    try:
        for prefix, value in entries(file, {"playlists.item.items.item"}, {"playlists.item.name"}, "playlists.item"):
            if prefix == "playlists.item":
                number, name = number + 1, ""
            elif prefix == "playlists.item.name":
                name = text(value)
            else:
                line += 1
                yield _entry(line, str(number), name, value)
    except BROKEN:
        yield Skipped(line + 1, BROKEN_OFF)


def _rating(line: int, prefix: str, row: Any) -> Record:
    if prefix == "bannedArtists.item":
        return Skipped(line, BANNED_ARTIST, excerpt(text(row.get("name")) if isinstance(row, dict) else ""))
    if not isinstance(row, dict):
        return Skipped(line, UNREADABLE)
    uri = row.get("uri")
    track = TrackNames(text(row.get("track")), text(row.get("artist")), text(row.get("album")), spotify_id(uri))
    return Rating(line, track, _RATED[prefix]) if track.is_identified else Skipped(line, NO_NAMES)


def _entry(line: int, playlist: str, name: str, row: Any) -> Record:
    if not isinstance(row, dict):
        return Skipped(line, UNREADABLE)
    if isinstance(track := row.get("track"), dict):
        get = track.get
        names = (text(get("trackName")), text(get("artistName")), text(get("albumName")))
        found = TrackNames(*names, spotify_id(get("trackUri")))
    elif isinstance(local := row.get("localTrack"), dict):
        found = _local(local.get("uri"))
    else:
        return Skipped(line, NOT_MUSIC)
    return PlaylistEntry(line, playlist, name, found) if found.is_identified else Skipped(line, NO_NAMES)


def _local(uri: Any) -> TrackNames:
    """The names in spotify:local:ARTIST:ALBUM:TITLE:SECONDS."""
    if not isinstance(uri, str) or not uri.startswith(_LOCAL):
        return TrackNames()
    artist, album, title, *_ = [*(text(unquote_plus(part)) for part in uri[len(_LOCAL) :].split(":")), "", "", ""]
    return TrackNames(title, artist, album)

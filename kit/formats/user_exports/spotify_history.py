"""Readers of Spotify's streaming history: the extended one and that of the account data.

Extended: `ts` is the UTC moment at which the play ended. Rows of private sessions are left out, and plays under 30 s
that were skipped or ended by anything but the end of the track. Account data has minutes only, and no reason: plays
under 30 s are left out. Rows hold an IP address, a country, a platform and a user agent: none of them is read.
"""

from collections.abc import Iterator
from typing import IO, Any

from kit.formats.user_exports import json_rows
from kit.formats.user_exports.records import (
    BROKEN_OFF,
    NO_MOMENT,
    NO_NAMES,
    NOT_MUSIC,
    PRIVATE_SESSION,
    SHORT,
    UNREADABLE,
    Listen,
    Record,
    Skipped,
    TrackNames,
    excerpt,
    moment,
    spotify_id,
    text,
    whole,
)

LEAST_MS = 30_000
ENDED_EARLY = frozenset(
    {
        *("fwdbtn", "backbtn", "clickrow", "clickside", "endplay", "playbtn", "remote", "logout", "popup"),
        *("trackerror", "unexpected-exit", "unexpected-exit-while-paused", "unknown"),
    }
)
_UNKNOWN = frozenset({"", "Unknown Track"})


def read_extended(file: IO[bytes], _name: str) -> Iterator[Record]:
    """Yields the plays of `Streaming_History_Audio_*.json` or the older `endsong_*.json`."""
    for line, row in json_rows.array(file):
        yield _extended(line, row) if type(row) is dict else _malformed(line, row)


def read_account_history(file: IO[bytes], _name: str) -> Iterator[Record]:
    """Yields the plays of `StreamingHistory_music_<n>.json`."""
    for line, row in json_rows.array(file):
        yield _account(line, row) if type(row) is dict else _malformed(line, row)


def _extended(line: int, row: dict[str, Any]) -> Record:
    get = row.get
    track = TrackNames(
        text(get("master_metadata_track_name")),
        text(get("master_metadata_album_artist_name")),
        text(get("master_metadata_album_album_name")),
        spotify_id(get("spotify_track_uri")),
    )
    if not track.is_identified:
        other = get("episode_name") or get("spotify_episode_uri") or get("audiobook_title") or get("audiobook_uri")
        return Skipped(line, NOT_MUSIC if other else NO_NAMES)
    if get("incognito_mode"):
        return Skipped(line, PRIVATE_SESSION)
    if (ended := moment(get("ts"))) is None:
        return Skipped(line, NO_MOMENT, excerpt(track.artist, track.title))
    ms = whole(get("ms_played"))
    if ms is not None and ms < LEAST_MS and (get("skipped") or get("reason_end") in ENDED_EARLY):
        return Skipped(line, SHORT, excerpt(track.artist, track.title))
    return Listen(line, track, ended - (ms or 0) / 1000, ms)


def _account(line: int, row: dict[str, Any]) -> Record:
    if "podcastName" in row or "episodeName" in row:
        return Skipped(line, NOT_MUSIC)
    track = TrackNames(text(row.get("trackName")), text(row.get("artistName")))
    if track.title in _UNKNOWN or not track.artist:
        return Skipped(line, NO_NAMES, excerpt(track.artist, track.title))
    if (ended := moment(row.get("endTime"))) is None:
        return Skipped(line, NO_MOMENT, excerpt(track.artist, track.title))
    ms = whole(row.get("msPlayed"))
    if ms is not None and ms < LEAST_MS:
        return Skipped(line, SHORT, excerpt(track.artist, track.title))
    return Listen(line, track, ended - (ms or 0) / 1000, ms)


def _malformed(line: int, row: Any) -> Skipped:
    return Skipped(line, BROKEN_OFF if type(row) is json_rows.Malformed else UNREADABLE)

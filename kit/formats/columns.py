"""Maps column headers to our column names by synonyms, and infers the row type of a table from its columns."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.formats.rows import RowType, WrongFile
from kit.formats.unread import missed
from kit.wire.catalog import FEATURES

SYNONYMS = {
    "track_id": (
        *("track_id", "track_uri", "spotify_id", "spotify_track_id", "spotify_track_uri", "spotify_uri", "uri"),
        *("spotify_track_url", "spotify_url", "spotify_link"),
    ),
    "song_id": ("song_id", "msd_song_id"),
    "title": ("title", "track_name", "track", "track_title", "song", "song_name", "song_title", "recording_name"),
    "artist": ("artist", "artist_name", "track_artist", "performer", "creator", "artist_credit_name"),
    "artists": ("artists", "artist_names", "artist_name_s", "artists_name"),
    "artist_uris": ("artist_uris", "artist_uri_s", "artist_ids", "artist_id_s", "artist_uri"),
    "album": ("album", "album_name", "album_title", "release_name"),
    "year": ("year", "release_year"),
    "release_date": ("release_date", "album_release_date"),
    "duration_ms": ("duration_ms", "track_duration_ms"),
    "genres": ("genres", "genre", "artist_genres", "track_genre"),
    "explicit": ("explicit", "is_explicit"),
    "popularity": ("popularity", "track_popularity"),
    "isrc": ("isrc", "isrc_code", "track_isrc"),
    "mbid": (
        *("mbid", "recording_mbid", "track_mbid", "musicbrainz_recording_id", "musicbrainz_track_id"),
        *("musicbrainz_trackid", "musicbrainz_id"),
    ),
    "feature_match": ("feature_match",),
    "playlist_id": ("playlist_id", "playlist", "pid", "playlist_uri"),
    "added_at": ("added_at", "added_by", "date_added", "added_date"),
    "playlist_name": ("playlist_name", "playlist_title"),
    "followers": ("followers", "num_followers", "n_followers"),
    "modified_at": ("modified_at",),
    "position": ("position", "pos", "track_position"),
    "role": ("role", "split"),
    "user_id": ("user_id", "user", "listener_id", "person_id"),
    "count": ("count", "play_count", "plays", "playcount", "listen_count", "n_plays"),
    "value": ("value",),
    **{name: (name,) for name in FEATURES},
}
"""Our name -> accepted spellings, preferred first; compared in lower case, all other characters replaced by `_`."""

NEEDED = (
    "a table of playlist entries (playlist_id or playlist_name, and track_id, mbid, isrc, or title "
    "and artist), of playlists (playlist_id and name), of listens (user_id and track_id, song_id or mbid), "
    "or of tracks (track_id or artist, and title)"
)
_TRACK_DETAILS = {"title", "artist", "artists", "album", "duration_ms", *FEATURES}
_TRACK_IDS = {"track_id", "song_id", "mbid", "isrc"}
_TRACK_BESIDE = _TRACK_DETAILS - {"title"} | {"artist_uris", "position", "added_at"}
_PLAYLIST_DETAILS = {"playlist_name", "followers", "modified_at", "role"}
_NAMED = 12


def spelling(header: str) -> str:
    """ "Duration (ms)" -> "duration_ms"."""
    return re.sub(r"[^0-9a-z]+", "_", header.strip().lower()).strip("_")


def separated(header: str) -> str:
    """ "trackName" -> "track_Name"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header)


@dataclass(frozen=True, slots=True)
class Columns:
    """A parsed header: the row type, the position of each of our columns, and the ignored columns."""

    kind: RowType
    at: Mapping[str, int]
    ignored: Sequence[str]

    @classmethod
    def of(cls, header: Sequence[str], path: Path) -> "Columns":
        """Parses a header; WrongFile names the unrecognised columns when the table cannot be read without them."""
        columns = understand(header)
        used = set(columns.values())
        ignored = [name for name in dict.fromkeys(header) if name not in used and name.strip()]
        if (kind := row_type_of(columns)) is None:
            raise WrongFile(
                f"{path} has the columns {_quoted_names(header)}: {_ignored_clause(used, ignored)}expected {NEEDED}"
            )
        spelled = [spelling(name) for name in header]
        if twice := [name for name in columns.values() if spelled.count(spelling(name)) > 1]:
            raise WrongFile(
                f"{path} has the column {_quoted_names(twice)} twice: keep the one that holds the right values"
            )
        if lost := missed(kind, columns, {name: separated(name) for name in ignored}):
            advice = ", ".join(f"{name[:40]!r} {ours}" for name, ours in list(lost.items())[:_NAMED])
            raise WrongFile(
                f"{path} has the column {_quoted_names(lost)}, which is not understood: call {advice}, "
                "or remove it to read the rest without it"
            )
        return cls(kind, {ours: header.index(theirs) for ours, theirs in columns.items()}, ignored)


def _quoted_names(names: Iterable[str]) -> str:
    return ", ".join(repr(name[:40]) for name in list(names)[:_NAMED])


def _ignored_clause(used: Iterable[str], ignored: Sequence[str]) -> str:
    """The part of the error text that lists ignored columns; empty unless some columns were recognised."""
    return (
        f"{_quoted_names(ignored)} are not understood and what is does not suffice; " if set(used) and ignored else ""
    )


def understand(headers: Iterable[str]) -> dict[str, str]:
    """Our name -> the header that carries it, for every recognised header.

    A bare `name` is a playlist's name where the table has a playlist_id, else a title; a bare `id` is a track's id. A
    `title` beside a playlist_id, where nothing else is about a track, is the playlist's name too.
    """
    by_spelling: dict[str, str] = {}
    headers = list(headers)
    for header in headers:
        by_spelling.setdefault(spelling(header), header)
    for header in headers:
        by_spelling.setdefault(spelling(separated(header)), header)
    found = {}
    for ours, spellings in SYNONYMS.items():
        if known := [by_spelling[name] for name in spellings if name in by_spelling]:
            found[ours] = known[0]
    found |= _bare_names(found, by_spelling)
    if "playlist_id" in found and "playlist_name" not in found and not found.keys() & {*_TRACK_IDS, *_TRACK_BESIDE}:
        found |= {"playlist_name": found.pop("title")} if "title" in found else {}
    return found


def _bare_names(found: dict[str, str], by_spelling: dict[str, str]) -> dict[str, str]:
    bare = {}
    about_a_playlist = "playlist_id" in found
    if "name" in by_spelling:
        ours = "playlist_name" if about_a_playlist else "title"
        if ours not in found:
            bare[ours] = by_spelling["name"]
    if "id" in by_spelling and not about_a_playlist and "track_id" not in found and _TRACK_DETAILS & found.keys():
        bare["track_id"] = by_spelling["id"]
    return bare


def row_type_of(columns: Iterable[str]) -> RowType | None:
    """The row type of a table with these columns (our names); None when no row type fits."""
    have = set(columns)
    named = "title" in have and bool({"artist", "artists"} & have)
    track = bool(_TRACK_IDS & have) or named
    if "user_id" in have and track:
        return RowType.LISTENS
    if track and {"playlist_id", "playlist_name", "added_at"} & have:
        return RowType.ENTRIES
    if "playlist_id" in have and _PLAYLIST_DETAILS & have:
        return RowType.PLAYLISTS
    if named or (_TRACK_IDS & have and _TRACK_DETAILS & have):
        return RowType.TRACKS
    return None

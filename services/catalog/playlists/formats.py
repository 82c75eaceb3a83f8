"""A playlist as a file: JSPF as ListenBrainz has it, M3U8, CSV as segue-pipeline ingest reads it, JSON."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from kit.wire.catalog import Track
from kit.wire.playlists import ExportFormat

MEDIA_TYPES = {
    ExportFormat.JSPF: "application/jspf+json",
    ExportFormat.M3U8: "application/vnd.apple.mpegurl",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
}
COLUMNS = (
    *("playlist_id", "playlist_name", "position", "track_id", "title", "artists", "album", "year", "duration_ms"),
    *("isrc", "mbid", "added_at"),
)


@dataclass(frozen=True, slots=True)
class ExportedPlaylist:
    """What an export holds: tracks with the moments at which they were added, in order."""

    id: str
    name: str
    description: str
    created_at: datetime
    tracks: Sequence[tuple[Track, datetime]]


def exported(playlist: ExportedPlaylist, form: ExportFormat) -> bytes:
    """The file's bytes."""
    return _WRITERS[form](playlist)


def _jspf(playlist: ExportedPlaylist) -> bytes:
    body = {
        "title": playlist.name,
        "annotation": playlist.description,
        "date": playlist.created_at.isoformat(),
        "identifier": f"urn:uuid:{playlist.id}",
        "track": [_jspf_track(track) for track, _ in playlist.tracks],
    }
    return orjson.dumps({"playlist": body}, option=orjson.OPT_INDENT_2)


def _jspf_track(track: Track) -> dict[str, object]:
    found = {
        "title": track.title,
        "creator": _artists(track),
        "album": track.album,
        "duration": track.duration_ms,
        "identifier": [f"https://musicbrainz.org/recording/{mbid}"] if (mbid := track.external_ids.get("mbid")) else [],
        "location": [f"https://open.spotify.com/track/{found}"] if (found := track.external_ids.get("spotify")) else [],
        "meta": [{"segue:track": track.id}],
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def _m3u8(playlist: ExportedPlaylist) -> bytes:
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(playlist.name)}"]
    for track, _ in playlist.tracks:
        seconds = round(track.duration_ms / 1000) if track.duration_ms else -1
        lines += [f"#EXTINF:{seconds},{_line(_artists(track))} - {_line(track.title)}", _location(track)]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _csv(playlist: ExportedPlaylist) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for position, (track, added_at) in enumerate(playlist.tracks):
        names = [artist.name for artist in track.artists]
        artists = names[0] if len(names) == 1 else orjson.dumps(names).decode()
        ids = (track.external_ids.get("isrc"), track.external_ids.get("mbid"))
        names_of_it = (playlist.id, playlist.name, position, track.id, track.title, artists)
        writer.writerow([*names_of_it, track.album, track.year, track.duration_ms, *ids, added_at.isoformat()])
    return text.getvalue().encode("utf-8", "replace")


def _json(playlist: ExportedPlaylist) -> bytes:
    tracks = [
        {"position": at, "added_at": added_at.isoformat(), "track": track.model_dump(mode="json", exclude={"like"})}
        for at, (track, added_at) in enumerate(playlist.tracks)
    ]
    head = {"id": playlist.id, "name": playlist.name, "description": playlist.description}
    return orjson.dumps(head | {"created_at": playlist.created_at.isoformat(), "tracks": tracks})


_WRITERS: dict[ExportFormat, Callable[[ExportedPlaylist], bytes]] = {
    ExportFormat.JSPF: _jspf,
    ExportFormat.M3U8: _m3u8,
    ExportFormat.CSV: _csv,
    ExportFormat.JSON: _json,
}


def _artists(track: Track) -> str:
    return ", ".join(artist.name for artist in track.artists)


def _location(track: Track) -> str:
    """Where players look for the track; a name of ours when nobody else has one."""
    if spotify := track.external_ids.get("spotify"):
        return f"https://open.spotify.com/track/{spotify}"
    mbid = track.external_ids.get("mbid")
    return f"https://musicbrainz.org/recording/{mbid}" if mbid else f"urn:segue:track:{track.id}"


def _line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())

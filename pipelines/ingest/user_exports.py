"""Reads people's own files (kit.formats.user_exports) as rows of the ingest: histories, libraries, playlists, the zip.

Plays become listens, counted for each track; likes and dislikes listens with a value; entries of playlists entries. The
listener is the source that was named on the command line: its files and folders are one person's.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kit.formats import Fault, RowType, WrongFile
from kit.formats.csv_table import columns_of
from kit.formats.user_exports import ExportFormat, Listen, PlaylistEntry, Rating, Skipped, TrackNames, files
from kit.formats.user_exports.recognise import HEAD, recognise
from pipelines.ingest.report import Faults

Columns = dict[str, list[Any]]
TABLES = (ExportFormat.SLICE, ExportFormat.TABLE)
"""Formats that the ingest reads itself, with more columns."""
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
PARQUET = b"PAR1"
_NAMES = {"track_id": "spotify", "title": "title", "artist": "artist", "album": "album", "mbid": "mbid", "isrc": "isrc"}
_NUMBERS = ("duration_ms", "year")


def is_user_export(file: Path) -> bool:
    """Whether a file is one of a person's own, by its content. A table with a column of listeners is not."""
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    if head.startswith(ZIP):
        return True
    if head.startswith(PARQUET):  # not read as text to find that
        return False
    found = recognise(head)
    if found is None or found in TABLES:
        return False
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[", b"#", b"<"):
        return True
    try:
        return columns_of(file).kind is not RowType.LISTENS
    except WrongFile:
        return True


def read(file: Path, listener: str, content: str, faults: Faults) -> dict[RowType, dict[str, list[Any]]]:
    """The columns of a file's entries and listens, with `line`. WrongFile."""
    plays, ratings, entries = Counter[TrackNames](), dict[TrackNames, int](), list[tuple[int, str, PlaylistEntry]]()
    lines: dict[TrackNames, int] = {}
    for member, record in _records(file):
        if isinstance(record, Skipped):
            faults.row(Fault(file.name, record.line, record.reason, record.excerpt))
        elif isinstance(record, PlaylistEntry):
            entries.append((record.line, _playlist_id(content, member, record.playlist), record))
        else:
            lines.setdefault(record.track, record.line)
            if isinstance(record, Listen):
                plays[record.track] += 1
            else:
                ratings[record.track] = 1 if record.value > 0 else -1
    found: dict[RowType, dict[str, list[Any]]] = {}
    if lines:
        counts: dict[str, list[Any]] = {
            "count": [str(plays[track] or 1) for track in lines],
            "user_id": [listener] * len(lines),
        }
        values: dict[str, list[Any]] = {"value": [str(ratings[track]) if track in ratings else None for track in lines]}
        found[RowType.LISTENS] = counts | values | _tracks(list(lines)) | {"line": list(lines.values())}
    if entries:
        of: dict[str, list[Any]] = {
            "playlist_id": [one[1] for one in entries],
            "playlist_name": [one[2].name or None for one in entries],
        }
        found[RowType.ENTRIES] = {
            "line": [one[0] for one in entries],
            **of,
            **_tracks([one[2].track for one in entries]),
        }
    return found


def _records(file: Path) -> Iterator[tuple[str, Listen | Rating | PlaylistEntry | Skipped]]:
    with tempfile.TemporaryDirectory() as folder:
        for member in files(file, file.name, Path(folder)):
            for record in member.records:
                yield member.name, record


def _playlist_id(content: str, member: str, playlist: str) -> str:
    """An id of a playlist of this file: digits of a digest, which no other file's playlists have."""
    name = f"{member}/{playlist}".encode("utf-8", "surrogatepass")
    return f"{content}:{blake2b(name, digest_size=8).hexdigest()}"


def _tracks(tracks: list[TrackNames]) -> Columns:
    """Columns of the tracks that the file fills."""
    found: Columns = {ours: [getattr(track, name) or None for track in tracks] for ours, name in _NAMES.items()}
    for name in _NUMBERS:
        values = [getattr(track, name) for track in tracks]
        found[name] = [None if value is None else str(value) for value in values]
    return {name: values for name, values in found.items() if any(values)}

"""Reads files of exports in tests: from bytes, as the import does."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.formats.user_exports import ExportFormat, Listen, Record, Skipped, files


def read(folder: Path, content: bytes | str | Any, name: str = "file") -> tuple[ExportFormat | None, list[Record]]:
    """The format of the first file of an upload, and the records of all its files. Lists and maps become JSON."""
    found = list(read_all(folder, content, name).values())
    return found[0][0], [record for _, records in found for record in records]


def read_all(
    folder: Path, content: bytes | str | Any, name: str = "file"
) -> dict[str, tuple[ExportFormat | None, list[Record]]]:
    """Name of each file of an upload -> its format and records."""
    path = folder / "upload"
    path.write_bytes(as_bytes(content))
    return {f"{one.name}#{at}": (one.format, list(one.records)) for at, one in enumerate(files(path, name, folder))}


def as_bytes(content: bytes | str | Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)).encode()


def zipped(members: Mapping[str, bytes | str | Any]) -> bytes:
    """A zip archive of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, as_bytes(content))
    return target.getvalue()


def listens(records: list[Record]) -> list[Listen]:
    return [record for record in records if isinstance(record, Listen)]


def reasons(records: list[Record]) -> dict[str, int]:
    return dict(Counter(record.reason for record in records if isinstance(record, Skipped)))


def extended(**changed: Any) -> dict[str, Any]:
    """A row of the extended history: three minutes of a song of ours, played to its end."""
    row: dict[str, Any] = {
        "ts": "2023-05-01T12:03:00Z",
        "platform": "SECRET-PLATFORM",
        "ms_played": 180_000,
        "conn_country": "SECRET-COUNTRY",
        "ip_addr": "192.0.2.77",
        "user_agent_decrypted": "SECRET-AGENT",
        "master_metadata_track_name": "Copper Lantern",
        "master_metadata_album_artist_name": "Vessel Park",
        "master_metadata_album_album_name": "Lamps",
        "spotify_track_uri": "spotify:track:00D7xFbi4mgjcwUvokPvpj",
        "episode_name": None,
        "episode_show_name": None,
        "spotify_episode_uri": None,
        "reason_start": "trackdone",
        "reason_end": "trackdone",
        "shuffle": False,
        "skipped": None,
        "offline": False,
        "offline_timestamp": 0,
        "incognito_mode": False,
    }
    return row | changed

"""The backup folder: its manifest with a SHA-256 for every file, and the check of all of them.

    backup.json             this manifest
    databases/NAME.db       SQLite; NAME.dump is PostgreSQL's custom format
    keys/auth.key, service.key   those of the data folder, where they were made up there
    releases/VERSION/...    the complete releases, with CURRENT and SERVED

It holds password hashes, addresses and keys: its files have mode 0600, its folders 0700.
"""

import hashlib
import os
import shutil
from pathlib import Path

from pydantic import BaseModel, ValidationError

from kit import topology
from kit.release import FileEntry
from kit.release_files import NotAPlainFile, open_inside

MANIFEST = "backup.json"
SCHEMA = 1
DATABASES = tuple(reversed(topology.DATABASES))
"""In the order in which they are copied. auth is last: report and catalog consume its deletions by number, so copies
older than auth's delete the same people again; a younger one would keep likes of people whom nobody knows."""
KEYS = ("auth.key", "service.key")
CHUNK = 1 << 20


class BackupError(Exception):
    """The backup or the restore was not done; the message says why and what to do."""


class Manifest(BaseModel):
    """backup.json. `databases` maps a service to sqlite or postgresql; `current` is the version that served."""

    schema_version: int = SCHEMA
    created_at: str
    databases: dict[str, str]
    current: str | None
    files: dict[str, FileEntry]


def entries(folder: Path) -> dict[str, FileEntry]:
    """Size and SHA-256 of every file below a folder, by its path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): _entry(folder, str(path.relative_to(folder))) for path in paths}


def read_checked(folder: Path) -> Manifest:
    """The manifest of a backup after every file was compared with it; BackupError names the first that differs."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise BackupError(f"{folder} is no finished backup: it has no {MANIFEST}") from None
    except (ValidationError, OSError) as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {str(error)[:300]}") from None
    if manifest.schema_version != SCHEMA:
        raise BackupError(f"{folder} has schema {manifest.schema_version}, this version reads {SCHEMA}")
    for name, expected in manifest.files.items():
        try:
            found = _entry(folder, name)
        except (FileNotFoundError, NotAPlainFile):
            raise BackupError(f"{folder / name} is missing: the backup is incomplete, use another") from None
        if found != expected:
            raise BackupError(f"{folder / name} is damaged: its SHA-256 is not that of the backup, use another")
    return manifest


def copy_private(source: Path, target: Path) -> None:
    """Copies a file with mode 0600, synced to disk."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as given, os.fdopen(handle, "wb") as made:
        shutil.copyfileobj(given, made, CHUNK)
        made.flush()
        os.fsync(made.fileno())


def _entry(folder: Path, name: str) -> FileEntry:
    digest, size = hashlib.sha256(), 0
    with open_inside(folder, name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return FileEntry(bytes=size, sha256=digest.hexdigest())

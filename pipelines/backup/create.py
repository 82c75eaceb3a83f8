"""Writes a backup while Segue serves. The folder appears under its name only when all of it is on disk and checked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from kit.durable_files import replace_text, sync_directory
from kit.manifest import MANIFEST as RELEASE_MANIFEST
from kit.release_current import CURRENT
from kit.release_switch import held_versions
from kit.serving_history import SERVED, serving
from pipelines.backup import postgres, sqlite_file
from pipelines.backup.archive import (
    DATABASES,
    KEYS,
    MANIFEST,
    BackupError,
    Manifest,
    copy_private,
    entries,
    read_checked,
)
from pipelines.folders import scratch_folder
from pipelines.release.turn import publish_turn


def back_up(data: Path, out: Path, urls: Mapping[str, str | None]) -> Manifest:
    """Copies databases, keys and releases of a data folder to a new folder. `urls`: service -> its PostgreSQL, if any.

    Each database is of one moment. BackupError when the folder exists or there is nothing to copy.
    """
    if out.exists():
        raise BackupError(f"{out} exists: name a new folder, backups are never overwritten")
    if not data.is_dir():
        raise BackupError(f"{data} is not there: name the data folder with --data")
    out.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(out.parent, ".backing-up-") as folder:
        databases = {name: kind for name in DATABASES if (kind := _database(data, folder, name, urls.get(name)))}
        for key in KEYS:
            if (data / key).exists():
                copy_private(data / key, folder / "keys" / key)
        current = _releases(data, folder)
        if not databases and current is None:
            raise BackupError(f"{data} holds neither databases nor a published release: is it the right folder?")
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(created_at=moment, databases=databases, current=current, files=entries(folder))
        replace_text(folder / MANIFEST, manifest.model_dump_json(indent=1))
        read_checked(folder)
        folder.rename(out)
    sync_directory(out.parent)
    return manifest


def _database(data: Path, folder: Path, name: str, url: str | None) -> str | None:
    """Copies the database of a service; its kind, None when there is none."""
    if url:
        postgres.dump(url, folder / "databases" / f"{name}.dump")
        return "postgresql"
    if not (data / f"{name}.db").exists():
        return None
    sqlite_file.copy(data / f"{name}.db", folder / "databases" / f"{name}.db")
    return "sqlite"


def _releases(data: Path, folder: Path) -> str | None:
    """Copies the complete releases; the version that serves. No publish runs meanwhile, none is removed."""
    with publish_turn(data):
        releases = data / "releases"
        for version in held_versions(releases):
            for path in sorted((releases / version).rglob("*")):
                if path.is_file():
                    copy_private(path, folder / "releases" / version / path.relative_to(releases / version))
            assert (folder / "releases" / version / RELEASE_MANIFEST).exists()
        for name in (CURRENT, SERVED):
            if (releases / name).exists():
                copy_private(releases / name, folder / "releases" / name)
        return serving(releases)

"""Puts a backup back: everything is checked first, and nothing that is there is overwritten without being told to."""

from collections.abc import Mapping
from pathlib import Path

from kit.durable_files import sync_directory
from kit.release_current import CURRENT
from kit.serving_history import SERVED
from kit.vectors.points import Progress
from pipelines.backup import postgres, sqlite_file
from pipelines.backup.archive import KEYS, BackupError, Manifest, copy_private, read_checked
from pipelines.release.publish import publish, quiet


def restore(
    backup: Path,
    data: Path,
    urls: Mapping[str, str | None],
    *,
    force: bool = False,
    index_url: str | None = None,
    progress: Progress = quiet,
) -> Manifest:
    """Puts databases, keys and releases back, builds the index and makes the release that served the current one.

    BackupError, with nothing changed, when a file is damaged, a database is in use, or something is there already and
    `force` is False.
    """
    manifest = read_checked(backup)
    _check_targets(manifest, data, urls, force)
    data.mkdir(parents=True, exist_ok=True)
    for name, kind in manifest.databases.items():
        if kind == "postgresql":
            postgres.put_back(backup / "databases" / f"{name}.dump", str(urls[name]))
        else:
            sqlite_file.put_back(backup / "databases" / f"{name}.db", data / f"{name}.db")
    for key in KEYS:
        if (backup / "keys" / key).exists():
            copy_private(backup / "keys" / key, data / key)
    sync_directory(data)
    if manifest.current:
        _put_releases_back(manifest, backup, data, index_url, progress)
    return manifest


def _check_targets(manifest: Manifest, data: Path, urls: Mapping[str, str | None], force: bool) -> None:
    there = [name for name in (*KEYS, f"releases/{CURRENT}") if (data / name).exists()]
    for name, kind in manifest.databases.items():
        url = urls.get(name)
        if (kind == "postgresql") != bool(url):
            wanted = f"set SEGUE_{name.upper()}_DATABASE_URL" if url is None else "unset its URL, or convert it first"
            raise BackupError(f"the database of {name} in this backup is {kind}: {wanted}")
        if url:
            if postgres.in_use(url):
                raise BackupError(f"the database of {name} is in use: stop Segue first, then restore")
            there += [] if postgres.is_empty(url) else [f"tables of {name}"]
        elif (data / f"{name}.db").exists():
            if sqlite_file.in_use(data / f"{name}.db"):
                raise BackupError(f"{data / name}.db is in use: stop Segue first, then restore")
            there.append(f"{name}.db")
    if there and not force:
        raise BackupError(f"{', '.join(there)} would be overwritten in {data}: restore elsewhere, or say --force")


def _put_releases_back(manifest: Manifest, backup: Path, data: Path, index_url: str | None, progress: Progress) -> None:
    """Publishes the kept releases, the current one last: they are checked and indexed as any release is."""
    releases = backup / "releases"
    kept = [path.name for path in sorted(releases.iterdir()) if path.is_dir() and path.name != manifest.current]
    served = (releases / SERVED).read_text().split() if (releases / SERVED).exists() else []
    kept.sort(key=lambda version: served.index(version) if version in served else -1)
    for version in [*kept, str(manifest.current)]:
        publish(releases / version, data, index_url, progress)

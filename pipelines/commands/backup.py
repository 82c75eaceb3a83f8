"""Implementation of the backup and restore commands. Needs only the serving packages."""

from pathlib import Path

from pipelines import console
from pipelines.backup import create
from pipelines.backup import restore as restoring
from pipelines.backup.archive import KEYS, Manifest
from pipelines.settings import StoreSettings


def backup(out: Path, data: Path) -> None:
    """Writes a backup and prints what is in it."""
    with console.stage("backup") as line:
        done = create.back_up(data, out, StoreSettings().database_urls())
        _facts(line, done)
    console.plain(str(out))
    if "auth" in done.databases and f"keys/{KEYS[0]}" not in done.files:
        console.note("SEGUE_AUTH_SECRET is not in it: keep it apart, without it the signing keys cannot be read")


def restore(backup_folder: Path, data: Path, index_url: str | None, force: bool) -> None:
    """Puts a backup back and prints what serves."""
    with console.stage("restore") as line:
        urls = StoreSettings().database_urls()
        done = restoring.restore(backup_folder, data, urls, force=force, index_url=index_url, progress=line.count)
        _facts(line, done)
    console.plain(f"{done.current or 'no release'} serves; start Segue now")


def _facts(line: console.Line, done: Manifest) -> None:
    size = sum(entry.bytes for entry in done.files.values())
    line.fact(f"databases of {', '.join(done.databases) or 'none'}")
    line.fact(f"{len(done.files)} files, {size / 2**20:.1f} MiB")

"""Commands about what serves: publish, releases, rollback, backup, restore. They need only the serving packages."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.options import DATA, Data, Force, Index
from pipelines.commands.program import SERVING, command


@command(SERVING, "publish releases/mine-126bf3f0")
def publish(
    folder: Annotated[Path, typer.Argument(help="A release folder.", metavar="FOLDER")],
    data: Data = DATA,
    index_url: Index = None,
    force: Force = False,
) -> None:
    """Check a release, fill the index, and make it the current one.

    Every file is compared with its SHA-256 and the index with an exact search first; until all checks pass, the
    previous release serves. A release that is worse than it on the same held-out playlists, beyond noise, is refused.
    """
    from pipelines.commands.publish import gate, publish

    if not force:
        gate(folder, data)
    publish(folder, data, index_url)


@command(SERVING, "releases --data data")
def releases(data: Data = DATA) -> None:
    """List the published releases, newest first.

    Prints for each its date, its number of tracks, its NDCG@100 on held-out playlists, and which one serves.
    """
    from pipelines.commands.publish import releases

    releases(data)


@command(SERVING, "rollback")
def rollback(
    version: Annotated[
        str | None, typer.Argument(metavar="[VERSION]", help="Default: the newest that is older than the current one.")
    ] = None,
    data: Data = DATA,
    index_url: Index = None,
) -> None:
    """Serve an earlier release again.

    It is checked like any publish. `segue-pipeline releases` lists the versions.
    """
    from pipelines.commands.publish import rollback

    rollback(version, data, index_url)


@command(SERVING, "backup /backups/2026-01-31 --data data")
def backup(
    out: Annotated[Path, typer.Argument(help="The folder to write; it must not exist.", metavar="OUT")],
    data: Data = DATA,
) -> None:
    """Copy databases, keys and releases to a new folder, while Segue serves.

    SQLite files are copied from the data folder, PostgreSQL databases dumped by pg_dump where
    SEGUE_AUTH_DATABASE_URL, SEGUE_CATALOG_DATABASE_URL and SEGUE_REPORT_DATABASE_URL name them. Every file has its
    SHA-256 in backup.json. The folder holds secrets: keep it as safe as the databases.

    Prints the folder.
    """
    from pipelines.commands.backup import backup

    backup(out, data)


@command(SERVING, "restore /backups/2026-01-31 --data data")
def restore(
    backup_folder: Annotated[Path, typer.Argument(help="A folder that backup wrote.", metavar="FROM")],
    data: Data = DATA,
    index_url: Index = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """Put a backup back, with Segue stopped.

    All files are checked before anything changes; the index is built again. Without --force nothing is overwritten.
    Prints which release serves.
    """
    from pipelines.commands.backup import restore

    restore(backup_folder, data, index_url, force)

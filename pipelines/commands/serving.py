"""Commands about finished releases: publish, releases, rollback. They need only the serving packages."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.options import DATA, Data, Index
from pipelines.commands.program import SERVING, command


@command(SERVING, "publish releases/mine-126bf3f0")
def publish(
    folder: Annotated[Path, typer.Argument(help="A release folder.", metavar="FOLDER")],
    data: Data = DATA,
    index_url: Index = None,
) -> None:
    """Check a release, fill the index, and make it the current one.

    Every file is compared with its SHA-256 and the index with an exact search first; until all checks pass, the
    previous release serves.
    """
    from pipelines.commands.publish import publish

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

"""Database schemas: Alembic's revisions, applied only where the newest one is missing."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

VERSION = table("alembic_version", column("version_num"))


def upgrade(connection: Connection, scripts: Path) -> None:
    """Applies the revisions in the folder `scripts` that the database does not have, in the caller's transaction.

    A database that has the newest one is left alone, and Alembic is not loaded, which costs every start of a process
    tenths of a second of CPU (bench.start).
    """
    if _applied(connection) == [newest(scripts)]:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@cache
def newest(scripts: Path) -> str | None:
    """The newest revision in the folder: its number begins the name of its file. None without one."""
    files = sorted((scripts / "versions").glob("[0-9]*.py"))
    return files[-1].name.partition("_")[0] if files else None


def _applied(connection: Connection) -> list[str]:
    if not inspect(connection).has_table(VERSION.name):
        return []
    return list(connection.scalars(select(VERSION.c.version_num)))

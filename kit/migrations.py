"""Database schemas: Alembic's revisions, applied only where the newest one is missing."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def upgrade(connection: Connection, scripts: Path) -> None:
    """Applies the revisions in the folder `scripts` that the database does not have, in the caller's transaction.

    A database that has the newest one is left alone: loading Alembic's environment and every revision takes several
    times the query for the revision, and each process of a service asks at its start.
    """
    if MigrationContext.configure(connection).get_current_heads() == (_newest(scripts),):
        return
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@cache
def _newest(scripts: Path) -> str | None:
    """The newest revision in the folder; the files of a running process do not change."""
    return ScriptDirectory(str(scripts)).get_current_head()

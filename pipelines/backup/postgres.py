"""Dumps of PostgreSQL databases by its own programs pg_dump, pg_restore and psql."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit, urlunsplit

from pipelines.backup.archive import BackupError

PACKAGE = "install PostgreSQL's client package (postgresql-client), of the server's version or newer"
SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
EMPTIED = ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


def dump(url: str, target: Path) -> None:
    """Writes a dump of one moment in PostgreSQL's custom format."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def is_empty(url: str) -> bool:
    """Whether the database has no tables."""
    return _answer(url, TABLES) == "0"


def in_use(url: str) -> bool:
    """Whether another session is connected to the database."""
    return _answer(url, SESSIONS) != "0"


def put_back(dumped: Path, url: str) -> None:
    """Replaces all tables by those of the dump, in one transaction: all of it or nothing. Tables that a later version
    added go too, because the upgrade makes them again."""
    with TemporaryDirectory(prefix="segue-restore-") as folder:
        script = Path(folder) / "dump.sql"
        os.close(os.open(script, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _run(None, "pg_restore", "--no-owner", "--no-privileges", "--file", str(script), str(dumped))
        emptied = [f"--command={statement}" for statement in EMPTIED]
        options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _run(url, "psql", *options, *emptied, f"--file={script}")


def _answer(url: str, query: str) -> str:
    return _run(url, "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", query).strip()


def _run(url: str | None, program: str, *arguments: str) -> str:
    """What a program prints, connected to `url`. The password goes by the environment, because everybody sees
    arguments."""
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is not installed: {PACKAGE}")
    parts = urlsplit(url or "")
    address = parts.hostname or ""
    if ":" in address:
        address = f"[{address}]"
    port = f":{parts.port}" if parts.port else ""
    user = f"{parts.username}@" if parts.username else ""
    plain = urlunsplit(("postgresql", f"{user}{address}{port}", parts.path, parts.query, ""))
    environment = {"PATH": os.defpath, "PGPASSWORD": unquote(parts.password or "")}
    command = [path, *([f"--dbname={plain}"] if url else []), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = " ".join(done.stderr.split())[-300:]
        where = f" for {address}{port}{parts.path}" if url else ""
        raise BackupError(f"{program} failed{where}: {reason}")
    return done.stdout

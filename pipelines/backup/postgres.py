"""Dumps of PostgreSQL databases by its own programs pg_dump, pg_restore and psql."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from pipelines.backup.archive import BackupError

PACKAGE = "install PostgreSQL's client package (postgresql-client), of the server's version or newer"
TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


def dump(url: str, target: Path) -> None:
    """Writes a dump of one moment in PostgreSQL's custom format."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def is_empty(url: str) -> bool:
    """Whether the database has no tables."""
    return _run(url, "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", TABLES).strip() == "0"


def put_back(dumped: Path, url: str) -> None:
    """Replaces the tables by those of the dump, in one transaction: all of it or nothing."""
    options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run(url, "pg_restore", *options, str(dumped))


def _run(url: str, program: str, *arguments: str) -> str:
    """What a program prints. The password goes by the environment, because everybody sees arguments."""
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is not installed: {PACKAGE}")
    parts = urlsplit(url)
    address = parts.hostname or ""
    if ":" in address:
        address = f"[{address}]"
    port = f":{parts.port}" if parts.port else ""
    user = f"{parts.username}@" if parts.username else ""
    plain = urlunsplit(("postgresql", f"{user}{address}{port}", parts.path, parts.query, ""))
    environment = {"PATH": os.defpath, "PGPASSWORD": unquote(parts.password or "")}
    command = [path, f"--dbname={plain}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = " ".join(done.stderr.split())[-300:]
        raise BackupError(f"{program} failed for {address}{port}{parts.path}: {reason}")
    return done.stdout

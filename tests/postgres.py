"""A PostgreSQL for the tests that want a real one: SEGUE_TEST_POSTGRES_URL, else local binaries, else skip and say why.

The local server lives in a temporary folder, in memory where there is room, listens on loopback, belongs to an
unprivileged user (PostgreSQL refuses root) and ends with the test run. Every test gets a database of its own, empty or
with the schema of a service.
"""

import asyncio
import importlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from tests.ports import free_port
from tests.real import missing

URL = "SEGUE_TEST_POSTGRES_URL"
_templates: dict[tuple[str, str], str] = {}
"""The name of the migrated database by server and service; nothing connects to it, it is only copied."""


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version first."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -float(path.parts[-3]))
    return folders[0].parent if folders else None


def unprivileged() -> str | None:
    """Whom the server runs as when the tests run as root; None = as we are."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""Where files are kept in memory, and the free bytes to go there: making and dropping a database waits for a checkpoint
each time, which on a busy disk is most of a short test."""


def memory() -> Path | None:
    """The folder in memory, None (where temporary files are) when there is none or too little room."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server where databases can be created."""
    if given := os.environ.get(URL):
        yield given
        for name in [name for (server, _), name in _templates.items() if server == given]:
            asyncio.run(execute(given, f'DROP DATABASE "{name}" WITH (FORCE)'))
        return
    if (tools := binaries()) is None:
        missing("postgres", f"no PostgreSQL: set {URL} to a server's URL or install PostgreSQL's server package")
    with LocalServer(tools, memory()) as server:
        yield server.url


class LocalServer:
    """A server in a temporary folder (in `where`), without fsync; it can be stopped and started again on its port."""

    def __init__(self, tools: Path, where: Path | None = None) -> None:
        self._tools = tools
        self._user, self._folder = unprivileged(), Path(tempfile.mkdtemp(prefix="segue-postgres-", dir=where))
        if self._user:
            shutil.chown(self._folder, self._user)
        port = free_port()
        self.url = f"postgresql://segue@127.0.0.1:{port}/postgres"
        self._options = (
            "-c fsync=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=512MB "
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={self._folder}"
        )

    def __enter__(self) -> "LocalServer":
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--username=segue", "-D", self._data)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Starts the server and waits until it takes connections."""
        self._run("pg_ctl", "-D", self._data, "-l", self._folder / "log", "-o", self._options, "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stops the server: `fast` ends its connections, `immediate` is a crash."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    @property
    def pid(self) -> int:
        """The server's main process, the parent of one process a connection."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str | Path) -> None:
        quiet = subprocess.DEVNULL  # the server keeps the pipe open: a captured one would never end
        command = [self._tools / program, *arguments]
        subprocess.run(command, check=True, stdout=quiet, stderr=quiet, user=self._user, cwd=self._folder)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database, dropped after the test."""
    with created(postgres_server) as url:
        yield url


@pytest.fixture
def auth_postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a database that auth has migrated, dropped after the test."""
    with copied(postgres_server, "auth") as url:
        yield url


@pytest.fixture
def catalog_postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a database that catalog has migrated, dropped after the test."""
    with copied(postgres_server, "catalog") as url:
        yield url


@pytest.fixture
def report_postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a database that report has migrated, dropped after the test."""
    with copied(postgres_server, "report") as url:
        yield url


@contextmanager
def copied(server: str, service: str) -> Iterator[str]:
    """A copy of the database that the service's migrations made once on this server: 0.3 s of CPU less for catalog."""
    if (server, service) not in _templates:
        name = _templates[server, service] = f"segue_{service}_{uuid4().hex}"
        asyncio.run(execute(server, f'CREATE DATABASE "{name}"'))
        asyncio.run(migrated(service, _named(server, name)))
    with created(server, f'TEMPLATE "{_templates[server, service]}"') as url:
        yield url


@contextmanager
def created(server: str, how: str = "") -> Iterator[str]:
    """A database that exists inside the block."""
    name = f"segue_{uuid4().hex}"
    asyncio.run(execute(server, f'CREATE DATABASE "{name}" {how} {_strategy(server)}'))
    try:
        yield _named(server, name)
    finally:
        asyncio.run(execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@cache
def _strategy(server: str) -> str:
    """Copying files takes 0.04 s of CPU; what versions from 15 on do by default, logging every page, takes 0.1."""
    return "STRATEGY file_copy" if asyncio.run(_version(server)) >= 15 else ""


async def _version(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(connection.get_server_version().major)
    finally:
        await connection.close()


async def migrated(service: str, url: str) -> None:
    """Migrates a database as the service does at its start."""
    store = importlib.import_module(f"services.{service}.store").Store(url)
    await store.migrate()
    await store.close()


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

"""Tests of backup and restore: consistent under writes, verified, private, and nothing overwritten unasked."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import asyncpg
import pytest

from kit.release import Release
from kit.release_current import current_version
from pipelines.backup.archive import BackupError, read_checked
from pipelines.backup.create import back_up
from pipelines.backup.restore import restore
from pipelines.release.publish import publish
from pipelines.release.write import write_release
from tests import worlds
from tests.postgres import execute

NONE: dict[str, str | None] = {}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return write_release(tmp_path_factory.mktemp("release"), worlds.content(name="kept"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with two databases in write-ahead mode and the keys."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("auth", "catalog"):
        with opened(folder / f"{name}.db") as database:
            database.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, half TEXT)")
    for name in ("auth.key", "service.key"):
        (folder / name).write_text(f"the secret of {name}")
    return folder


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        yield database


def rows(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as database:
        return [number for (number,) in database.execute("SELECT number FROM rows ORDER BY number")]


def insert(database: sqlite3.Connection, number: int) -> None:
    """Two rows in one transaction."""
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO rows VALUES (?, 'first')", (2 * number,))
    database.execute("INSERT INTO rows VALUES (?, 'second')", (2 * number + 1,))
    database.execute("COMMIT")


def test_a_copy_under_writes_holds_all_that_was_committed_before_and_no_half_transaction(
    data: Path, tmp_path: Path
) -> None:
    done, acknowledged = threading.Event(), [0]

    def write() -> None:
        with opened(data / "catalog.db") as database:
            while not done.is_set():
                insert(database, acknowledged[0])
                acknowledged[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while acknowledged[0] < 50:
            pass
        before = acknowledged[0]
        back_up(data, tmp_path / "backup", NONE)
        after = acknowledged[0]
    finally:
        done.set()
        writer.join()
    held = rows(tmp_path / "backup" / "databases" / "catalog.db")
    assert held == list(range(len(held)))
    assert len(held) % 2 == 0
    assert before <= len(held) // 2 <= after + 1


def test_everything_comes_back_after_the_folder_was_destroyed(data: Path, release: Release, tmp_path: Path) -> None:
    publish(release.path, data)
    with opened(data / "auth.db") as database:
        insert(database, 7)
    made = back_up(data, tmp_path / "backup", NONE)
    assert (made.current, made.databases) == (release.version, {"auth": "sqlite", "catalog": "sqlite"})
    restored = tmp_path / "elsewhere"
    restore(tmp_path / "backup", restored, NONE)
    assert rows(restored / "auth.db") == [14, 15]
    assert (restored / "auth.key").read_text() == "the secret of auth.key"
    assert current_version(restored / "releases") == release.version
    assert {path.stat().st_mode & 0o777 for path in restored.glob("*.*") if path.is_file()} <= {0o600, 0o644}
    assert (restored / "auth.key").stat().st_mode & 0o777 == 0o600
    assert (restored / "auth.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_is_private_and_never_overwritten(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup", NONE)
    for path in (tmp_path / "backup").rglob("*"):
        allowed = 0o700 if path.is_dir() else 0o644 if path.name == "backup.json" else 0o600
        assert path.stat().st_mode & 0o777 == allowed, path
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700
    with pytest.raises(BackupError, match="exists: name a new folder"):
        back_up(data, tmp_path / "backup", NONE)


def test_restore_overwrites_only_with_force(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup", NONE)
    with opened(data / "catalog.db") as database:
        insert(database, 1)
    with pytest.raises(BackupError, match=r"auth\.key.*catalog\.db.* would be overwritten.*--force"):
        restore(tmp_path / "backup", data, NONE)
    assert rows(data / "catalog.db") == [2, 3]
    restore(tmp_path / "backup", data, NONE, force=True)
    assert rows(data / "catalog.db") == []


def test_a_database_in_use_is_not_replaced(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup", NONE)
    with opened(data / "auth.db") as database:
        insert(database, 1)
        with pytest.raises(BackupError, match=r"auth\.db is in use: stop Segue first"):
            restore(tmp_path / "backup", data, NONE, force=True)
    assert rows(data / "auth.db") == [2, 3]


@pytest.mark.parametrize("fault", ["changed", "missing", "unfinished"])
def test_a_damaged_backup_changes_nothing(data: Path, tmp_path: Path, fault: str) -> None:
    back_up(data, tmp_path / "backup", NONE)
    file = tmp_path / "backup" / "databases" / "catalog.db"
    if fault == "changed":
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    else:
        (file if fault == "missing" else tmp_path / "backup" / "backup.json").unlink()
    words = {"changed": "is damaged", "missing": "is missing", "unfinished": "is no finished backup"}
    with pytest.raises(BackupError, match=words[fault]):
        restore(tmp_path / "backup", tmp_path / "new", NONE)
    assert not (tmp_path / "new").exists()


def test_an_interrupted_backup_leaves_no_folder(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.backup.create.copy_private", full)
    with pytest.raises(OSError, match="No space"):
        back_up(data, tmp_path / "out" / "backup", NONE)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_with_nothing_in_it_is_no_installation(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BackupError, match="right folder"):
        back_up(tmp_path / "empty", tmp_path / "backup", NONE)
    with pytest.raises(BackupError, match="--data"):
        back_up(tmp_path / "nowhere", tmp_path / "backup", NONE)


def test_postgresql_is_dumped_and_put_back(tmp_path: Path, data: Path, postgres_url: str) -> None:
    (data / "catalog.db").unlink()
    urls = NONE | {"catalog": postgres_url}

    async def held() -> list[int]:
        connection = await asyncpg.connect(postgres_url)
        try:
            return [row["number"] for row in await connection.fetch("SELECT number FROM rows ORDER BY number")]
        finally:
            await connection.close()

    asyncio.run(execute(postgres_url, "CREATE TABLE rows (number bigint PRIMARY KEY)"))
    asyncio.run(execute(postgres_url, "INSERT INTO rows SELECT generate_series(1, 3)"))
    made = back_up(data, tmp_path / "backup", urls)
    assert made.databases == {"catalog": "postgresql", "auth": "sqlite"}
    asyncio.run(execute(postgres_url, "DELETE FROM rows"))
    with pytest.raises(BackupError, match=r"tables of catalog would be overwritten"):
        restore(tmp_path / "backup", tmp_path / "new", urls)
    with pytest.raises(BackupError, match=r"catalog in this backup is postgresql: set SEGUE_CATALOG_DATABASE_URL"):
        restore(tmp_path / "backup", tmp_path / "new", NONE)
    asyncio.run(execute(postgres_url, "DROP TABLE rows"))
    restore(tmp_path / "backup", tmp_path / "new", urls)
    assert asyncio.run(held()) == [1, 2, 3]
    asyncio.run(execute(postgres_url, "DELETE FROM rows"))
    restore(tmp_path / "backup", tmp_path / "new", urls, force=True)
    assert asyncio.run(held()) == [1, 2, 3]
    with pytest.raises(BackupError, match="pg_dump failed for"):
        back_up(data, tmp_path / "other", {"catalog": postgres_url.rsplit("/", 1)[0] + "/nothing_here"})


def test_a_backup_from_before_an_upgrade_goes_back_over_a_later_database(
    tmp_path: Path,
    data: Path,
    postgres_url: str,
) -> None:
    """What the upgrade added goes, also where it refers to older tables, and the next upgrade makes it again."""
    urls = NONE | {"catalog": postgres_url}
    asyncio.run(execute(postgres_url, "CREATE TABLE rows (number bigint PRIMARY KEY)"))
    back_up(data, tmp_path / "before", urls)
    later = "CREATE TABLE mutes (row bigint REFERENCES rows (number))"
    asyncio.run(execute(postgres_url, later))
    (tmp_path / "again").mkdir()
    restore(tmp_path / "before", tmp_path / "again", urls, force=True)
    asyncio.run(execute(postgres_url, later))


def test_a_postgresql_database_in_use_is_not_replaced(tmp_path: Path, data: Path, postgres_url: str) -> None:
    urls = NONE | {"catalog": postgres_url}
    asyncio.run(execute(postgres_url, "CREATE TABLE rows (number bigint PRIMARY KEY)"))
    back_up(data, tmp_path / "backup", urls)

    async def restored_beside_a_session() -> None:
        session = await asyncpg.connect(postgres_url)
        try:
            await asyncio.to_thread(restore, tmp_path / "backup", tmp_path / "again", urls, force=True)
        finally:
            await session.close()

    with pytest.raises(BackupError, match="the database of catalog is in use: stop Segue first"):
        asyncio.run(restored_beside_a_session())


def test_the_commands_say_what_was_done_and_what_to_mend(data: Path, tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}

    def segue(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipelines", *map(str, words)]
        return subprocess.run(command, env=own, capture_output=True, text=True, timeout=120)

    made = segue("backup", tmp_path / "backup", "--data", data)
    assert (made.returncode, made.stdout.strip()) == (0, str(tmp_path / "backup")), made.stderr
    assert "databases of catalog, auth" in made.stderr
    assert read_checked(tmp_path / "backup").current is None
    refused = segue("restore", tmp_path / "backup", "--data", data)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert "Traceback" not in refused.stderr
    done = segue("restore", tmp_path / "backup", "--data", tmp_path / "new")
    assert (done.returncode, done.stdout.strip()) == (0, "no release serves; start Segue now"), done.stderr

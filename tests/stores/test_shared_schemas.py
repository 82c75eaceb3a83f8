"""Tests that a copied schema is the one that migrations make, on every database."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from kit.sql import Database
from kit.topology import DATABASES
from tests import shared_schemas
from tests.postgres import copied, migrated

ALL = pytest.mark.parametrize("service", DATABASES)


def schema(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as opened:
        return opened.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()


def made(service: str, file: Path) -> list[tuple[object, ...]]:
    asyncio.run(migrated(service, f"sqlite:///{file}"))
    assert file.stat().st_mode & 0o777 == 0o600
    return schema(file)


@ALL
def test_a_shared_schema_is_the_migrated_one(service: str, tmp_path: Path) -> None:
    with shared_schemas.none_yet():
        first = made(service, tmp_path / "first.db")
        assert len(first) > 5
        assert made(service, tmp_path / "second.db") == first


async def columns(url: str) -> set[tuple[str, ...]]:
    """Of every table and index: its definition as PostgreSQL describes it."""
    database = Database(url)
    tables = "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
    indexes = "SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes"
    async with database.read() as connection:
        rows = [await connection.execute(sa.text(f"{query} WHERE {where}")) for query, where in (
            (tables, "table_schema = 'public'"), (indexes, "schemaname = 'public'"),
        )]  # fmt: skip
    await database.close()
    return {tuple(str(value) for value in row) for one in rows for row in one}


@ALL
def test_a_copied_database_is_the_migrated_one(service: str, postgres_server: str, postgres_url: str) -> None:
    asyncio.run(migrated(service, postgres_url))
    expected = asyncio.run(columns(postgres_url))
    assert len(expected) > 5
    with copied(postgres_server, service) as url:
        assert asyncio.run(columns(url)) == expected

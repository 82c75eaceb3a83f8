"""Tests that everything a service keeps of a person is in the export and goes with the account, on every database."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kit.errors import Malformed, NotFound
from kit.personal_data import PersonalData, Section
from kit.sql import Database, Moment
from services.auth.store import Store as AuthStore
from services.auth.store.personal_data import SECTIONS as OF_AUTH
from services.catalog.store import Store as CatalogStore
from services.catalog.store.people import OF_A_PERSON as GONE_FROM_CATALOG
from services.catalog.store.personal_data import SECTIONS as OF_CATALOG
from services.report.store import Store as ReportStore
from services.report.store.personal_data import SECTIONS as OF_REPORT
from services.report.store.schema import OF_A_PERSON as GONE_FROM_REPORT

ANN, BEN = uuid4(), uuid4()
SERVICES = {"auth": (AuthStore, OF_AUTH), "catalog": (CatalogStore, OF_CATALOG), "report": (ReportStore, OF_REPORT)}
OWNERS = {"person", "person_id"}
NOT_EXPORTED = {
    ("catalog", "import_repeats"): "ids of events that are in feedback, by the imports that hold them too",
    ("catalog", "people"): "the version of the taste, and for a day that the account was deleted",
    ("auth", "spotify_states"): "for ten minutes, while Spotify is being connected; sealed",
    ("report", "people"): "for a day that the account was deleted",
}
NOT_SHOWN = {
    "password_hash",
    "email_key",
    "digest",
    "family",
    "token",
    "previous",
    "content",
    "lease",
    "person",
    "sealed",
}
"""Columns of exported tables that stay out: secrets and digests, forms for comparison, the person themselves."""
INTERNAL = {
    "leased_until",
    "due_at",
    "most_attempts",
    "cancelling",
    "key",
    "claimed_until",
    "person_id",
    "id",
    "generation",
    "version",
    "refreshing_until",
}
"""Columns that concern the machinery alone, or repeat another one."""
MORE = {"arguments", "result", "size", "expires_at", "progress"}
"""Columns that one service shows and another one leaves out, because its file has them elsewhere."""


async def tables(store: type, folder: Path) -> dict[str, set[str]]:
    """The columns of each table after all migrations."""
    opened = store(f"sqlite:///{folder}/x.db")
    await opened.migrate()
    await opened.close()
    with closing(sqlite3.connect(folder / "x.db")) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')} for name in names}


@pytest.mark.anyio
@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_of_people_is_exported(service: str, tmp_path: Path) -> None:
    """A new table with a person in it is a section of the export, or is named here with the reason."""
    store, sections = SERVICES[service]
    found = await tables(store, tmp_path)
    of_people = {name for name, columns in found.items() if columns & OWNERS}
    exported = {section.table.name for section in sections}
    assert of_people - exported == {name for of, name in NOT_EXPORTED if of == service}
    for section in sections:
        left_out = found[section.table.name] - set(section.fields) - NOT_SHOWN - INTERNAL - MORE
        assert left_out == set(), f"{section.name}: explain these columns, or name them in this test"
        assert set(section.fields) <= found[section.table.name]
    names = [section.name for section in sections]
    assert len(names) == len(set(names))


@pytest.mark.anyio
async def test_every_table_of_people_is_emptied_with_the_account(tmp_path: Path) -> None:
    """jobs are deleted by kit.jobs.delete_of, parts by their foreign keys; auth cascades from `people`."""
    for store, gone in ((CatalogStore, GONE_FROM_CATALOG), (ReportStore, GONE_FROM_REPORT)):
        folder = tmp_path / store.__module__
        folder.mkdir()
        of_people = {name for name, columns in (await tables(store, folder)).items() if "person" in columns}
        assert of_people - {table.name for table in gone} == {"people", "jobs"}


def test_file_names_of_all_services_differ() -> None:
    names = [section.name for _, sections in SERVICES.values() for section in sections]
    assert len(names) == len(set(names))


ROWS = sa.Table(
    "rows",
    sa.MetaData(),
    sa.Column("person", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("at", Moment),
)
SECTION = Section("rows", "Rows.", ROWS, ["kind", "number"], {"number": "a number", "at": "a moment"}, rows=3)
BY_DIGEST = Section("digests", "Rows.", ROWS, ["digest"], {"number": "a number"}, rows=4)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    found: str = f"sqlite:///{tmp_path}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    async with opened.write() as connection:
        await connection.run_sync(ROWS.metadata.create_all)
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
        rows = [
            {"person": person, "kind": kind, "number": number, "digest": bytes([number, ord(kind)]), "at": noon}
            for person in (ANN, BEN)
            for kind in ("a", "b")
            for number in range(5)
        ]
        await connection.execute(sa.insert(ROWS), rows)
    yield opened
    await opened.close()


async def pages(data: PersonalData, name: str, person: UUID) -> list[list[int]]:
    found, after = [], None
    while True:
        page = await data.page(name, person, after)
        found.append([row["number"] for row in page.items])
        if (after := page.next) is None:
            return found


@pytest.mark.anyio
async def test_pages_hold_each_row_of_the_person_once(database: Database) -> None:
    data = PersonalData(database, [SECTION, BY_DIGEST])
    assert await pages(data, "rows", ANN) == [[0, 1, 2], [3, 4, 0], [1, 2, 3], [4]]
    assert await pages(data, "digests", ANN) == [[0, 0, 1, 1], [2, 2, 3, 3], [4, 4]]
    assert await pages(data, "rows", uuid4()) == [[]]
    assert (await data.page("rows", ANN, None)).items[0].keys() == {"number", "at"}
    with pytest.raises(NotFound, match="rows, digests"):
        await data.page("secrets", ANN, None)
    for wrong in ("", "zz", "7b7d", b'["a"]'.hex(), b'["a", "x"]'.hex()):
        with pytest.raises(Malformed):
            await data.page("rows", ANN, wrong)

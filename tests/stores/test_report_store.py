"""Conformance tests of report's store on every database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kit.errors import Conflict, Unauthorized
from kit.wire.events import Event, EventType
from services.report.store import Store
from services.report.store.shares import ShareRow

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN, BEN = uuid4(), uuid4()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/report.db"
    url: str = request.getfixturevalue("report_postgres")
    return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = Store(database_url)
    await opened.migrate()
    await opened.migrate()  # a second start finds nothing to do
    assert await opened.ping() == "ok"
    yield opened
    await opened.close()


async def add(store: Store, person: UUID, digest: bytes, most: int = 5, name: str | None = None) -> ShareRow:
    row = ShareRow(uuid4(), person, "all", name, NOON)
    await store.shares.add(row, digest, {"summary": "Łódź", "n": 1.5}, 1, most)
    return row


def deleted(number: int, person: UUID) -> Event:
    return Event(number=number, kind=EventType.PERSON_DELETED, subject=person, at=NOON)


async def test_a_link_is_opened_by_its_digest_and_listed_for_its_owner(store: Store) -> None:
    row = await add(store, ANN, b"1" * 32, name="Ann")
    found = await store.shares.open(b"1" * 32)
    assert found is not None
    assert (found.name, found.report, found.schema_version) == ("Ann", {"summary": "Łódź", "n": 1.5}, 1)
    assert await store.shares.open(b"2" * 32) is None
    assert list(await store.shares.of(ANN)) == [row]
    assert list(await store.shares.of(BEN)) == []


async def test_links_are_bounded_per_person(store: Store) -> None:
    await add(store, ANN, b"1" * 32, most=1)
    with pytest.raises(Conflict, match="you have 1 share links"):
        await add(store, ANN, b"2" * 32, most=1)
    await add(store, BEN, b"3" * 32, most=1)


async def test_only_the_owner_removes_a_link(store: Store) -> None:
    row = await add(store, ANN, b"1" * 32)
    assert not await store.shares.remove(BEN, row.id)
    assert await store.shares.remove(ANN, row.id)
    assert not await store.shares.remove(ANN, row.id)
    assert await store.shares.open(b"1" * 32) is None


async def test_a_deleted_person_loses_every_link_and_gets_no_new_one(store: Store) -> None:
    await add(store, ANN, b"1" * 32)
    await add(store, BEN, b"2" * 32)
    await store.people.apply([deleted(3, ANN)], 3)
    assert await store.shares.open(b"1" * 32) is None
    assert await store.shares.open(b"2" * 32)
    with pytest.raises(Unauthorized):
        await add(store, ANN, b"4" * 32)
    assert await store.people.offset() == 3


async def test_events_are_applied_once_and_in_order(store: Store) -> None:
    await store.people.apply([deleted(5, ANN)], 5)
    await add(store, BEN, b"2" * 32)
    await store.people.apply([deleted(4, BEN)], 4)  # an old page, read again by another process
    assert await store.people.offset() == 5
    assert await store.shares.open(b"2" * 32)

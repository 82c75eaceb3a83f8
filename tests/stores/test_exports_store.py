"""Conformance tests of exports on every database: made once, by one worker, whole, until they expire."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kit.errors import Unauthorized
from kit.jobs import Job, JobStatus, LeaseLost
from kit.wire.events import Event, EventType
from services.report.store import Store
from services.report.store.exports import EXPORT_JOB, PART_BYTES

pytestmark = pytest.mark.anyio
ANN, BEN = uuid4(), uuid4()
WEEK = timedelta(days=7)
CONTENT = bytes(range(256)) * (PART_BYTES // 256) + b"the rest of it"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    sqlite = f"sqlite:///{tmp_path}/report.db"
    found: str = sqlite if request.param == "sqlite" else request.getfixturevalue("report_postgres")
    return found


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = Store(url)
    await opened.migrate()
    yield opened
    await opened.close()


async def claimed(store: Store) -> Job:
    job = await store.jobs.claim(uuid4(), [EXPORT_JOB], 60)
    assert job
    return job


async def made(store: Store, person: UUID, kept: timedelta = WEEK) -> UUID:
    """A complete export."""
    assert await store.exports.begin(person)
    job = await claimed(store)
    await store.exports.restart(job)
    await store.exports.append(job, 0, CONTENT[:PART_BYTES])
    await store.exports.append(job, PART_BYTES, CONTENT[PART_BYTES:])
    await store.exports.complete(job, len(CONTENT), kept)
    await store.jobs.finish(job, JobStatus.DONE)
    return job.id


async def read(store: Store, export: UUID, start: int = 0, end: int = len(CONTENT)) -> bytes:
    return b"".join([part async for part in store.exports.content(export, start, end)])


def files_of(folder: Path) -> bytes:
    """The bytes of SQLite's files; none where the database is a server's."""
    return b"".join(path.read_bytes() for path in folder.glob("report.db*"))


async def test_an_export_is_read_whole_and_from_any_byte(store: Store) -> None:
    export = await made(store, ANN)
    found = await store.exports.of(ANN)
    assert found
    assert (found[0].id, found[0].size, found[1].status) == (export, len(CONTENT), JobStatus.DONE)
    assert await read(store, export) == CONTENT
    for start, end in (
        (5, 9),
        (PART_BYTES - 3, PART_BYTES + 2),
        (PART_BYTES, len(CONTENT)),
        (PART_BYTES + 1, PART_BYTES + 4),
    ):
        assert await read(store, export, start, end) == CONTENT[start:end]
    assert await store.exports.of(BEN) is None


async def test_while_one_is_made_no_other_begins_and_the_next_one_replaces_it(store: Store) -> None:
    assert await store.exports.begin(ANN)
    assert not await store.exports.begin(ANN)
    assert await store.exports.begin(BEN), "each person has their own"
    first = await claimed(store)
    await store.jobs.finish(first, JobStatus.FAILED, detail="broken")
    assert await store.exports.begin(first.person or ANN)
    assert await read(store, first.id) == b""


async def test_a_worker_that_lost_its_lease_writes_nothing(store: Store) -> None:
    assert await store.exports.begin(ANN)
    late = await store.jobs.claim(uuid4(), [EXPORT_JOB], -1)
    assert late
    job = await claimed(store)
    await store.exports.restart(job)
    for write in (
        store.exports.restart(late),
        store.exports.append(late, 0, b"x"),
        store.exports.complete(late, 1, WEEK),
    ):
        with pytest.raises(LeaseLost):
            await write
    await store.exports.append(job, 0, b"whole")
    assert await read(store, job.id, 0, 5) == b"whole"


async def test_expired_exports_and_parts_of_failed_ones_are_deleted(store: Store, tmp_path: Path) -> None:
    old = await made(store, ANN, -WEEK)
    assert await store.exports.of(ANN) is None
    assert await store.exports.begin(BEN)
    failed = await claimed(store)
    await store.exports.append(failed, 0, b"bytes of a failed export")
    await store.jobs.finish(failed, JobStatus.FAILED)
    await store.exports.sweep()
    assert await read(store, old) == await read(store, failed.id) == b""
    if content := files_of(tmp_path):
        assert b"bytes of a failed export" not in content
        assert b"the rest of it" not in content


async def test_an_export_goes_with_its_person_or_when_it_is_deleted(store: Store, tmp_path: Path) -> None:
    export = await made(store, ANN)
    other = await made(store, BEN)
    assert await store.exports.delete(BEN)
    assert not await store.exports.delete(BEN)
    gone = Event(number=1, kind=EventType.PERSON_DELETED, subject=ANN, at=datetime.now(UTC))
    await store.people.apply([gone], 1)
    assert await read(store, export) == await read(store, other) == b""
    assert await store.jobs.of_person(ANN, 5) == []
    with pytest.raises(Unauthorized):
        await store.exports.begin(ANN)
    with pytest.raises(Unauthorized):
        await store.people.check(ANN)
    await store.people.check(BEN)
    if (tmp_path / "report.db").exists():
        with closing(sqlite3.connect(tmp_path / "report.db")) as connection:
            assert connection.execute("SELECT count(*) FROM export_parts").fetchone() == (0,)

"""Tests of the import job on every database: interruption, cancellation, two replicas, deletion of the account."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kit import ids
from kit.errors import Conflict, NotFound
from kit.job_worker import JobWorker
from kit.jobs import JobStatus, jobs
from kit.wire.catalog import Artist, Track
from kit.wire.events import Event, EventType
from services.catalog.imports.importer import Importer
from services.catalog.store import Store
from services.catalog.store.schema import corrections, feedback, import_parts, imports, unmatched
from services.catalog.store.uploads import IMPORT, MOST_WAITING
from tests.kit.formats.user_exports.opening import as_bytes, extended, zipped

pytestmark = pytest.mark.anyio
ADA, BEN, ME = uuid4(), uuid4(), uuid4()
TITLES = [f"Lantern Number {number}" for number in range(8)]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    found: str = (
        f"sqlite:///{tmp_path}/c.db" if request.param == "sqlite" else request.getfixturevalue("catalog_postgres")
    )
    return found


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = Store(url)
    await opened.migrate()
    artist = Artist(id=ids.artist_id("Vessel Park"), name="Vessel Park")
    tracks = [Track(id=ids.derive(mbid=title), title=title, artists=[artist]) for title in TITLES]
    assert await opened.imports.claim(ME, "v1", 60) == 0
    await opened.imports.put(ME, "v1", tracks, len(tracks), 60)
    await opened.imports.finish(ME, "v1")
    yield opened
    await opened.close()


@pytest.fixture
async def second(store: Store, url: str) -> AsyncIterator[Store]:
    """Another replica."""
    opened = Store(url)
    yield opened
    await opened.close()


def rows(count: int, title: str = "") -> list[dict[str, Any]]:
    """A play every five minutes."""
    names = {"spotify_track_uri": None, "master_metadata_album_album_name": None}
    return [
        extended(
            ts=f"2023-05-{1 + at // 288:02}T{at % 288 // 12:02}:{at % 12 * 5:02}:00Z",
            master_metadata_track_name=title or TITLES[at % len(TITLES)],
            **names,
        )
        for at in range(count)
    ]


async def uploaded(store: Store, content: bytes, person: UUID = ADA) -> UUID:
    upload_id = await store.uploads.begin(person, "my.zip", None)
    for start in range(0, len(content), 700):
        await store.uploads.append(upload_id, person, start, content[start : start + 700])
    await store.uploads.complete(upload_id, person)
    return upload_id


def worker(store: Store, batch: int = 20) -> JobWorker:
    importer = Importer(store, batch)
    return JobWorker(store.jobs, {IMPORT: importer.run}, 0.01, sweep=importer.sweep)


async def count_of(store: Store, table: sa.Table) -> int:
    async with store._database.read() as connection:
        return int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def counts_of(store: Store, upload_id: UUID) -> dict[str, Any]:
    job = await store.jobs.find(upload_id)
    assert job is not None
    return job.result or job.progress


async def test_an_import_that_is_interrupted_goes_on_and_counts_each_row_once(store: Store) -> None:
    upload_id = await uploaded(store, zipped({"a.json": rows(90), "b.json": rows(10, "Nothing Like It")}))
    working, steps = worker(store), 0

    async def stopping(person: UUID, events: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == 2:
            working.stop()

    original = store.opinions.current
    store.unmatched.plays, plays = _after(store.unmatched.plays, stopping), store.unmatched.plays  # type: ignore[method-assign]
    await asyncio.wait_for(working.run(), 60)
    store.unmatched.plays, store.opinions.current = plays, original  # type: ignore[method-assign]
    half = await counts_of(store, upload_id)
    assert 0 < half["new"] < 90
    assert await worker(store).work()
    counts = await counts_of(store, upload_id)
    assert (counts["read"], counts["new"], counts["repeated"], counts["unmatched"]) == (100, 90, 0, 10)
    assert await count_of(store, feedback) == 90
    assert await count_of(store, import_parts) == 0


def _after(original: Any, then: Any) -> Any:
    async def both(person: UUID, *more: Any) -> Any:
        found = await original(person, *more)
        await then(person, more)
        return found

    return both


async def test_a_cancelled_import_keeps_what_it_recorded_and_drops_the_file(store: Store) -> None:
    upload_id = await uploaded(store, as_bytes(rows(90)))

    async def cancel(person: UUID, _: Any) -> None:
        await store.jobs.cancel(upload_id, person)

    store.unmatched.plays = _after(store.unmatched.plays, cancel)  # type: ignore[method-assign]
    assert await worker(store).work()
    job = await store.jobs.find(upload_id)
    assert job is not None
    assert job.status is JobStatus.CANCELLED
    assert (await count_of(store, feedback), await count_of(store, import_parts)) == (19, 0)


async def test_two_replicas_import_two_files_of_one_person_once_each(store: Store, second: Store) -> None:
    first = await uploaded(store, as_bytes(rows(60)))
    other = await uploaded(store, as_bytes(rows(60)))
    done = await asyncio.gather(worker(store).work(), worker(second).work())
    while await worker(store).work():
        pass
    assert any(done)
    counts = [await counts_of(store, one) for one in (first, other)]
    assert sum(one["new"] for one in counts) == 60
    assert await count_of(store, feedback) == 60


async def test_nothing_of_a_deleted_person_stays_and_a_running_import_ends(store: Store) -> None:
    upload_id = await uploaded(store, as_bytes([*rows(30), *rows(3, "Nothing Like It")]))
    kept = await uploaded(store, as_bytes(rows(3)), BEN)
    await store.unmatched.remember(ADA, "key", ids.decode(ids.derive(mbid=TITLES[0])))
    deleted = Event(number=1, kind=EventType.PERSON_DELETED, subject=ADA, at=datetime.now(UTC))

    async def delete(person: UUID, _: Any) -> None:
        await store.people.apply([deleted], 1)

    plays = store.unmatched.plays
    store.unmatched.plays = _after(plays, delete)  # type: ignore[method-assign]
    assert await worker(store).work()
    store.unmatched.plays = plays  # type: ignore[method-assign]
    assert await store.jobs.find(upload_id) is None
    assert [await count_of(store, table) for table in (feedback, unmatched, corrections)] == [0, 0, 0]
    assert await worker(store).work()
    assert (await counts_of(store, kept))["new"] == 3
    assert (await count_of(store, imports), await count_of(store, jobs)) == (1, 1)


async def test_uploads_are_bounded_and_a_persons_own(store: Store) -> None:
    waiting = [await store.uploads.begin(ADA, "a", 100) for _ in range(MOST_WAITING)]
    with pytest.raises(Conflict, match="wait for one, or delete one"):
        await store.uploads.begin(ADA, "a", 100)
    await store.uploads.begin(BEN, "a", 100)
    with pytest.raises(NotFound):
        await store.uploads.append(waiting[0], BEN, 0, b"x")
    await store.uploads.delete(waiting[0], ADA)
    await store.uploads.begin(ADA, "a", 100)

"""Tests that the bytes of uploads go once their job has ended, whichever way, on every database."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from kit.errors import Conflict
from kit.job_worker import JobWorker, Run
from kit.jobs import JobStatus, jobs
from services.catalog.imports.importer import FOLDER, Importer, _working_folder
from services.catalog.store import Store
from services.catalog.store.schema import import_parts, imports
from services.catalog.store.uploads import IMPORT, MOST_WAITING
from tests.kit.formats.user_exports.opening import as_bytes
from tests.stores.test_imports_store import ADA, count_of, rows, store, uploaded, url, worker  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio


async def change(store: Store, statement: sa.Update) -> None:  # noqa: F811
    async with store._database.write() as connection:
        await connection.execute(statement)


async def status_of(store: Store, job: UUID) -> JobStatus:  # noqa: F811
    found = await store.jobs.find(job)
    assert found is not None
    return found.status


async def test_bytes_of_an_import_that_was_cancelled_while_it_waited_go(store: Store) -> None:  # noqa: F811
    upload_id, waiting = await uploaded(store, as_bytes(rows(9))), await uploaded(store, as_bytes(rows(1)))
    held = await count_of(store, import_parts)
    await store.jobs.cancel(upload_id, ADA)
    await store.uploads.sweep()
    assert 0 < await count_of(store, import_parts) < held
    await store.jobs.cancel(waiting, ADA)
    await store.uploads.sweep()
    assert await count_of(store, import_parts) == 0


async def test_bytes_of_an_import_that_failed_at_its_last_attempt_go(store: Store) -> None:  # noqa: F811
    upload_id = await uploaded(store, as_bytes(rows(9)))
    await change(store, jobs.update().values(attempts=4))

    async def failing(run: Run) -> dict[str, Any]:
        raise OSError("out of order")

    assert await JobWorker(store.jobs, {IMPORT: failing}, 0.01, sweep=Importer(store).sweep).work()
    assert await status_of(store, upload_id) is JobStatus.FAILED
    assert await count_of(store, import_parts) == 0


async def test_bytes_of_an_import_whose_worker_died_at_its_last_attempt_go(store: Store) -> None:  # noqa: F811
    upload_id = await uploaded(store, as_bytes(rows(9)))
    await change(store, jobs.update().values(status=JobStatus.RUNNING, attempts=5, leased_until=0.0))
    working = worker(store)
    assert not await working.work()
    assert await status_of(store, upload_id) is JobStatus.FAILED
    await working._prune()
    assert await count_of(store, import_parts) == 0


async def test_abandoned_uploads_and_old_imports_go(store: Store) -> None:  # noqa: F811
    abandoned = await store.uploads.begin(ADA, "a", 100)
    await store.uploads.append(abandoned, ADA, 0, b"x")
    old = await uploaded(store, as_bytes(rows(1)))
    await worker(store).work()
    await store.uploads.begin(ADA, "new", 100)
    for upload_id, age in ((abandoned, timedelta(hours=25)), (old, timedelta(days=31))):
        created = imports.update().where(imports.c.id == upload_id)
        await change(store, created.values(created_at=datetime.now(UTC) - age))
    await store.uploads.sweep()
    assert [upload.name for upload in await store.uploads.of_person(ADA, 9)] == ["new"]


async def test_uploads_that_hold_bytes_count_whatever_became_of_their_job(store: Store) -> None:  # noqa: F811
    for _ in range(MOST_WAITING):
        await uploaded(store, as_bytes(rows(1)))
    await change(store, jobs.update().values(status=JobStatus.CANCELLED))
    with pytest.raises(Conflict, match="wait for one, or delete one"):
        await store.uploads.begin(ADA, "a", 100)
    await store.uploads.sweep()
    await store.uploads.begin(ADA, "a", 100)


async def test_folders_of_a_killed_process_go_and_those_in_use_stay(
    store: Store,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{FOLDER}left"
    left.mkdir()
    (left / "upload").write_bytes(b"192.0.2.77")
    with _working_folder() as used:
        await Importer(store).sweep()
        assert (left.exists(), used.exists()) == (False, True)


async def test_an_import_whose_end_was_not_stored_keeps_its_file_and_is_done_at_the_next_attempt(
    store: Store,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload_id = await uploaded(store, as_bytes(rows(9)))

    async def failing(*_: Any, **__: Any) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as away:
        away.setattr(store.jobs, "finish", failing)
        assert await worker(store).work()
    assert await count_of(store, import_parts) > 0
    await change(store, jobs.update().values(due_at=0.0))
    assert await worker(store).work()
    assert await status_of(store, upload_id) is JobStatus.DONE
    job = await store.jobs.find(upload_id)
    assert job is not None
    assert (job.result or {})["new"] == 9
    assert await count_of(store, import_parts) == 0

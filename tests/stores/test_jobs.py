"""Tests of durable jobs on every database: leases, retries, cancelling, two workers at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from kit.errors import Unauthorized
from kit.job_worker import Handler, JobFailed, JobWorker, Run
from kit.jobs import Job, JobStatus, JobTable, LeaseLost, delete_of, enqueue, jobs, pause_s
from kit.sql import Database

pytestmark = pytest.mark.anyio
ADA, BEN = uuid4(), uuid4()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jobs.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    async with opened.write() as connection:
        await connection.run_sync(jobs.metadata.create_all)
    yield opened
    await opened.close()


@pytest.fixture
async def other(url: str, database: Database) -> AsyncIterator[JobTable]:
    """The same table, from another process."""
    opened = Database(url)
    yield JobTable(opened)
    await opened.close()


async def add(database: Database, person: UUID = ADA, **more: Any) -> UUID:
    async with database.write() as connection:
        return await enqueue(connection, "import", {"file": "a.zip"}, person=person, **more)


def worker(database: Database, handler: Handler, **more: Any) -> JobWorker:
    return JobWorker(JobTable(database), {"import": handler}, 0.01, **more)


async def at_once(database: Database) -> None:
    """Makes every waiting job due now."""
    async with database.write() as connection:
        await connection.execute(jobs.update().values(due_at=0.0))


async def test_a_job_runs_once_and_keeps_its_result_and_progress(database: Database) -> None:
    job_id, seen = await add(database), []

    async def handler(run: Run) -> dict[str, Any]:
        seen.append(run.job.arguments)
        await run.report({"rows": 3})
        return {"matched": 2}

    assert await worker(database, handler).work()
    assert not await worker(database, handler).work()
    job = await JobTable(database).find(job_id, ADA)
    assert job is not None
    assert (job.status, job.progress, job.result, job.attempts) == (JobStatus.DONE, {"rows": 3}, {"matched": 2}, 1)
    assert seen == [{"file": "a.zip"}]


async def test_a_job_added_in_a_transaction_that_fails_does_not_exist(database: Database) -> None:
    async def add_and_fail() -> None:
        async with database.write() as connection:
            await enqueue(connection, "import", {}, person=ADA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await add_and_fail()
    assert await JobTable(database).of_person(ADA, 10) == []


async def test_a_failure_is_retried_later_and_the_last_one_ends_the_job(database: Database) -> None:
    job_id, table = await add(database, most_attempts=2), JobTable(database)

    async def handler(run: Run) -> dict[str, Any]:
        raise ValueError("a secret of the file")

    await worker(database, handler).work()
    waiting = await table.find(job_id)
    assert waiting is not None
    assert (waiting.status, waiting.attempts) == (JobStatus.QUEUED, 1)
    assert not await worker(database, handler).work()  # not due yet
    await at_once(database)
    await worker(database, handler).work()
    ended = await table.find(job_id)
    assert ended is not None
    assert (ended.status, ended.attempts) == (JobStatus.FAILED, 2)
    assert "secret" not in str(ended.detail)
    assert "log" in str(ended.detail)


@pytest.mark.parametrize("error", [JobFailed("the file is empty"), Unauthorized("this account was deleted")])
async def test_a_failure_that_no_attempt_can_mend_ends_the_job_with_its_sentence(
    database: Database, error: Exception
) -> None:
    job_id = await add(database)

    async def handler(run: Run) -> dict[str, Any]:
        raise error

    await worker(database, handler).work()
    job = await JobTable(database).find(job_id)
    assert job is not None
    assert (job.status, job.detail) == (JobStatus.FAILED, str(error))


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_s(attempt) for attempt in (1, 2, 3, 10, 500)] == [10, 20, 40, 3600, 3600]


async def test_two_workers_never_claim_the_same_job(database: Database, other: JobTable) -> None:
    added = {await add(database, uuid4()) for _ in range(20)}
    tables = [JobTable(database), other]
    claims = await asyncio.gather(*(tables[i % 2].claim(uuid4(), ["import"], 60) for i in range(30)))
    taken = [job.id for job in claims if job]
    assert sorted(taken) == sorted(added)


async def test_an_expired_lease_is_taken_over_and_the_first_worker_writes_nothing_more(
    database: Database, other: JobTable
) -> None:
    job_id, table = await add(database), JobTable(database)
    first = await table.claim(uuid4(), ["import"], -1)
    second = await other.claim(uuid4(), ["import"], 60)
    assert first is not None
    assert second is not None
    assert (second.id, second.attempts) == (job_id, 2)
    for write in (table.report(first, {"rows": 1}, 60), table.finish(first, JobStatus.DONE), table.retry(first, "", 0)):
        with pytest.raises(LeaseLost):
            await write
    await other.finish(second, JobStatus.DONE, result={"by": "second"})
    ended = await table.find(job_id)
    assert ended is not None
    assert ended.result == {"by": "second"}


async def test_a_job_that_kills_its_worker_every_time_ends_as_failed(database: Database) -> None:
    job_id, table = await add(database, most_attempts=3), JobTable(database)
    claims = [await table.claim(uuid4(), ["import"], -1) for _ in range(5)]
    assert [claim is not None for claim in claims] == [True, True, True, False, False]
    job = await table.find(job_id)
    assert job is not None
    assert (job.status, job.attempts) == (JobStatus.FAILED, 3)


async def test_a_waiting_job_is_cancelled_at_once_and_only_by_its_owner(database: Database) -> None:
    job_id, table = await add(database), JobTable(database)
    assert await table.cancel(job_id, BEN) is None
    assert await table.find(job_id, BEN) is None
    cancelled = await table.cancel(job_id, ADA)
    assert cancelled is not None
    assert cancelled.status is JobStatus.CANCELLED
    assert await table.claim(uuid4(), ["import"], 60) is None


async def test_a_running_job_is_cancelled_at_its_next_report(database: Database) -> None:
    job_id, table, steps = await add(database), JobTable(database), []

    async def handler(run: Run) -> dict[str, Any]:
        for step in range(5):
            steps.append(step)
            if step == 2:
                await table.cancel(job_id, ADA)
            await run.report({"step": step})
        return {}

    await worker(database, handler).work()
    job = await table.find(job_id)
    assert job is not None
    assert (job.status, steps, job.progress) == (JobStatus.CANCELLED, [0, 1, 2], {"step": 2})


async def test_stopping_gives_the_job_back_without_counting_the_attempt(database: Database) -> None:
    job_id, table = await add(database), JobTable(database)

    async def handler(run: Run) -> dict[str, Any]:
        working.stop()
        await run.report({"step": 1})
        return {}

    working = worker(database, handler)
    await asyncio.wait_for(working.run(), 20)
    job = await table.find(job_id)
    assert job is not None
    assert (job.status, job.attempts, job.progress) == (JobStatus.QUEUED, 0, {"step": 1})


async def test_the_lease_is_renewed_while_a_step_takes_long(database: Database, other: JobTable) -> None:
    job_id = await add(database)

    async def handler(run: Run) -> dict[str, Any]:
        await asyncio.sleep(2.0)
        assert await other.claim(uuid4(), ["import"], 60) is None
        return {"took": "long"}

    await worker(database, handler, lease_s=1.0).work()
    job = await other.find(job_id)
    assert job is not None
    assert (job.status, job.attempts) == (JobStatus.DONE, 1)


async def test_jobs_of_a_deleted_person_are_gone_and_their_worker_stops(database: Database) -> None:
    job_id, table, after = await add(database), JobTable(database), []

    async def handler(run: Run) -> dict[str, Any]:
        async with database.write() as connection:
            await delete_of(connection, [ADA])
        await run.report({"step": 1})
        after.append("went on")
        return {}

    assert await worker(database, handler).work()
    assert await table.find(job_id) is None
    assert after == []


async def test_ended_jobs_are_deleted_after_their_time_and_waiting_ones_are_not(database: Database) -> None:
    ended, waiting, table = await add(database), await add(database), JobTable(database)
    await table.cancel(ended, ADA)
    assert await table.prune(timedelta(days=1)) == 0
    assert await table.prune(timedelta(seconds=-1)) == 1
    assert [job.id for job in await table.of_person(ADA, 10)] == [waiting]


async def test_of_each_person_one_job_runs_at_a_time(database: Database, other: JobTable) -> None:
    first, second, third = await add(database), await add(database), await add(database, BEN)
    table = JobTable(database)
    claims = await asyncio.gather(*(on.claim(uuid4(), ["import"], 60) for on in (table, other, table, other)))
    claimed = {job.id: job for job in claims if job}
    assert set(claimed) == {first, third}
    await table.finish(claimed[first], JobStatus.DONE)
    assert (job := await table.claim(uuid4(), ["import"], 60))
    assert job.id == second


async def test_an_idle_worker_looks_less_often(database: Database) -> None:
    looks = CountedLooks(database)
    idle = JobWorker(looks, {"import": nothing}, 0.05)
    working = asyncio.create_task(idle.run())
    await asyncio.sleep(1.0)  # in 20 polls 1 + 2 + 3 + 4 + 5 + 5 pass in 6 looks
    assert 2 <= looks.count <= 8
    idle.stop()
    await working


async def test_a_worker_that_waits_starts_a_job_at_once_when_it_is_woken(database: Database) -> None:
    begun = asyncio.Event()

    async def handler(_: Run) -> dict[str, Any]:
        begun.set()
        return {}

    waits = JobWorker(JobTable(database), {"import": handler}, 60.0)
    working = asyncio.create_task(waits.run())
    await asyncio.sleep(0.2)
    await add(database)
    waits.wake()
    async with asyncio.timeout(10):
        await begun.wait()
    waits.stop()
    await working


async def nothing(_: Run) -> dict[str, Any]:
    """A job that has nothing to do."""
    return {}


class CountedLooks(JobTable):
    """The table, and how often a worker looked for a job."""

    count = 0

    async def claim(self, lease: UUID, job_types: Sequence[str], lease_s: float) -> Job | None:
        self.count += 1
        return await super().claim(lease, job_types, lease_s)

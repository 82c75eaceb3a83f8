"""Durable background jobs: the `jobs` table of a service, on SQLite or PostgreSQL (decision 0028).

    queued -> running -> done | failed | cancelled

A worker (kit.job_worker) claims the job that is due longest and holds a lease on it, which it renews while it works.
When the lease expires, because the process died, another worker takes the job over; every claim counts as an attempt.
A job that fails is due again after a pause that doubles, until `most_attempts`. Two workers never hold one job: a
claim is one UPDATE, under SQLite's single writer or an advisory lock. Every later write of a worker names its lease
and raises LeaseLost when another worker has taken the job. Of each person one job runs at a time.

A handler can run twice (the process may die after the work and before `done`), so it must be idempotent.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from kit.sql import Database, Moment

FIRST_PAUSE_S, LONGEST_PAUSE_S = 10.0, 3600.0
MOST_ATTEMPTS = 5
DETAIL_LENGTH = 500
CLAIM_LOCK = 0x5E61A  # any number, the same in every process of Segue


class JobStatus(StrEnum):
    """The state of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)

jobs = sa.Table(
    "jobs",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("job_type", sa.String, nullable=False),
    sa.Column("person", sa.Uuid, nullable=True),
    sa.Column("arguments", sa.JSON, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("progress", sa.JSON, nullable=False),
    sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("detail", sa.String, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("most_attempts", sa.Integer, nullable=False),
    sa.Column("cancelling", sa.Boolean, nullable=False),
    sa.Column("due_at", sa.Double, nullable=False),
    sa.Column("lease", sa.Uuid, nullable=True),
    sa.Column("leased_until", sa.Double, nullable=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Index("jobs_due", "status", "due_at"),
    sa.Index("jobs_of_person", "person", "created_at"),
)
_c = jobs.c
_other = jobs.alias("other")


def create_jobs(op: Any) -> None:
    """Creates the table, in a migration. `op` is alembic.op."""
    jobs.create(op.get_bind())


class LeaseLost(Exception):
    """Another worker took the job over, or its row was deleted: stop working on it and write nothing more."""


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the table. `lease` identifies the claim of a running job."""

    id: UUID
    job_type: str
    person: UUID | None
    arguments: dict[str, Any]
    status: JobStatus
    progress: dict[str, Any]
    result: dict[str, Any] | None
    detail: str | None
    attempts: int
    most_attempts: int
    cancelling: bool
    lease: UUID | None
    created_at: datetime
    changed_at: datetime


_COLUMNS = tuple(_c[name] for name in Job.__dataclass_fields__)


async def enqueue(
    connection: AsyncConnection,
    job_type: str,
    arguments: dict[str, Any],
    *,
    person: UUID | None = None,
    job_id: UUID | None = None,
    most_attempts: int = MOST_ATTEMPTS,
) -> UUID:
    """Adds a job in the caller's transaction, due at once; returns its id."""
    now, job_id = datetime.now(UTC), job_id or uuid7()
    row = {"id": job_id, "job_type": job_type, "person": person, "arguments": arguments, "progress": {}}
    row |= {"status": JobStatus.QUEUED, "attempts": 0, "most_attempts": most_attempts, "cancelling": False}
    row |= {"due_at": time.time(), "created_at": now, "changed_at": now}
    await connection.execute(sa.insert(jobs), [row])
    return job_id


async def delete_of(connection: AsyncConnection, people: Collection[UUID]) -> None:
    """Deletes all jobs of these people; a worker that runs one gets LeaseLost at its next write."""
    await connection.execute(sa.delete(jobs).where(_c.person.in_(people)))


class JobTable:
    """Reads and writes of the jobs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, job_id: UUID, person: UUID | None = None) -> Job | None:
        """A job; with `person`, only one of that person."""
        mine = _c.id == job_id if person is None else sa.and_(_c.id == job_id, _c.person == person)
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(*_COLUMNS).where(mine))).first()
        return _job(row) if row else None

    async def of_person(self, person: UUID, most: int) -> list[Job]:
        """The jobs of a person, the newest first."""
        mine = sa.select(*_COLUMNS).where(_c.person == person).order_by(_c.created_at.desc(), _c.id.desc()).limit(most)
        async with self._database.read() as connection:
            return [_job(row) for row in await connection.execute(mine)]

    async def claim(self, lease: UUID, job_types: Sequence[str], lease_s: float) -> Job | None:
        """Claims the job that is due longest, of people without a running one, or None. First ends jobs that were
        interrupted at their last attempt."""
        now = time.time()
        due = _due(job_types, now)
        if not self._database.may_hold("SELECT 1 FROM jobs WHERE status IN (?, ?) LIMIT 1", *ACTIVE):
            return None
        async with self._database.read() as connection:  # a look without the write lock: mostly nothing is due
            if (await connection.execute(sa.select(_c.id).where(due).limit(1))).first() is None:
                return None
        chosen = sa.select(_c.id).where(due).order_by(_c.due_at, _c.id).limit(1)
        values = {"status": JobStatus.RUNNING, "lease": lease, "leased_until": now + lease_s}
        values |= {"attempts": _c.attempts + 1, "changed_at": datetime.now(UTC)}
        claimed = sa.update(jobs).where(_c.id == chosen.scalar_subquery()).values(values).returning(*_COLUMNS)
        async with self._database.write() as connection:
            if not self._database.is_sqlite:  # of two claims at once, the second sees the job of the first as running
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CLAIM_LOCK)))
            await _end_interrupted(connection, now)
            row = (await connection.execute(claimed)).first()
        return _job(row) if row else None

    async def renew(self, job: Job, lease_s: float) -> bool:
        """Prolongs the lease; True when the person wants the job cancelled. LeaseLost."""
        async with self._database.write() as connection:
            return await _hold(connection, job, leased_until=time.time() + lease_s)

    async def report(self, job: Job, progress: dict[str, Any], lease_s: float) -> bool:
        """Stores the progress and prolongs the lease; returns and raises as `renew`."""
        async with self._database.write() as connection:
            return await _hold(connection, job, progress=progress, leased_until=time.time() + lease_s)

    async def finish(
        self, job: Job, status: JobStatus, *, result: dict[str, Any] | None = None, detail: str | None = None
    ) -> None:
        """Ends the job: done with a result, failed or cancelled with a sentence. LeaseLost."""
        shown = detail[:DETAIL_LENGTH] if detail else None
        async with self._database.write() as connection:
            await _hold(connection, job, status=status, result=result, detail=shown, lease=None, leased_until=None)

    async def retry(self, job: Job, detail: str, pause_s: float) -> None:
        """Puts the job back, due after the pause. LeaseLost."""
        values = {"status": JobStatus.QUEUED, "due_at": time.time() + pause_s, "detail": detail[:DETAIL_LENGTH]}
        async with self._database.write() as connection:
            await _hold(connection, job, lease=None, leased_until=None, **values)

    async def give_back(self, job: Job) -> None:
        """Puts the job back, due at once, without counting the attempt: the process stops."""
        values = {"status": JobStatus.QUEUED, "due_at": time.time(), "attempts": job.attempts - 1}
        async with self._database.write() as connection:
            await _hold(connection, job, lease=None, leased_until=None, **values)

    async def cancel(self, job_id: UUID, person: UUID) -> Job | None:
        """Cancels a waiting job, asks a running one to stop, leaves an ended one; None when it is not the person's."""
        mine, now = sa.and_(_c.id == job_id, _c.person == person), datetime.now(UTC)
        waiting = sa.update(jobs).where(mine, _c.status == JobStatus.QUEUED)
        running = sa.update(jobs).where(mine, _c.status == JobStatus.RUNNING)
        async with self._database.write() as connection:
            await connection.execute(waiting.values(status=JobStatus.CANCELLED, cancelling=True, changed_at=now))
            await connection.execute(running.values(cancelling=True, changed_at=now))
        return await self.find(job_id, person)

    async def prune(self, older_than: timedelta) -> int:
        """Deletes ended jobs that did not change for this long; returns their number."""
        old = sa.and_(_c.status.not_in(ACTIVE), _c.changed_at < datetime.now(UTC) - older_than)
        async with self._database.write() as connection:
            return int((await connection.execute(sa.delete(jobs).where(old))).rowcount)


def pause_s(attempts: int) -> float:
    """Seconds until the next attempt: 10, 20, 40 ..., at most an hour."""
    return min(FIRST_PAUSE_S * 2.0 ** min(attempts - 1, 20), LONGEST_PAUSE_S)


def _due(job_types: Sequence[str], now: float) -> sa.ColumnElement[bool]:
    waiting = sa.and_(_c.status == JobStatus.QUEUED, _c.due_at <= now)
    abandoned = sa.and_(_c.status == JobStatus.RUNNING, _c.leased_until < now)
    running = sa.and_(_other.c.status == JobStatus.RUNNING, _other.c.leased_until >= now)
    busy = sa.select(_other.c.id).where(_other.c.person == _c.person, running).exists()
    return sa.and_(_c.job_type.in_(job_types), sa.or_(waiting, abandoned), ~busy)


async def _end_interrupted(connection: AsyncConnection, now: float) -> None:
    """Fails jobs whose worker died at the last attempt, and cancels those that were to be cancelled."""
    abandoned = sa.and_(_c.status == JobStatus.RUNNING, _c.leased_until < now)
    ended = {"lease": None, "leased_until": None, "changed_at": datetime.now(UTC)}
    cancelled = sa.update(jobs).where(abandoned, _c.cancelling).values(status=JobStatus.CANCELLED, **ended)
    await connection.execute(cancelled)
    detail = "the server stopped while it worked on this, several times: look at its log, then start it again"
    failed = sa.update(jobs).where(abandoned, _c.attempts >= _c.most_attempts)
    await connection.execute(failed.values(status=JobStatus.FAILED, detail=detail, **ended))


async def _hold(connection: AsyncConnection, job: Job, **values: Any) -> bool:
    """Writes to a job that this claim still holds; returns whether it is to be cancelled."""
    held = sa.and_(_c.id == job.id, _c.lease == job.lease, _c.status == JobStatus.RUNNING)
    written = sa.update(jobs).where(held).values(changed_at=datetime.now(UTC), **values).returning(_c.cancelling)
    if (row := (await connection.execute(written)).first()) is None:
        raise LeaseLost(f"job {job.id} is no longer held by this worker")
    return bool(row.cancelling)


def _job(row: sa.Row[Any]) -> Job:
    return Job(**{**row._mapping, "status": JobStatus(row.status)})

"""Exports of people's data: one row a person, the zip in parts, so that any replica can make it and send it.

An export is made anew by deleting the one before. Parts are PART_BYTES each but for the last; they are deleted, and on
SQLite overwritten, when the export expires or its job ends without a zip.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from kit.jobs import ACTIVE, Job, JobStatus, JobTable, LeaseLost, enqueue, jobs
from kit.sql import Database
from services.report.store.people import hold
from services.report.store.schema import export_parts, exports

EXPORT_JOB = "export"
PART_BYTES = 1 << 20
_c, _part = exports.c, export_parts.c


class Export(NamedTuple):
    """A row of `exports`; without a size it is not complete."""

    id: UUID
    created_at: datetime
    size: int | None
    expires_at: datetime | None


_COLUMNS = tuple(_c[name] for name in Export._fields)


class ExportTable:
    """Begins, fills, reads and deletes exports."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs = JobTable(database)

    async def begin(self, person: UUID) -> bool:
        """Adds an export and its job in place of an earlier one; False when one is being made. Unauthorized when the
        account was deleted."""
        working = sa.select(jobs.c.id).where(jobs.c.id == _c.id, jobs.c.status.in_(ACTIVE)).exists()
        export_id, now = uuid7(), datetime.now(UTC)
        async with self._database.write() as connection:
            await hold(connection, person)
            if await connection.scalar(sa.select(_c.id).where(_c.person == person, working)):
                return False
            await connection.execute(sa.delete(exports).where(_c.person == person))
            await connection.execute(sa.insert(exports).values(id=export_id, person=person, created_at=now))
            await enqueue(connection, EXPORT_JOB, {}, person=person, job_id=export_id)
        return True

    async def of(self, person: UUID) -> tuple[Export, Job] | None:
        """The person's export with its job; None when there is none, or it has expired."""
        live = sa.or_(_c.expires_at.is_(None), _c.expires_at > datetime.now(UTC))
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(*_COLUMNS).where(_c.person == person, live))).first()
        job = await self._jobs.find(row.id, person) if row else None
        return (Export(*row), job) if row and job else None

    async def restart(self, job: Job) -> None:
        """Deletes what an earlier attempt wrote; LeaseLost as for `append`."""
        async with self._database.write() as connection:
            await _hold(connection, job)
            await connection.execute(sa.delete(export_parts).where(_part.export_id == job.id))

    async def append(self, job: Job, start: int, content: bytes) -> None:
        """Adds a part; LeaseLost when the export was deleted or another worker makes it."""
        async with self._database.write() as connection:
            await _hold(connection, job)
            await connection.execute(sa.insert(export_parts).values(export_id=job.id, start=start, content=content))

    async def complete(self, job: Job, size: int, kept: timedelta) -> None:
        """Records the size, from which moment on the zip can be read until it expires; LeaseLost as for `append`."""
        values = {"size": size, "expires_at": datetime.now(UTC) + kept}
        async with self._database.write() as connection:
            await _hold(connection, job)
            await connection.execute(sa.update(exports).where(_c.id == job.id).values(**values))

    async def content(self, export_id: UUID, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end` of a zip, part by part."""
        at = start - start % PART_BYTES
        while at < end:
            part = sa.select(_part.content).where(_part.export_id == export_id, _part.start == at)
            async with self._database.read() as connection:
                content = await connection.scalar(part)
            if not content:
                return  # it was deleted meanwhile: the client finds fewer bytes than announced
            yield content[max(start - at, 0) : end - at]
            at += PART_BYTES

    async def delete(self, person: UUID) -> bool:
        """Deletes the person's export and its job; False when there is none."""
        mine = sa.select(_c.id).where(_c.person == person)
        async with self._database.write() as connection:
            found: Sequence[UUID] = (await connection.scalars(mine)).all()
            await connection.execute(sa.delete(jobs).where(jobs.c.id.in_(found)))
            await connection.execute(sa.delete(exports).where(_c.id.in_(found)))
        if found:
            await self._database.forget()
        return bool(found)

    async def sweep(self) -> None:
        """Deletes exports that have expired, and parts of those whose job ended without a zip."""
        ended = (JobStatus.FAILED, JobStatus.CANCELLED)
        useless = sa.select(jobs.c.id).where(jobs.c.status.in_(ended))
        async with self._database.write() as connection:
            old = sa.delete(exports).where(_c.expires_at < datetime.now(UTC))
            deleted = (await connection.execute(old)).rowcount
            parts = sa.delete(export_parts).where(_part.export_id.in_(useless))
            deleted += (await connection.execute(parts)).rowcount
        if deleted:
            await self._database.forget()


async def _hold(connection: AsyncConnection, job: Job) -> None:
    """Locks the job's row; LeaseLost when it was deleted or another worker has taken it."""
    held = sa.select(jobs.c.id).where(jobs.c.id == job.id, jobs.c.lease == job.lease).with_for_update()
    if not await connection.scalar(held):
        raise LeaseLost(f"export {job.id} is no longer held by this worker")

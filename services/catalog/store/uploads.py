"""Uploads of a person: their rows, and their bytes in parts, so that any replica can go on and run the import.

A part is PART_BYTES; parts are deleted, and on SQLite overwritten, once the job of the import has ended, whichever way:
a file may hold addresses and other data that Segue does not read.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from kit.errors import Conflict, NotFound
from kit.jobs import ACTIVE, enqueue, jobs
from kit.sql import Database
from services.catalog.store import people
from services.catalog.store.import_origins import settle
from services.catalog.store.schema import import_parts, imports

IMPORT = "import"
PART_BYTES = 1 << 20
MOST_WAITING = 5
ABANDONED = timedelta(days=1)
KEPT = timedelta(days=30)
SCROBBLES = "scrobbles"
NOT_THERE = "no import of yours has this id: GET /v1/me/imports lists them"


class Upload(NamedTuple):
    """An uploaded file, or one that is being uploaded. `add_unknown`: tracks that nothing comes near are added for the
    person alone. `new_later` and `repeated_later` count events of rows that the person named after the job."""

    id: UUID
    name: str
    size: int | None
    received: int
    complete: bool
    created_at: datetime
    add_unknown: bool
    new_later: int
    repeated_later: int


_c = imports.c
_COLUMNS = tuple(_c[name] for name in Upload._fields)


class UploadTable:
    """Reads and writes uploads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, person: UUID, name: str, size: int | None, *, add_unknown: bool = False) -> UUID:
        """Creates an upload; Conflict when the person has MOST_WAITING that are not imported yet or hold bytes."""
        upload_id, now = uuid7(), datetime.now(UTC)
        working = sa.select(jobs.c.id).where(jobs.c.id == _c.id, jobs.c.status.in_(ACTIVE)).exists()
        held = sa.select(import_parts.c.start).where(import_parts.c.import_id == _c.id).exists()
        waiting = sa.select(sa.func.count()).where(_c.person == person, sa.or_(~_c.complete, working, held))
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            if (await connection.scalar(waiting) or 0) >= MOST_WAITING:
                raise Conflict(f"{MOST_WAITING} imports of yours are not finished: wait for one, or delete one")
            row = {"id": upload_id, "person": person, "name": name, "size": size, "received": 0, "complete": False}
            row |= {"add_unknown": add_unknown, "created_at": now}
            await connection.execute(sa.insert(imports), [row])
        return upload_id

    async def hold_scrobbles(self, person: UUID) -> UUID:
        """The import that holds the person's unmatched plays of scrobblers, made when it is missing. It has no file and
        no job, and is deleted KEPT after the last such play."""
        found, now = self.scrobbles_of(person), datetime.now(UTC)
        row = {"id": found, "person": person, "name": SCROBBLES, "size": 0, "received": 0}
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            new = people.insert_for(connection, imports).values(**row, complete=True, add_unknown=False, created_at=now)
            await connection.execute(new.on_conflict_do_update(index_elements=["id"], set_={"created_at": now}))
        return found

    @staticmethod
    def scrobbles_of(person: UUID) -> UUID:
        """The id of that import."""
        return uuid5(person, SCROBBLES)

    async def find(self, upload_id: UUID, person: UUID) -> Upload:
        """An upload of the person; NotFound."""
        async with self._database.read() as connection:
            return await _find(connection, upload_id, person)

    async def of_person(self, person: UUID, most: int) -> list[Upload]:
        """The uploads of a person, the newest first."""
        mine = sa.select(*_COLUMNS).where(_c.person == person).order_by(_c.created_at.desc(), _c.id.desc()).limit(most)
        async with self._database.read() as connection:
            return [Upload(*row) for row in await connection.execute(mine)]

    async def count_later(self, upload_id: UUID, person: UUID, new: int, repeated: int) -> None:
        """Adds to the counts of events that were recorded, or were there already, after the job."""
        mine = sa.and_(_c.id == upload_id, _c.person == person)
        values = {"new_later": _c.new_later + new, "repeated_later": _c.repeated_later + repeated}
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            await connection.execute(sa.update(imports).where(mine).values(values))

    async def append(self, upload_id: UUID, person: UUID, start: int, content: bytes) -> int:
        """Stores bytes that begin at `start`; returns how many have arrived. Conflict when others are expected."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            upload = await _find(connection, upload_id, person)
            if upload.complete or upload.received != start:
                raise Conflict(f"byte {upload.received} is expected next, not {start}", received=upload.received)
            part = {"import_id": upload_id, "start": start, "content": content}
            await connection.execute(sa.insert(import_parts), [part])
            received = start + len(content)
            await connection.execute(sa.update(imports).where(_c.id == upload_id).values(received=received))
        return received

    async def complete(self, upload_id: UUID, person: UUID, name: str | None = None) -> None:
        """Closes the upload, under this name if given, and enqueues its job, in one transaction.
        Conflict while bytes are missing."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            upload = await _find(connection, upload_id, person)
            if upload.complete:
                return
            if upload.size is not None and upload.received != upload.size:
                detail = f"{upload.received} of {upload.size} bytes have come: send those from {upload.received} on"
                raise Conflict(detail, received=upload.received)
            closed = {"complete": True, "size": upload.received, "name": upload.name if name is None else name}
            await connection.execute(sa.update(imports).where(_c.id == upload_id).values(closed))
            await enqueue(connection, IMPORT, {}, person=person, job_id=upload_id)

    async def begin_undo(self, upload_id: UUID, person: UUID, job_type: str, job_id: UUID) -> None:
        """Enqueues the job that takes an import back, unless it is under way; one that ended is begun again."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            await _find(connection, upload_id, person)
            ended = sa.delete(jobs).where(jobs.c.id == job_id, jobs.c.status.not_in(ACTIVE))
            await connection.execute(ended)
            if await connection.scalar(sa.select(jobs.c.id).where(jobs.c.id == job_id)) is None:
                arguments = {"import": str(upload_id)}
                await enqueue(connection, job_type, arguments, person=person, job_id=job_id)

    async def content(self, upload_id: UUID) -> AsyncIterator[bytes]:
        """The bytes of an upload, part by part."""
        start = 0
        parts = import_parts.c
        while True:
            next_part = sa.select(parts.content).where(parts.import_id == upload_id, parts.start == start)
            async with self._database.read() as connection:
                content = await connection.scalar(next_part)
            if not content:
                return
            yield content
            start += len(content)

    async def sweep(self) -> None:
        """Deletes the bytes of uploads whose job has ended, uploads that were not finished within ABANDONED, and
        everything of those that are older than KEPT."""
        now = datetime.now(UTC)
        ended = sa.and_(_c.complete, _c.id.not_in(sa.select(jobs.c.id).where(jobs.c.status.in_(ACTIVE))))
        abandoned = sa.and_(~_c.complete, _c.created_at < now - ABANDONED)
        old = sa.or_(abandoned, sa.and_(ended, _c.created_at < now - KEPT))
        parts = sa.delete(import_parts).where(import_parts.c.import_id.in_(sa.select(_c.id).where(ended)))
        async with self._database.write() as connection:
            deleted = (await connection.execute(parts)).rowcount
            for row in (await connection.execute(sa.select(_c.id, _c.person).where(old))).all():
                await settle(connection, row.id, row.person)
            deleted += (await connection.execute(sa.delete(imports).where(old))).rowcount
        if deleted:
            await self._database.forget()

    async def delete(self, upload_id: UUID, person: UUID) -> None:
        """Deletes an upload, its job and its unmatched rows; what it recorded stays. NotFound."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            await _find(connection, upload_id, person)
            await settle(connection, upload_id, person)
            await connection.execute(sa.delete(jobs).where(jobs.c.id == upload_id))
            await connection.execute(sa.delete(imports).where(_c.id == upload_id))


async def _find(connection: AsyncConnection, upload_id: UUID, person: UUID) -> Upload:
    mine = sa.select(*_COLUMNS).where(_c.id == upload_id, _c.person == person)
    if (row := (await connection.execute(mine)).first()) is None:
        raise NotFound(NOT_THERE)
    return Upload(*row)

"""The table behind an event feed, for the services that keep one.

Readers ask for what comes after a number, so a number must never appear after a larger one has been read. SQLite takes
one writer at a time anyway; on PostgreSQL writers of the feed take turns until they commit.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from kit.wire.events import MAX_EVENTS, Event, EventPage, EventType

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FEED_LOCK = 0x5E60F  # any number, the same in every process that writes a feed

events = sa.Table(
    "events",
    sa.MetaData(),
    sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("events_kind_at", "kind", "at"),
    sqlite_autoincrement=True,  # a number is never used twice, not even that of a deleted last row
)


def create_outbox(op: Any) -> None:
    """For a migration: makes the table. `op` is alembic.op."""
    events.create(op.get_bind())


async def append(connection: AsyncConnection, kind: EventType, subjects: Iterable[UUID]) -> None:
    """Adds events as part of the caller's transaction."""
    now = datetime.now(UTC)
    rows = [{"kind": kind.value, "subject": subject, "at": now} for subject in subjects]
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(FEED_LOCK)))
    await connection.execute(sa.insert(events), rows)


async def prune(connection: AsyncConnection, kind: EventType, before: datetime) -> None:
    """Drops old events of a kind that readers can do without; a person's deletion is not one."""
    await connection.execute(sa.delete(events).where(events.c.kind == kind.value, events.c.at < before))


async def read(database: Database, after: int, limit: int = MAX_EVENTS) -> EventPage:
    """The events after a number; a negative one means from now on."""
    async with database.read() as connection:
        if after < 0:
            newest = await connection.scalar(sa.select(sa.func.max(events.c.number)))
            return EventPage(items=[], after=newest or 0)
        rows = await connection.execute(
            sa.select(events).where(events.c.number > after).order_by(events.c.number).limit(limit)
        )
        items = [Event.model_validate({**row._mapping, "at": _utc(row.at)}) for row in rows]
    return EventPage(items=items, after=items[-1].number if items else after)


def _utc(moment: datetime) -> datetime:
    """SQLite gives back no time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

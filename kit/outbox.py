"""Transactional outbox: the `events` table that other services poll.

Consumers read events after an offset, so a number must never become visible after a larger one. SQLite has a single
writer; on PostgreSQL writers hold an advisory lock until they commit.
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

_LOCKED_INSERT = sa.text(
    f"WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock({FEED_LOCK})) "  # noqa: S608 - a constant
    "INSERT INTO events (kind, subject, at) SELECT :kind, :subject, :at FROM held"
).bindparams(
    sa.bindparam("kind", type_=sa.String),
    sa.bindparam("subject", type_=sa.Uuid),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
)
"""One event of a feed on PostgreSQL in one round trip: the number is drawn for a row of `held`, so after the lock."""


def create_outbox(op: Any) -> None:
    """Creates the table, in a migration. `op` is alembic.op."""
    events.create(op.get_bind())


async def append(connection: AsyncConnection, kind: EventType, subjects: Iterable[UUID]) -> None:
    """Appends events in the caller's transaction."""
    now = datetime.now(UTC)
    rows = [{"kind": kind.value, "subject": subject, "at": now} for subject in subjects]
    if len(rows) == 1 and connection.dialect.name == "postgresql":
        await connection.execute(_LOCKED_INSERT, rows[0])
    elif rows:
        if connection.dialect.name == "postgresql":
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(FEED_LOCK)))
        await connection.execute(sa.insert(events), rows)


async def prune(connection: AsyncConnection, kind: EventType, before: datetime) -> None:
    """Deletes events of one type older than `before`; never used for account deletions, which consumers must see."""
    await connection.execute(sa.delete(events).where(events.c.kind == kind.value, events.c.at < before))


async def read(database: Database, after: int, limit: int = MAX_EVENTS) -> EventPage:
    """The events after a number; a negative number gives no events and the number of the newest one."""
    if after >= 0 and not database.may_hold("SELECT 1 FROM events WHERE number > ? LIMIT 1", after):
        return EventPage(items=[], after=after)
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
    """Adds the time zone, which SQLite does not return."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

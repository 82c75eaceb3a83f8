"""Which imports brought a person's events and tracks of playlists, so that one import can be taken back.

An event of the feedback log names the import that recorded it (`context`). Later imports that also hold it are noted in
`import_repeats`, as ids of events; what an import holds of playlists is in `import_entries`. When an import is taken
back, its events pass to another one that holds them too, and the others are deleted. When an import leaves the list,
what it recorded stays: it takes over what it shares with the others, which then cannot take it back.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.catalog.store import people
from services.catalog.store.schema import feedback, import_entries, import_repeats

SOURCE = "import"
ID_BYTES = 16
MOST_REPEATS = 2_000_000
"""Events noted of one person; of those beyond it no import is the only one, so that they stay."""
_log, _repeats, _entries = feedback.c, import_repeats.c, import_entries.c


class OriginTable:
    """Notes what imports share."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, import_id: UUID | None, person: UUID, events: Collection[UUID]) -> None:
        """Notes that an import also holds these events; None = a scrobbler, which cannot be taken back."""
        if not events:
            return
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            if import_id is None or await _noted(connection, person) >= MOST_REPEATS:
                await pass_to(connection, person, events, None)
                return
            row = {"import_id": import_id, "person": person, "events": b"".join(event.bytes for event in events)}
            await connection.execute(sa.insert(import_repeats), [row])


def event_ids(packed: bytes) -> list[UUID]:
    """The ids of a row of `import_repeats`."""
    return [UUID(bytes=packed[at : at + ID_BYTES]) for at in range(0, len(packed), ID_BYTES)]


async def note_entries(
    connection: AsyncConnection, import_id: UUID, person: UUID, playlist: UUID, added: Mapping[UUID, datetime | None]
) -> None:
    """Notes the tracks of a playlist that an import holds, and when it added each, None = it was there. What was noted
    before stays: a batch may be read twice."""
    common = {"import_id": import_id, "person": person, "playlist": playlist}
    rows = [{**common, "track": track, "added_at": at} for track, at in added.items()]
    if rows:
        new = people.insert_for(connection, import_entries).on_conflict_do_nothing()
        await connection.execute(new, rows)


async def settle(connection: AsyncConnection, import_id: UUID, person: UUID) -> None:
    """What an import shares with others becomes its own for good, before its row is deleted."""
    parts = sa.select(_repeats.events).where(_repeats.import_id == import_id).order_by(_repeats.number)
    for packed in (await connection.scalars(parts)).all():
        await pass_to(connection, person, event_ids(packed), import_id)
    held = sa.select(_entries.playlist, _entries.track).where(_entries.import_id == import_id)
    same = sa.tuple_(_entries.playlist, _entries.track).in_(held)
    others = sa.update(import_entries).where(_entries.person == person, _entries.import_id != import_id, same)
    await connection.execute(others.values(added_at=None))


async def _noted(connection: AsyncConnection, person: UUID) -> int:
    size = sa.select(sa.func.sum(sa.func.length(_repeats.events))).where(_repeats.person == person)
    return (await connection.scalar(size) or 0) // ID_BYTES


async def pass_to(connection: AsyncConnection, person: UUID, events: Collection[UUID], to: UUID | None) -> None:
    """Events of any import become those of another, or of none."""
    theirs = sa.update(feedback).where(_log.person == person, _log.id.in_(events), _log.source == SOURCE)
    await connection.execute(theirs.values(context=str(to) if to else None))


async def pass_on(
    connection: AsyncConnection, import_id: UUID, person: UUID, after: int, parts: int
) -> tuple[int, bool]:
    """Gives events of an import to the others that hold them too, by the next rows of `import_repeats`. The number of
    the last row, and whether rows are left."""
    wanted = sa.select(_repeats.number, _repeats.import_id, _repeats.events)
    wanted = wanted.where(_repeats.person == person, _repeats.import_id != import_id, _repeats.number > after)
    rows = (await connection.execute(wanted.order_by(_repeats.number).limit(parts))).all()
    for row in rows:
        shared = sa.and_(_log.person == person, _log.id.in_(event_ids(row.events)), _log.context == str(import_id))
        await connection.execute(sa.update(feedback).where(shared).values(context=str(row.import_id)))
    return (rows[-1].number if rows else after), len(rows) == parts

"""Takes back what one import recorded and no other one holds, in transactions of bounded length."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.jobs import jobs
from kit.sql import Database
from services.catalog.store import import_origins, people
from services.catalog.store.imported_tracks import delete_unheld, delete_unused
from services.catalog.store.older_ids import today
from services.catalog.store.playlists import PlaylistChanges
from services.catalog.store.schema import IMPORTED, feedback, import_entries, imports, tracks, unmatched

PARTS = 20
EVENTS = 1_000
"""Rows of import_repeats, and events, of one transaction: some 100 ms on SQLite."""
_log, _entries = feedback.c, import_entries.c
_ours = sa.select(_log.number, _log.track).where(
    _log.person == sa.bindparam("who", type_=sa.Uuid),
    _log.number > sa.bindparam("after", type_=sa.BigInteger()),
    _log.context == sa.bindparam("origin"),
)


class ImportUndoTable:
    """The steps of taking an import back; each can be repeated, so that an interrupted undo begins again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pass_on(self, import_id: UUID, person: UUID, after: int) -> tuple[int, bool]:
        """Gives some of its events to other imports that hold them; as `import_origins.pass_on`."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            return await import_origins.pass_on(connection, import_id, person, after, PARTS)

    async def delete_events(self, import_id: UUID, person: UUID, after: int) -> tuple[int, int]:
        """Deletes its next events beyond a number; the number of the last one, and how many they were."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            page = _ours.order_by(_log.number).limit(EVENTS)
            rows = (await connection.execute(page, _bound(import_id, person, after))).all()
            if not rows:
                return after, 0
            await _delete(connection, person, rows)
            return rows[-1].number, len(rows)

    async def playlists(self, import_id: UUID) -> list[UUID]:
        """The playlists that it holds tracks of."""
        held = sa.select(_entries.playlist).where(_entries.import_id == import_id).distinct()
        async with self._database.read() as connection:
            return list(await connection.scalars(held))

    async def delete_entries(self, import_id: UUID, person: UUID, playlist: UUID) -> int:
        """Deletes the tracks of a playlist that it added and no other import holds, and the playlist when nothing is
        left in it. How many tracks were deleted."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            added = await _added(connection, import_id, person, playlist)
            mine = sa.delete(import_entries).where(_entries.import_id == import_id, _entries.playlist == playlist)
            await connection.execute(mine)
            changes = PlaylistChanges(connection, person)
            if await changes.find(playlist) is None:
                return 0
            before = await changes.entries(playlist)
            after = [entry for entry in before if added.get(entry.track) != entry.added_at]
            if len(after) == len(before):
                return 0
            if after:
                await changes.write(playlist, before, after)
                await changes.touch(playlist)
            else:
                await changes.delete(playlist)
            await _delete_unheld(connection, added)
            return len(before) - len(after)

    async def finish(self, import_id: UUID, person: UUID) -> None:
        """Deletes the import with its unmatched rows and its job, and events that were recorded meanwhile."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            while rows := (await connection.execute(_ours.limit(EVENTS), _bound(import_id, person, 0))).all():
                await _delete(connection, person, rows)
            named = sa.select(unmatched.c.track).where(
                unmatched.c.import_id == import_id, unmatched.c.track.is_not(None)
            )
            added = list(await connection.scalars(named))
            await connection.execute(sa.delete(imports).where(imports.c.id == import_id, imports.c.person == person))
            await delete_unused(connection, person, added)
            await connection.execute(sa.delete(jobs).where(jobs.c.id == import_id))
        await self._database.forget()


def _bound(import_id: UUID, person: UUID, after: int) -> dict[str, object]:
    return {"who": person, "after": after, "origin": str(import_id)}


async def _delete(connection: AsyncConnection, person: UUID, rows: Sequence[Any]) -> None:
    """Deletes events with what undid them, and tracks that only they held."""
    numbers = [row.number for row in rows]
    await connection.execute(sa.delete(feedback).where(_log.person == person, _log.undoes.in_(numbers)))
    await connection.execute(sa.delete(feedback).where(_log.number.in_(numbers)))
    await _delete_unheld(connection, {row.track for row in rows})
    await people.raise_version(connection, person)


async def _delete_unheld(connection: AsyncConnection, of: Collection[UUID]) -> None:
    brought = sa.select(tracks.c.id).where(tracks.c.id.in_(of), tracks.c.provenance == IMPORTED)
    await delete_unheld(connection, list(await connection.scalars(brought)))


async def _added(
    connection: AsyncConnection, import_id: UUID, person: UUID, playlist: UUID
) -> dict[UUID, datetime | None]:
    """Tracks that the import added and no other one holds, and when. Those that another one holds become its own."""
    of_playlist = (_entries.person == person, _entries.playlist == playlist)
    found = sa.select(_entries.import_id, today(_entries.track).label("track"), _entries.track, _entries.added_at)
    rows = (await connection.execute(found.where(*of_playlist).order_by(_entries.import_id))).all()
    mine = {row[1]: row.added_at for row in rows if row.import_id == import_id and row.added_at is not None}
    for other, track, stored, added_at in rows:
        if other != import_id and track in mine:
            at = mine.pop(track)
            if added_at is None:
                same = (_entries.import_id == other, _entries.playlist == playlist, _entries.track == stored)
                await connection.execute(sa.update(import_entries).where(*same).values(added_at=at))
    return dict(mine)

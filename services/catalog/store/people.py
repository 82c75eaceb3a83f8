"""The `people` table: taste version and deletion state of each user; its row is the lock for the user's writers."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import jobs, outbox
from kit.errors import Unauthorized
from kit.sql import Database
from kit.wire.events import Event, EventType
from services.catalog.store import spotify_links
from services.catalog.store.added_schema import added_tracks
from services.catalog.store.imported_tracks import brought_by, delete_names, delete_unheld
from services.catalog.store.schema import (
    corrections,
    exclusions,
    feedback,
    feedback_keys,
    import_entries,
    import_repeats,
    imports,
    interest_answers,
    mutes,
    offsets,
    people,
    playing_now,
    playlist_tracks,
    playlists,
    shown,
    tracks,
    unmatched,
)
from services.catalog.store.spotify_schema import spotify_playlists, spotify_syncs, spotify_tracks
from services.catalog.store.weekly_schema import earlier_weeks, weekly_lists

AUTH = "auth"
OF_A_PERSON = (
    *(feedback, feedback_keys, shown, interest_answers, mutes, exclusions, playlists, playlist_tracks),
    *(import_repeats, import_entries, unmatched, corrections, imports, playing_now, added_tracks),
    *(spotify_tracks, spotify_playlists, spotify_syncs, weekly_lists, earlier_weeks),
)
"""Tables with a column `person`, whose rows go with the account."""
GRAVE = timedelta(days=1)
"""How long the row of a deleted user is kept: the last access token expires after 15 minutes."""

_PEEK = "SELECT version, deleted_at IS NOT NULL FROM people WHERE person = ?"
_state = sa.select(people.c.version, people.c.deleted_at.is_not(None)).where(
    people.c.person == sa.bindparam("who", type_=sa.Uuid)
)


class PeopleTable:
    """UserFeedback versions, and the consumer of auth's account deletions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def version(self, person: UUID) -> int:
        """The version of a user's taste, 0 without feedback; Unauthorized when the account was deleted."""
        if self._database.is_sqlite:
            row = self._database.peek(_PEEK, person.hex)  # hex: the form in which SQLAlchemy stores a Uuid
        else:
            async with self._database.read() as connection:
                row = (await connection.execute(_state, {"who": person})).first()
        version, deleted = row or (0, False)
        if deleted:
            raise _gone()
        return int(version)

    async def versions(self, of: Sequence[UUID]) -> list[int | None]:
        """`version` of several users, None of deleted accounts."""
        if self._database.is_sqlite:
            found = {person: self._database.peek(_PEEK, person.hex) for person in of}
        else:
            states = sa.select(people.c.person, people.c.version, people.c.deleted_at.is_not(None))
            async with self._database.read() as connection:
                rows = (await connection.execute(states.where(people.c.person.in_(of)))).all()
            found = {person: (version, deleted) for person, version, deleted in rows}
        known = (found.get(person) or (0, False) for person in of)
        return [None if deleted else int(version) for version, deleted in known]

    async def offset(self) -> int:
        """The offset in auth's outbox: the number of the last applied event."""
        async with self._database.read() as connection:
            return await connection.scalar(sa.select(offsets.c.after).where(offsets.c.feed == AUTH)) or 0

    async def apply(self, events: Sequence[Event], after: int) -> None:
        """Applies a page of auth's events and stores the offset, in one transaction; idempotent."""
        async with self._database.write() as connection:
            done = await _hold_cursor(connection)
            gone = {event.subject for event in events if event.kind is EventType.PERSON_DELETED and event.number > done}
            if gone:
                await _delete_users(connection, sorted(gone))
            unlinked = await spotify_links.apply(connection, [one for one in events if one.number > done], gone)
            await connection.execute(sa.update(offsets).where(offsets.c.feed == AUTH).values(after=max(done, after)))
        if gone or unlinked:
            await self._database.forget()


_own = people.c.person == sa.bindparam("who", type_=sa.Uuid)
_RISEN = sa.update(people).where(_own).values(version=people.c.version + 1).returning(people.c.version)


def _taken(insert: Any) -> Any:
    """INSERT of a user's row, or its lock when it is there; returns the row."""
    held = insert(people).on_conflict_do_update(index_elements=["person"], set_={"version": people.c.version})
    return held.returning(people.c.person, people.c.version, people.c.deleted_at)


_TAKEN = {"sqlite": _taken(sqlite.insert), "postgresql": _taken(postgresql.insert)}


async def hold(connection: AsyncConnection, who: Iterable[UUID]) -> dict[UUID, int]:
    """Locks the users' rows until the transaction ends; returns each one's version, without deleted accounts."""
    in_order = [{"person": person, "version": 0} for person in sorted(who)]  # sorted, to avoid deadlocks
    rows = await connection.execute(_TAKEN[connection.dialect.name], in_order)
    return {row.person: int(row.version) for row in rows if row.deleted_at is None}


async def hold_one(connection: AsyncConnection, person: UUID) -> int:
    """Locks one user's row and returns the version; Unauthorized when the account was deleted."""
    row = (await connection.execute(_TAKEN[connection.dialect.name], {"person": person, "version": 0})).one()
    if row.deleted_at is not None:
        raise _gone()
    return int(row.version)


async def raise_version(connection: AsyncConnection, person: UUID) -> int:
    """Increments the taste version and appends an outbox event; the caller must hold the user's row."""
    version = (await connection.execute(_RISEN, {"who": person})).scalar_one()
    await outbox.append(connection, EventType.TASTE_CHANGED, [person])
    return int(version)


def insert_for(connection: AsyncConnection, table: sa.Table) -> Any:
    """An INSERT with ON CONFLICT support, in the connection's SQL dialect."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


async def _hold_cursor(connection: AsyncConnection) -> int:
    """Locks the offset in auth's outbox, so that consumer processes do not interleave, and returns it."""
    new = insert_for(connection, offsets).values(feed=AUTH, after=0)
    taken = new.on_conflict_do_update(index_elements=["feed"], set_={"after": offsets.c.after})
    return int((await connection.execute(taken.returning(offsets.c.after))).scalar_one())


async def _delete_users(connection: AsyncConnection, gone: Sequence[UUID]) -> None:
    """Deletes all data of these users; an empty row stays for GRAVE, so that late writes do not recreate them."""
    now = datetime.now(UTC)
    await hold(connection, gone)
    await connection.execute(sa.delete(people).where(people.c.deleted_at < now - GRAVE))
    await connection.execute(sa.update(people).where(people.c.person.in_(gone)).values(version=0, deleted_at=now))
    imported = await brought_by(connection, gone)
    await delete_names(connection, tracks.c.owner.in_(gone))
    for table in OF_A_PERSON:
        await connection.execute(sa.delete(table).where(table.c.person.in_(gone)))
    await delete_unheld(connection, imported)
    await jobs.delete_of(connection, gone)
    await outbox.append(connection, EventType.PERSON_DELETED, gone)


def _gone() -> Unauthorized:
    return Unauthorized("this account was deleted: sign up at /v1/auth/signup for a new one")

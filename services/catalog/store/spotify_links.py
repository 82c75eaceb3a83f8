"""Applies auth's events about Spotify links: a new link is due to be read, an ended one loses everything it brought."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from kit import outbox
from kit.jobs import jobs
from kit.wire.events import Event, EventType
from services.catalog.store.schema import feedback, people
from services.catalog.store.spotify_schema import spotify_playlists, spotify_syncs, spotify_tracks

SYNC, SAVE = "spotify_sync", "spotify_save"
JOB_TYPES = (SYNC, SAVE)
SOURCE = "spotify_api"
"""Source of likes in the feedback log that came from Spotify, where the operator lets them count."""


async def apply(connection: AsyncConnection, events: Sequence[Event], gone: Collection[UUID]) -> bool:
    """Applies connected and disconnected links in order; events of deleted people (`gone`) change nothing. Whether
    anything was deleted."""
    deleted = False
    for event in events:
        if event.subject in gone:
            continue
        if event.kind is EventType.SPOTIFY_CONNECTED and await _exists(connection, event.subject):
            await _begin(connection, event.subject)
        elif event.kind is EventType.SPOTIFY_DISCONNECTED:
            await end(connection, event.subject)
            deleted = True
    return deleted


async def end(connection: AsyncConnection, person: UUID) -> None:
    """Deletes everything that came from a person's Spotify account, and its jobs."""
    for table in (spotify_tracks, spotify_playlists, spotify_syncs):
        await connection.execute(sa.delete(table).where(table.c.person == person))
    await connection.execute(sa.delete(jobs).where(jobs.c.person == person, jobs.c.job_type.in_(JOB_TYPES)))
    await withdraw(connection, person)


async def withdraw(connection: AsyncConnection, person: UUID, kept: Collection[UUID] = ()) -> int:
    """Deletes likes that came from Spotify, but for those of `kept` tracks; raises the version of the taste when there
    were any. How many."""
    log = feedback.c
    theirs = sa.and_(log.person == person, log.source == SOURCE)
    if kept:
        theirs = sa.and_(theirs, log.track.not_in(list(kept)))
    numbers = (await connection.execute(sa.select(log.number).where(theirs))).scalars().all()
    if not numbers:
        return 0
    await connection.execute(sa.delete(feedback).where(log.person == person, log.undoes.in_(numbers)))
    await connection.execute(sa.delete(feedback).where(log.number.in_(numbers)))
    risen = sa.update(people).where(people.c.person == person).values(version=people.c.version + 1)
    await connection.execute(risen)
    await outbox.append(connection, EventType.TASTE_CHANGED, [person])
    return len(numbers)


async def _exists(connection: AsyncConnection, person: UUID) -> bool:
    """False for a person who was deleted here already."""
    deleted = sa.select(people.c.deleted_at).where(people.c.person == person, people.c.deleted_at.is_not(None))
    return (await connection.execute(deleted)).first() is None


async def _begin(connection: AsyncConnection, person: UUID) -> None:
    """A link that is due at once; what an earlier one to the same account brought stays until it is read again."""
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(spotify_syncs)
    new = insert.values(person=person, generation=uuid7(), due_at=0.0, synced_at=None, unchanged=0)
    again = new.on_conflict_do_update(index_elements=["person"], set_={"due_at": 0.0})
    await connection.execute(again)

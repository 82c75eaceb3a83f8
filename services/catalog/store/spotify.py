"""The tables of what was read from Spotify: when each person's account is due, its tracks and its playlists."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.errors import Conflict
from kit.jobs import ACTIVE, enqueue, jobs
from kit.sql import Database
from services.catalog.store import people, spotify_links
from services.catalog.store.schema import feedback
from services.catalog.store.spotify_links import SAVE, SOURCE, SYNC
from services.catalog.store.spotify_schema import spotify_playlists, spotify_syncs, spotify_tracks

MOST_DUE = 100
NOT_CONNECTED = "there is no link to Spotify: connect it first at /connect/spotify"
_sync, _track, _list = spotify_syncs.c, spotify_tracks.c, spotify_playlists.c


class SyncRow(NamedTuple):
    """When an account was read and is read again."""

    generation: UUID
    due_at: float
    synced_at: datetime | None
    unchanged: int


@dataclass(frozen=True, slots=True)
class StoredTrack:
    """A track of a section, in its order."""

    spotify_id: str
    title: str
    artists: list[str]
    album: str
    track: UUID | None
    at: datetime | None


class StoredPlaylist(NamedTuple):
    """A playlist and the snapshot of it that was read."""

    id: str
    name: str
    snapshot: str
    tracks: int


_COLUMNS = tuple(_track[name] for name in StoredTrack.__dataclass_fields__)


class SpotifyTable:
    """Reads and writes. A write names the generation of the link, and changes nothing when the link has ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, person: UUID) -> SyncRow | None:
        """The sync of a person; None without a link."""
        mine = sa.select(*(_sync[name] for name in SyncRow._fields)).where(_sync.person == person)
        async with self._database.read() as connection:
            row = (await connection.execute(mine)).first()
        return SyncRow(*row) if row else None

    async def request(self, person: UUID, next_due: float) -> UUID:
        """Enqueues a sync unless one waits or runs; its job's id. Conflict without a link."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            due = sa.update(spotify_syncs).where(_sync.person == person).values(due_at=next_due)
            if not (await connection.execute(due)).rowcount:
                raise Conflict(NOT_CONNECTED)
            return await _enqueued(connection, person, SYNC, {})

    async def request_save(self, person: UUID, playlist: UUID) -> UUID:
        """Enqueues the saving of a playlist unless it waits or runs; its job's id. Conflict without a link."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            if (await connection.execute(sa.select(_sync.person).where(_sync.person == person))).first() is None:
                raise Conflict(NOT_CONNECTED)
            return await _enqueued(connection, person, SAVE, {"playlist": str(playlist)})

    async def enqueue_due(self, every_s: float) -> int:
        """Enqueues the syncs that are due, each of which is due again after `every_s`; how many."""
        now = time.time()
        if not self._database.may_hold("SELECT 1 FROM spotify_syncs WHERE due_at <= ? LIMIT 1", now):
            return 0
        async with self._database.read() as connection:
            due = sa.select(_sync.person).where(_sync.due_at <= now).order_by(_sync.due_at).limit(MOST_DUE)
            waiting = (await connection.execute(due)).scalars().all()
        for person in waiting:
            async with self._database.write() as connection:
                mine = sa.and_(_sync.person == person, _sync.due_at <= now)
                taken = sa.update(spotify_syncs).where(mine).values(due_at=now + every_s)
                if (await connection.execute(taken)).rowcount:
                    await _enqueued(connection, person, SYNC, {})
        return len(waiting)

    async def expire(self, older_than: timedelta) -> int:
        """Deletes what was read before and not again; how many people it was of. The link stays."""
        old = sa.select(_sync.person).where(_sync.synced_at < datetime.now(UTC) - older_than)
        async with self._database.write() as connection:
            gone = (await connection.execute(old)).scalars().all()
            for person in gone:
                for table in (spotify_tracks, spotify_playlists):
                    await connection.execute(sa.delete(table).where(table.c.person == person))
                await connection.execute(
                    sa.update(spotify_syncs).where(_sync.person == person).values(synced_at=None, unchanged=0)
                )
                await spotify_links.withdraw(connection, person)
        if gone:
            await self._database.forget()
        return len(gone)

    async def tracks(self, person: UUID, section: str, start: int, most: int) -> tuple[list[StoredTrack], int]:
        """Tracks of a section from a position on, and how many it has."""
        mine = sa.and_(_track.person == person, _track.section == section)
        page = sa.select(*_COLUMNS).where(mine).order_by(_track.position).offset(start).limit(most)
        count = sa.select(sa.func.count()).select_from(spotify_tracks).where(mine)
        async with self._database.read() as connection:
            rows = [StoredTrack(**row._mapping) for row in await connection.execute(page)]
            return rows, await connection.scalar(count) or 0

    async def counts(self, person: UUID) -> dict[str, int]:
        """How many tracks each section has."""
        by_section = sa.select(_track.section, sa.func.count()).where(_track.person == person).group_by(_track.section)
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(by_section)}

    async def playlists(self, person: UUID) -> list[StoredPlaylist]:
        """The playlists that were read, in Spotify's order."""
        mine = sa.select(*(_list[name] for name in StoredPlaylist._fields)).where(_list.person == person)
        async with self._database.read() as connection:
            return [StoredPlaylist(*row) for row in await connection.execute(mine.order_by(_list.position, _list.id))]

    async def put_section(
        self, person: UUID, generation: UUID, section: str, rows: Sequence[StoredTrack], playlist: Any = None
    ) -> bool:
        """Replaces a section, and stores its playlist (position and StoredPlaylist) with it; False when the link has
        ended."""
        async with self._database.write() as connection:
            if not await _holds(connection, person, generation):
                return False
            mine = sa.and_(_track.person == person, _track.section == section)
            await connection.execute(sa.delete(spotify_tracks).where(mine))
            of = {"person": person, "section": section}
            values = [of | {"position": at} | {n: getattr(r, n) for n in r.__slots__} for at, r in enumerate(rows)]
            if values:
                await connection.execute(sa.insert(spotify_tracks), values)
            if playlist is not None:
                position, stored = playlist
                await connection.execute(
                    sa.delete(spotify_playlists).where(_list.person == person, _list.id == stored.id)
                )
                row = {"person": person, "position": position, **stored._asdict()}
                await connection.execute(sa.insert(spotify_playlists), [row])
        return True

    async def finish(self, person: UUID, generation: UUID, kept: Collection[str], unchanged: int) -> bool:
        """Ends a sync: playlists other than `kept` are no longer there. False when the link has ended."""
        async with self._database.write() as connection:
            if not await _holds(connection, person, generation):
                return False
            gone = sa.and_(_list.person == person, _list.id.not_in(list(kept)))
            ids = (await connection.execute(sa.select(_list.id).where(gone))).scalars().all()
            sections = [f"playlist:{one}" for one in ids]
            lost = sa.and_(_track.person == person, _track.section.in_(sections))
            await connection.execute(sa.delete(spotify_tracks).where(lost))
            await connection.execute(sa.delete(spotify_playlists).where(gone))
            done = {"synced_at": datetime.now(UTC), "unchanged": unchanged}
            await connection.execute(sa.update(spotify_syncs).where(_sync.person == person).values(**done))
        return True

    async def postpone(self, person: UUID, generation: UUID, due_at: float) -> None:
        """Sets when the account is read again."""
        mine = sa.and_(_sync.person == person, _sync.generation == generation)
        async with self._database.write() as connection:
            await connection.execute(sa.update(spotify_syncs).where(mine).values(due_at=due_at))

    async def withdraw(self, person: UUID, kept: Collection[UUID]) -> int:
        """Deletes likes that came from Spotify, but for those of `kept` tracks."""
        async with self._database.write() as connection:
            await people.hold(connection, [person])
            return await spotify_links.withdraw(connection, person, kept)

    async def withdraw_all(self) -> int:
        """Deletes every like that came from Spotify: the operator no longer lets them count. How many people had."""
        having = sa.select(feedback.c.person).where(feedback.c.source == SOURCE).distinct()
        async with self._database.read() as connection:
            everybody = (await connection.execute(having)).scalars().all()
        for person in everybody:
            await self.withdraw(person, ())
        return len(everybody)


async def _enqueued(connection: AsyncConnection, person: UUID, job_type: str, arguments: dict[str, Any]) -> UUID:
    mine = sa.and_(jobs.c.person == person, jobs.c.job_type == job_type, jobs.c.status.in_(ACTIVE))
    for row in await connection.execute(sa.select(jobs.c.id, jobs.c.arguments).where(mine)):
        if row.arguments == arguments:
            active: UUID = row.id
            return active
    return await enqueue(connection, job_type, arguments, person=person)


async def _holds(connection: AsyncConnection, person: UUID, generation: UUID) -> bool:
    """Locks the link; False when it has ended, or another took its place."""
    mine = sa.and_(_sync.person == person, _sync.generation == generation)
    return (await connection.execute(sa.select(_sync.person).where(mine).with_for_update())).first() is not None

"""The tables `playlists` and `playlist_tracks`: one user's playlists, changed under the lock of the user's row."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import ids
from kit.errors import Conflict
from kit.sql import Database
from kit.wire.playlists import MAX_PLAYLIST_TRACKS, MAX_PLAYLISTS, MAX_TRACKS_IN_ALL
from services.catalog.playlists.edits import Entries, Entry, unchanged_prefix
from services.catalog.store import people
from services.catalog.store.import_origins import note_entries
from services.catalog.store.older_ids import today
from services.catalog.store.schema import exclusions, playlist_tracks, playlists

_list, _item = playlists.c, playlist_tracks.c
_count = (
    sa.select(sa.func.count()).select_from(playlist_tracks).where(_item.playlist == _list.id).correlate(playlists)
).scalar_subquery()
_summary = sa.select(
    _list.id, _list.name, _list.description, _list.version, _list.created_at, _list.changed_at, _count.label("tracks")
)
_mine = _list.person == sa.bindparam("who", type_=sa.Uuid)
_one = _summary.where(_mine, _list.id == sa.bindparam("playlist", type_=sa.Uuid))
_page = (
    _summary.where(_mine)
    .order_by(_list.created_at.desc(), _list.id.desc())
    .offset(sa.bindparam("start"))
    .limit(sa.bindparam("most"))
)
_names = sa.select(_list.id, _list.name).where(_mine).order_by(_list.created_at, _list.id)
_entries = (
    sa.select(today(_item.track).label("track"), _item.added_at)
    .where(_item.playlist == sa.bindparam("playlist", type_=sa.Uuid))
    .order_by(_item.position)
)
_held = sa.select(today(_item.track)).where(_item.person == sa.bindparam("who", type_=sa.Uuid)).distinct()


class StoredSummary(NamedTuple):
    """A row of `playlists` and the number of its tracks."""

    id: UUID
    name: str
    description: str
    version: int
    created_at: datetime
    changed_at: datetime
    tracks: int


class PlaylistTable:
    """Reads the playlists of one user, and opens changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, person: UUID, start: int, most: int) -> list[StoredSummary]:
        """Playlists from a position on, the latest created first."""
        bound = {"who": person, "start": start, "most": most}
        async with self._database.read() as connection:
            return [StoredSummary(*row) for row in await connection.execute(_page, bound)]

    async def names(self, person: UUID) -> dict[UUID, str]:
        """The names of all playlists of the user, the first created first."""
        async with self._database.read() as connection:
            return {row.id: row.name for row in await connection.execute(_names, {"who": person})}

    async def find(self, person: UUID, playlist: UUID) -> StoredSummary | None:
        """One playlist; None when it is not this user's."""
        async with self._database.read() as connection:
            return await _found(connection, person, playlist)

    async def read(
        self, person: UUID, playlist: UUID, start: int = 0, most: int = MAX_PLAYLIST_TRACKS
    ) -> tuple[StoredSummary, Entries] | None:
        """A playlist and its entries from a position on; None when it is not this user's."""
        async with self._database.read() as connection:
            if (found := await _found(connection, person, playlist)) is None:
                return None
            rows = await connection.execute(_entries.offset(start).limit(most), {"playlist": playlist})
            return found, [Entry(*row) for row in rows]

    @asynccontextmanager
    async def change(self, person: UUID) -> AsyncIterator["PlaylistChanges"]:
        """A transaction for one user's playlists; Unauthorized when the account was deleted."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            yield PlaylistChanges(connection, person)


class PlaylistChanges:
    """Reads and writes of one transaction. Changes of tracks raise the version of the taste: they are known then."""

    def __init__(self, connection: AsyncConnection, person: UUID) -> None:
        self._connection, self._person = connection, person

    async def find(self, playlist: UUID) -> StoredSummary | None:
        """One playlist; None when it is not this user's."""
        return await _found(self._connection, self._person, playlist)

    async def entries(self, playlist: UUID) -> Entries:
        """All entries of one of the user's playlists."""
        return [Entry(*row) for row in await self._connection.execute(_entries, {"playlist": playlist})]

    async def create(self, playlist: UUID, name: str, description: str) -> StoredSummary:
        """Creates an empty playlist; Conflict when there are too many."""
        count = sa.select(sa.func.count()).select_from(playlists).where(_list.person == self._person)
        if (await self._connection.scalar(count) or 0) >= MAX_PLAYLISTS:
            raise Conflict(f"{MAX_PLAYLISTS} playlists are the most that is kept: delete some first")
        now = datetime.now(UTC)
        row = {"id": playlist, "person": self._person, "name": name, "description": description, "version": 1}
        await self._connection.execute(sa.insert(playlists).values(row | {"created_at": now, "changed_at": now}))
        return StoredSummary(playlist, name, description, 1, now, now, 0)

    async def describe(self, playlist: UUID, details: Mapping[str, str]) -> None:
        """Changes the name or the description."""
        await self._connection.execute(sa.update(playlists).where(_list.id == playlist).values(**details))

    async def write(self, playlist: UUID, before: Entries, after: Entries) -> None:
        """Writes the entries that differ; Conflict when there are too many."""
        await self._check_room(len(before), len(after))
        first = unchanged_prefix(before, after)
        gone = sa.delete(playlist_tracks).where(_item.playlist == playlist, _item.position >= first)
        await self._connection.execute(gone)
        common = {"playlist": playlist, "person": self._person}
        rows: list[dict[str, Any]] = [
            common | {"position": at, **entry._asdict()} for at, entry in enumerate(after[first:], first)
        ]
        if rows:
            await self._connection.execute(sa.insert(playlist_tracks), rows)
        await people.raise_version(self._connection, self._person)

    async def note_import(self, import_id: UUID, playlist: UUID, added: Mapping[UUID, datetime | None]) -> None:
        """Notes the tracks that an import holds, as `import_origins.note_entries`."""
        await note_entries(self._connection, import_id, self._person, playlist, added)

    async def touch(self, playlist: UUID) -> StoredSummary:
        """Raises the version of a changed playlist and returns it as it is now."""
        risen = sa.update(playlists).where(_list.id == playlist)
        await self._connection.execute(risen.values(version=_list.version + 1, changed_at=datetime.now(UTC)))
        found = await self.find(playlist)
        assert found
        return found

    async def delete(self, playlist: UUID) -> None:
        """Deletes one of the user's playlists, its tracks, and the exclusion that names it."""
        await self._connection.execute(sa.delete(playlist_tracks).where(_item.playlist == playlist))
        await self._connection.execute(sa.delete(playlists).where(_list.id == playlist))
        named = sa.delete(exclusions).where(exclusions.c.person == self._person, exclusions.c.playlist == playlist)
        await self._connection.execute(named)
        await people.raise_version(self._connection, self._person)

    async def _check_room(self, before: int, after: int) -> None:
        if after > MAX_PLAYLIST_TRACKS:
            raise Conflict(f"a playlist holds {MAX_PLAYLIST_TRACKS:,} tracks at most, this one would have {after:,}")
        if after > before:
            mine = sa.select(sa.func.count()).select_from(playlist_tracks).where(_item.person == self._person)
            if (await self._connection.scalar(mine) or 0) + after - before > MAX_TRACKS_IN_ALL:
                raise Conflict(f"{MAX_TRACKS_IN_ALL:,} tracks in all playlists are the most that is kept")


async def tracks_in_playlists(connection: AsyncConnection, person: UUID) -> list[str]:
    """Every track of the user's playlists, once."""
    return [ids.encode(row[0]) for row in await connection.execute(_held, {"who": person})]


async def _found(connection: AsyncConnection, person: UUID, playlist: UUID) -> StoredSummary | None:
    row = (await connection.execute(_one, {"who": person, "playlist": playlist})).first()
    return StoredSummary(*row) if row else None

"""The `added_tracks` table: tracks that a person's files named and the catalogue lacked, bounded per person."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import ids
from kit.errors import Conflict, NotFound
from kit.sql import Database
from kit.wire.catalog import InRelease
from services.catalog.imports.new_tracks import NewTrack, split_credit
from services.catalog.library.retention import Retention
from services.catalog.store import people
from services.catalog.store.added_removal import delete_own
from services.catalog.store.added_schema import added_tracks
from services.catalog.store.keys import keys_of, put_latin, put_suffixes
from services.catalog.store.older_ids import replaced
from services.catalog.store.schema import IMPORTED, artists, id_aliases, track_artists, tracks

_c = added_tracks.c
_first_artist = tracks.c.artists[0]["id"].as_string()
_mine = sa.and_(_c.person == sa.bindparam("who", type_=sa.Uuid), tracks.c.provenance == IMPORTED)
_added = sa.join(added_tracks, tracks, tracks.c.id == _c.track)
_total = sa.select(sa.func.count()).select_from(_added).where(_mine, ~replaced(tracks.c.id))
_page = (
    sa.select(_c.track, _c.added_at, tracks.c.owner)
    .select_from(_added)
    .where(_mine, ~replaced(tracks.c.id))
    .order_by(_c.added_at.desc(), _c.track)
    .offset(sa.bindparam("start"))
    .limit(sa.bindparam("most"))
)
_kinds = (
    sa.select(_first_artist.label("artist"), tracks.c.features.is_not(None).label("sound"), sa.func.count())
    .select_from(_added)
    .where(_mine, ~replaced(tracks.c.id))
    .group_by(sa.text("1"), sa.text("2"))
)
_learned = sa.select(track_artists.c.artist_id).where(
    track_artists.c.artist_id.in_(sa.bindparam("artists", expanding=True)),
    sa.select(tracks.c.number)
    .where(tracks.c.id == track_artists.c.track_id, tracks.c.in_release == InRelease.LEARNED)
    .exists(),
)
ARTISTS_AT_ONCE = 500
NOT_OWN = "no track of your own has this id: GET /v1/me/added-tracks lists them"


class Added(NamedTuple):
    """A track that the person brought; `owner` is set when nobody else sees it."""

    track: UUID
    added_at: datetime
    owner: UUID | None


class AddedTable:
    """Adds tracks of people's files and reads them back."""

    def __init__(self, database: Database, most: Retention) -> None:
        self._database, self._most = database, most.added_tracks

    async def add(self, person: UUID, found: Sequence[NewTrack]) -> set[UUID]:
        """Adds tracks with provenance "import", as many as the person has room for; those that exist stay as they are.
        Returns the ids of the new ones."""
        if not found:
            return set()
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            held = sa.select(sa.func.count()).where(_c.person == person)
            room = max(self._most - (await connection.scalar(held) or 0), 0)
            known = sa.select(tracks.c.id).where(tracks.c.id.in_([track.id for track in found]))
            there = set(await connection.scalars(known))
            wanted = [track for track in found if track.id not in there][:room]
            return await _insert(connection, person, wanted) if wanted else set()

    async def page(self, person: UUID, start: int, most: int) -> tuple[list[Added], int]:
        """Tracks that the person brought from a position on, the latest first, and how many there are."""
        async with self._database.read() as connection:
            rows = await connection.execute(_page, {"who": person, "start": start, "most": most})
            return [Added(*row) for row in rows], await connection.scalar(_total, {"who": person}) or 0

    async def counts_by_artist(self, person: UUID) -> list[tuple[str, bool, int]]:
        """(first artist's id, whether audio features are known, number) of the tracks that the person brought."""
        async with self._database.read() as connection:
            return [(row[0], bool(row[1]), row[2]) for row in await connection.execute(_kinds, {"who": person})]

    async def learned(self, of: Collection[str]) -> set[str]:
        """Those of these artists that have a track which the current release learned from playlists."""
        found, wanted = set[str](), [ids.decode(artist) for artist in of]
        async with self._database.read() as connection:
            for start in range(0, len(wanted), ARTISTS_AT_ONCE):
                rows = await connection.scalars(_learned, {"artists": wanted[start : start + ARTISTS_AT_ONCE]})
                found |= {ids.encode(row) for row in rows}
        return found

    async def name(self, person: UUID, track: UUID, other: UUID) -> None:
        """Makes a track of the person's own another name of a track of the catalogue: its plays, likes and places in
        playlists are that track's. NotFound when it is not this person's own; Conflict for another own track."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            owner = sa.select(tracks.c.owner)
            if await connection.scalar(owner.where(tracks.c.id == track)) != person:
                raise NotFound(NOT_OWN)
            if await connection.scalar(owner.where(tracks.c.id == other)) is not None:
                raise Conflict("that track is of your own too: name a track of the catalogue")
            alias = people.insert_for(connection, id_aliases).values(id=track, track_id=other)
            await connection.execute(alias.on_conflict_do_update(index_elements=["id"], set_={"track_id": other}))
            await people.raise_version(connection, person)

    async def remove(self, person: UUID, track: UUID) -> None:
        """Deletes a track of the person's own with all that names it; NotFound."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            if await connection.scalar(sa.select(tracks.c.owner).where(tracks.c.id == track)) != person:
                raise NotFound(NOT_OWN)
            await delete_own(connection, person, track)
            await people.raise_version(connection, person)
        await self._database.forget()

    async def owned(self, after: int, most: int) -> list[sa.Row[Any]]:
        """Tracks that one person sees alone and that are no track of the catalogue yet, by `number`."""
        columns = (tracks.c.number, tracks.c.id, tracks.c.owner, tracks.c.title, tracks.c.artists, tracks.c.album)
        found = sa.select(*columns, tracks.c.duration_ms).where(
            sa.text("tracks.owner IS NOT NULL"), tracks.c.number > after, ~replaced(tracks.c.id)
        )
        async with self._database.read() as connection:
            return list(await connection.execute(found.order_by(tracks.c.number).limit(most)))


async def _insert(connection: AsyncConnection, person: UUID, wanted: Sequence[NewTrack]) -> set[UUID]:
    credited = [name for track in wanted for name in _credits(track.artist)]
    named = sa.select(artists.c.id).where(artists.c.id.in_({ids.decode(ids.artist_id(name)) for name in credited}))
    known = {ids.encode(artist) for artist in await connection.scalars(named)}
    new = people.insert_for(connection, tracks).on_conflict_do_nothing(index_elements=["id"])
    rows = [_row(track, known) for track in wanted]
    inserted = set((await connection.execute(new.returning(tracks.c.id), rows)).scalars().all())
    stored = sa.select(tracks.c.number, tracks.c.title_key, tracks.c.artist_key, tracks.c.plain_key)
    of_new = await connection.execute(stored.where(tracks.c.id.in_(inserted)))
    if keys := {row.number: row._asdict() for row in of_new}:
        await put_suffixes(connection, keys)
        await put_latin(connection, keys)
        now = datetime.now(UTC)
        brought = [{"person": person, "track": track, "added_at": now} for track in inserted]
        await connection.execute(sa.insert(added_tracks), brought)
    return inserted


def _credits(artist: str) -> tuple[str, ...]:
    parts = split_credit(artist)
    return (artist, parts[0]) if parts else (artist,)


def _row(track: NewTrack, known: Collection[str]) -> dict[str, Any]:
    """Columns of a track. A credit of several is split where the catalogue knows the first of them, not the credit."""
    names, parts = [track.artist], split_credit(track.artist)
    if parts and ids.artist_id(track.artist) not in known and ids.artist_id(parts[0]) in known:
        names = list(parts)
    row = {"id": track.id, "title": track.title, "album": track.album or None, "duration_ms": track.duration_ms}
    row |= {"artists": [{"id": ids.artist_id(name), "name": name} for name in names], "genres": []}
    row |= {"external_ids": track.external_ids, "features": track.features, "owner": track.owner}
    row |= {"in_release": InRelease.UNKNOWN.value, "provenance": IMPORTED}
    return row | keys_of(track.title, names, track.owner)

"""Writes of the release import: tracks, artists, aliases, and the import's claim and progress."""

import time
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import ids
from kit.sql import Database
from kit.wire.catalog import InRelease, Track
from services.catalog.name_keys import key
from services.catalog.store import older_ids
from services.catalog.store.keys import COUNT_GRAMS, keys_of, put_latin, put_suffixes
from services.catalog.store.schema import aliases, artists, id_aliases, release_import, track_artists, tracks

ANALYZE = [f"ANALYZE {table}" for table in (tracks, artists, track_artists, aliases, id_aliases)]
"""PostgreSQL only: without statistics of what was imported it reads whole tables, until its next vacuum."""
KEYS = ("title_key", "artist_key", "plain_key")


class Code(NamedTuple):
    """An MBID or ISRC of a track."""

    kind: str
    value: str
    track_id: UUID


class ClaimLost(Exception):
    """Another process took over the import, because this one's claim had expired."""


class ImportTable:
    """The single-row import state (claim and progress), and the tables that the import fills."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert

    async def imported(self) -> str | None:
        """The version of the last completely imported release."""
        async with self._database.read() as connection:
            version: str | None = await connection.scalar(sa.select(release_import.c.imported))
            return version

    async def claim(self, me: UUID, version: str, lease_s: float) -> int | None:
        """Claims the import for `lease_s` seconds; returns the row to continue from, None while another process has
        the claim."""
        now, state = time.time(), release_import.c
        free = sa.or_(state.claimed_by.is_(None), state.claimed_by == me, state.claimed_until < now)
        async with self._database.write() as connection:
            claim = sa.update(release_import).where(free).values(claimed_by=me, claimed_until=now + lease_s)
            if not (await connection.execute(claim)).rowcount:
                return None
            before = (await connection.execute(sa.select(state.importing, state.next_row))).one()
            row: int = before.next_row if before.importing == version else 0
            await connection.execute(sa.update(release_import).values(importing=version, next_row=row))
            return row

    async def put(self, me: UUID, version: str, batch: Sequence[Track], next_row: int, lease_s: float) -> None:
        """Upserts tracks and stores the row to continue from, in one transaction; ClaimLost without a valid claim."""
        async with self._database.write() as connection:
            await _hold(connection, me, next_row=next_row, claimed_until=time.time() + lease_s)
            await self._put(connection, version, batch)

    async def put_aliases(
        self, me: UUID, older: Sequence[tuple[UUID, UUID]], codes: Sequence[Code], next_row: int, lease_s: float
    ) -> None:
        """Upserts (older id, track) pairs and codes of stored tracks; transaction and errors as `put`."""
        async with self._database.write() as connection:
            await _hold(connection, me, next_row=next_row, claimed_until=time.time() + lease_s)
            await self._upsert(connection, id_aliases, ["id"], older_ids.rows(older))
            await self._upsert(connection, aliases, ["kind", "value"], [code._asdict() for code in codes])

    async def finish(self, me: UUID, version: str) -> None:
        """Marks the release as imported; tracks that it lacks become "unknown". ClaimLost without a valid claim."""
        gone = sa.and_(tracks.c.release.is_distinct_from(version), tracks.c.in_release != InRelease.UNKNOWN)
        async with self._database.write() as connection:
            await _hold(connection, me, imported=version, importing=None, next_row=0, claimed_by=None)
            await connection.execute(sa.update(tracks).where(gone).values(in_release=InRelease.UNKNOWN))
            await older_ids.settle(connection, version)
            for statement in COUNT_GRAMS if self._database.is_sqlite else ANALYZE:
                await connection.execute(sa.text(statement))

    async def give_up(self, me: UUID) -> None:
        """Releases this process's claim, if any, so that another process need not wait for its expiry."""
        ours = release_import.c.claimed_by == me
        async with self._database.write() as connection:
            await connection.execute(sa.update(release_import).where(ours).values(claimed_by=None))

    async def _put(self, connection: AsyncConnection, version: str, batch: Sequence[Track]) -> None:
        named = {artist.id: artist.name for track in batch for artist in track.artists}
        numbers = [ids.decode(track.id) for track in batch]
        by_number = list(zip(numbers, batch, strict=True))
        of_batch = track_artists.c.track_id.in_(numbers)
        await self._upsert(connection, tracks, ["id"], [_row(n, track, version) for n, track in by_number])
        await self._upsert(connection, artists, ["id"], [_artist(i, n) for i, n in named.items()])
        await connection.execute(sa.delete(track_artists).where(of_batch))
        await self._upsert(connection, track_artists, ["artist_id", "track_id"], _links(by_number))
        await self._upsert(connection, aliases, ["kind", "value"], _aliases(by_number))
        await self._upsert(connection, id_aliases, ["id"], _spotify_ids(by_number))
        stored = sa.select(tracks.c.number, *(tracks.c[name] for name in KEYS)).where(tracks.c.id.in_(numbers))
        keys = {row.number: row._asdict() for row in await connection.execute(stored)}
        await put_suffixes(connection, keys)
        await put_latin(connection, keys)

    async def _upsert(
        self, connection: AsyncConnection, table: sa.Table, same: list[str], rows: list[dict[str, Any]]
    ) -> None:
        """Inserts rows; on conflict in the `same` columns, updates the others."""
        if not rows:
            return
        insert = self._insert(table)
        renewed = {name: insert.excluded[name] for name in rows[0] if name not in same}
        if renewed:
            insert = insert.on_conflict_do_update(index_elements=same, set_=renewed)
        else:
            insert = insert.on_conflict_do_nothing()
        await connection.execute(insert, rows)


async def _hold(connection: AsyncConnection, me: UUID, **values: Any) -> None:
    ours = release_import.c.claimed_by == me
    if not (await connection.execute(sa.update(release_import).where(ours).values(**values))).rowcount:
        raise ClaimLost("another process took over the import of the release")


def _row(number: UUID, track: Track, version: str) -> dict[str, Any]:
    return track.model_dump(exclude={"id", "like"}, mode="json") | {
        "id": number,
        "release": version,
        "provenance": "release",
        **keys_of(track.title, (artist.name for artist in track.artists)),
    }


def _artist(artist_id: str, name: str) -> dict[str, Any]:
    return {"id": ids.decode(artist_id), "name": name, "name_key": key(name)}


def _links(batch: list[tuple[UUID, Track]]) -> list[dict[str, Any]]:
    return [{"artist_id": ids.decode(artist.id), "track_id": n} for n, track in batch for artist in track.artists]


def _aliases(batch: list[tuple[UUID, Track]]) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "value": value, "track_id": n}
        for n, track in batch
        for kind, value in track.external_ids.items()
    ]


def _spotify_ids(batch: list[tuple[UUID, Track]]) -> list[dict[str, Any]]:
    stated = [(track.external_ids.get("spotify", ""), n) for n, track in batch]
    return older_ids.rows([(ids.decode(one), n) for one, n in stated if ids.is_track_id(one)])

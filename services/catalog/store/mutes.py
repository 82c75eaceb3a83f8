"""The `mutes` table: artists, genres and version types that a person never wants to hear."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import ids
from kit.sql import Database
from kit.wire.mutes import Mute, Mutes
from services.catalog.store import people
from services.catalog.store.schema import artists, mutes

_mine = mutes.c.person == sa.bindparam("who", type_=sa.Uuid)
_columns = (mutes.c.kind, mutes.c.value, mutes.c.name, mutes.c.since)
_of_person = sa.select(*_columns).where(_mine).order_by(mutes.c.since.desc(), mutes.c.kind, mutes.c.value)


class MuteKey(NamedTuple):
    """What is muted, without when: kind and value are the key, `name` is what people read."""

    kind: str
    value: str
    name: str


class MuteTable:
    """Reads and changes the mutes of one user; every change raises the version of the taste."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: UUID) -> list[Mute]:
        """All mutes, the latest first."""
        async with self._database.read() as connection:
            return await _read(connection, person)

    async def grouped(self, person: UUID) -> Mutes:
        """All mutes as recommendations apply them."""
        async with self._database.read() as connection:
            return await mutes_of(connection, person)

    async def names(self, artist_ids: Collection[str]) -> dict[str, str]:
        """The names of those of these artists that exist."""
        wanted = {ids.decode(artist): artist for artist in artist_ids}
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(artists.c.id, artists.c.name).where(artists.c.id.in_(wanted)))
            return {wanted[row.id]: row.name for row in rows}

    async def add(self, person: UUID, added: Iterable[MuteKey]) -> tuple[list[Mute], int]:
        """Adds mutes, those already there unchanged. Returns all mutes and the version of the taste."""
        return await self._change(person, added, keep=True)

    async def replace(self, person: UUID, wanted: Iterable[MuteKey]) -> tuple[list[Mute], int]:
        """Makes these the only mutes. Returns all mutes and the version of the taste."""
        return await self._change(person, wanted, keep=False)

    async def remove(self, person: UUID, kind: str, value: str) -> tuple[list[Mute], int]:
        """Removes one mute; nothing changes when it is none. Returns all mutes and the version of the taste."""
        async with self._database.write() as connection:
            version = await people.hold_one(connection, person)
            gone = sa.delete(mutes).where(_mine, mutes.c.kind == kind, mutes.c.value == value)
            if (await connection.execute(gone, {"who": person})).rowcount:
                version = await people.raise_version(connection, person)
            return await _read(connection, person), version

    async def _change(self, person: UUID, wanted: Iterable[MuteKey], *, keep: bool) -> tuple[list[Mute], int]:
        keyed = {(one.kind, one.value): one for one in wanted}
        async with self._database.write() as connection:
            version = await people.hold_one(connection, person)
            held = {(one.kind, one.value) for one in await _read(connection, person)}
            gone = [] if keep else sorted(held - keyed.keys())
            new = [one for key, one in keyed.items() if key not in held]
            for kind, value in gone:
                lifted = sa.delete(mutes).where(_mine, mutes.c.kind == kind, mutes.c.value == value)
                await connection.execute(lifted, {"who": person})
            if new:
                common = {"person": person, "since": datetime.now(UTC)}
                await connection.execute(sa.insert(mutes), [one._asdict() | common for one in new])
            if gone or new:
                version = await people.raise_version(connection, person)
            return await _read(connection, person), version


async def mutes_of(connection: AsyncConnection, person: UUID) -> Mutes:
    """The mutes of one user by kind, as recommendations apply them."""
    found: dict[str, list[str]] = {"artist": [], "genre": [], "version": []}
    for row in await connection.execute(_of_person, {"who": person}):
        found[row.kind].append(row.name if row.kind == "genre" else row.value)
    return Mutes.model_validate({f"{kind}s": values for kind, values in found.items()})


async def _read(connection: AsyncConnection, person: UUID) -> list[Mute]:
    return [Mute.model_validate(dict(row._mapping)) for row in await connection.execute(_of_person, {"who": person})]

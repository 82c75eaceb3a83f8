"""Tracks and artists by id."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import ids
from kit.sql import Database
from kit.wire.catalog import ArtistFound, Track
from services.catalog.store.older_ids import replaced, today
from services.catalog.store.schema import POPULAR_FIRST, aliases, artists, id_aliases, track_artists, tracks

TOP_TRACKS = 20
SHOWN = tuple(column for column in tracks.c if column.name in Track.model_fields)
CODES = {36: "mbid", 12: "isrc"}
"""The kind of a code by its length, as kit.references spells it."""

_wanted: sa.BindParameter[Any] = sa.bindparam("wanted", expanding=True)
_by_id = sa.select(*SHOWN).where(tracks.c.id.in_(_wanted), ~replaced(tracks.c.id))
_known = sa.select(tracks.c.id).where(tracks.c.id.in_(_wanted), ~replaced(tracks.c.id))
_by_older_id = sa.select(id_aliases.c.id, id_aliases.c.track_id).where(id_aliases.c.id.in_(_wanted))
_by_code = sa.select(aliases.c.value, today(aliases.c.track_id).label("track_id")).where(
    aliases.c.kind == sa.bindparam("kind"), aliases.c.value.in_(_wanted)
)
_of_artist = sa.select(track_artists.c.track_id).where(
    track_artists.c.artist_id == sa.bindparam("artist", type_=sa.Uuid), ~replaced(track_artists.c.track_id)
)
_artist = sa.select(
    artists.c.name, sa.select(sa.func.count()).select_from(_of_artist.subquery()).scalar_subquery().label("tracks")
).where(artists.c.id == sa.bindparam("artist", type_=sa.Uuid))
_top = sa.select(*SHOWN).where(tracks.c.id.in_(_of_artist)).order_by(*POPULAR_FIRST).limit(TOP_TRACKS)


class TrackTable:
    """Reads tracks and artists; plain values of the wire come out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, wanted: Sequence[str]) -> dict[str, Track]:
        """The tracks that exist, by the reference asked for and in that order (kit.references); an older id, an MBID
        and an ISRC find the track that they mean today."""
        numbers = {ids.decode(one): one for one in wanted if len(one) == ids.LENGTH}
        async with self._database.read() as connection:
            rows = await connection.execute(_by_id, {"wanted": list(numbers)})
            found = {numbers[row.id]: _track(row) for row in rows}
            meant = await _meant(connection, [one for one in dict.fromkeys(wanted) if one not in found])
            if meant:
                rows = await connection.execute(_by_id, {"wanted": list(set(meant.values()))})
                living = {row.id: row for row in rows}
                found |= {one: _track(living[track]) for one, track in meant.items() if track in living}
        return {one: found[one] for one in wanted if one in found}

    async def resolve(self, wanted: Collection[str]) -> dict[str, UUID]:
        """The 128 bits of the tracks that exist, by the reference asked for; an older id means the track of today."""
        numbers = {ids.decode(one): one for one in wanted if len(one) == ids.LENGTH}
        async with self._database.read() as connection:
            known = await connection.scalars(_known, {"wanted": list(numbers)})
            found = {numbers[number]: number for number in known}
            return found | await _meant(connection, [one for one in dict.fromkeys(wanted) if one not in found])

    async def artist(self, artist_id: str) -> ArtistFound | None:
        """An artist with the number of its tracks and the most popular of them."""
        number = {"artist": ids.decode(artist_id)}
        async with self._database.read() as connection:
            if (known := (await connection.execute(_artist, number)).first()) is None:
                return None
            top = [_track(row) for row in await connection.execute(_top, number)]
        return ArtistFound(id=artist_id, name=known.name, track_count=known.tracks, top_tracks=top)


async def _meant(connection: AsyncConnection, missing: Sequence[str]) -> dict[str, UUID]:
    """The tracks that older ids and codes mean."""
    found: dict[str, UUID] = {}
    if older := {ids.decode(one): one for one in missing if len(one) == ids.LENGTH}:
        rows = await connection.execute(_by_older_id, {"wanted": list(older)})
        found |= {older[row.id]: row.track_id for row in rows}
    for length, kind in CODES.items():
        if codes := [one for one in missing if len(one) == length]:
            rows = await connection.execute(_by_code, {"wanted": codes, "kind": kind})
            found |= {row.value: row.track_id for row in rows}
    return found


def _track(row: sa.Row[Any]) -> Track:
    return Track.model_validate({**row._mapping, "id": ids.encode(row.id)})

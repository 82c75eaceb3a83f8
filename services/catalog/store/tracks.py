"""Tracks and artists by id."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kit import ids
from kit.sql import Database
from kit.wire.catalog import ArtistFound, Track
from services.catalog.store.schema import POPULAR_FIRST, aliases, artists, track_artists, tracks

TOP_TRACKS = 20
SHOWN = tuple(column for column in tracks.c if column.name in Track.model_fields)
OLDER_IDS = ("spotify", "former")  # kinds of alias that have the form of an id

_by_id = sa.select(*SHOWN).where(tracks.c.id.in_(sa.bindparam("wanted", expanding=True)))
_known = sa.select(tracks.c.id).where(tracks.c.id.in_(sa.bindparam("wanted", expanding=True)))
_became = sa.select(aliases.c.value, aliases.c.track_id).where(
    aliases.c.kind.in_(OLDER_IDS), aliases.c.value.in_(sa.bindparam("wanted", expanding=True))
)
_by_older_id = (
    sa.select(aliases.c.value, *SHOWN)
    .join(tracks, tracks.c.id == aliases.c.track_id)
    .where(aliases.c.kind.in_(OLDER_IDS), aliases.c.value.in_(sa.bindparam("wanted", expanding=True)))
)
_of_artist = sa.select(track_artists.c.track_id).where(
    track_artists.c.artist_id == sa.bindparam("artist", type_=sa.Uuid)
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
        """The tracks that exist, by the id asked for and in that order; an older id finds the track it became."""
        numbers = {ids.decode(one): one for one in wanted}
        async with self._database.read() as connection:
            rows = await connection.execute(_by_id, {"wanted": list(numbers)})
            found = {numbers[row.id]: _track(row) for row in rows}
            if missing := [one for one in numbers.values() if one not in found]:
                rows = await connection.execute(_by_older_id, {"wanted": missing})
                found |= {row.value: _track(row) for row in rows}
        return {one: found[one] for one in wanted if one in found}

    async def resolve(self, wanted: Collection[str]) -> dict[str, UUID]:
        """The 128 bits of the tracks that exist, by the id asked for; an older id means the track it became."""
        numbers = {ids.decode(one): one for one in wanted}
        async with self._database.read() as connection:
            known = await connection.scalars(_known, {"wanted": list(numbers)})
            found = {numbers[number]: number for number in known}
            if missing := [one for one in numbers.values() if one not in found]:
                found |= {row.value: row.track_id for row in await connection.execute(_became, {"wanted": missing})}
        return found

    async def artist(self, artist_id: str) -> ArtistFound | None:
        """An artist with the number of its tracks and the most popular of them."""
        number = {"artist": ids.decode(artist_id)}
        async with self._database.read() as connection:
            if (known := (await connection.execute(_artist, number)).first()) is None:
                return None
            top = [_track(row) for row in await connection.execute(_top, number)]
        return ArtistFound(id=artist_id, name=known.name, track_count=known.tracks, top_tracks=top)


def _track(row: sa.Row[Any]) -> Track:
    return Track.model_validate({**row._mapping, "id": ids.encode(row.id)})

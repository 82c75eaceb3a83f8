"""Reads tracks and artists by id, older id, MBID or ISRC."""

from collections.abc import Collection, Mapping, Sequence
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
"""Length of a code, in kit.references' canonical form -> its type."""

_wanted: sa.BindParameter[Any] = sa.bindparam("wanted", expanding=True)
_seen = sa.or_(tracks.c.owner.is_(None), tracks.c.owner == sa.bindparam("viewer", type_=sa.Uuid))
_by_id = sa.select(*SHOWN).where(tracks.c.id.in_(_wanted), _seen, ~replaced(tracks.c.id))
_known = sa.select(tracks.c.id).where(tracks.c.id.in_(_wanted), _seen, ~replaced(tracks.c.id))
_derived = sa.select(tracks.c.id).where(tracks.c.id.in_(_wanted), tracks.c.owner.is_(None), ~replaced(tracks.c.id))
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
_pages = sa.select(*SHOWN).where(tracks.c.id.in_(_of_artist)).order_by(*POPULAR_FIRST)
_page = _pages.offset(sa.bindparam("start")).limit(sa.bindparam("most"))
_top = sa.select(*SHOWN).where(tracks.c.id.in_(_of_artist)).order_by(*POPULAR_FIRST).limit(TOP_TRACKS)


class TrackTable:
    """Reads tracks and artists as kit.wire.catalog models. Tracks that only one person sees are found for that person,
    the `viewer`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, wanted: Sequence[str], viewer: UUID | None = None) -> dict[str, Track]:
        """Existing tracks by requested reference (kit.references), in the requested order; an older id, an MBID or an
        ISRC gives its current track."""
        numbers = {ids.decode(reference): reference for reference in wanted if len(reference) == ids.LENGTH}
        async with self._database.read() as connection:
            rows = await connection.execute(_by_id, {"wanted": list(numbers), "viewer": viewer})
            found = {numbers[row.id]: _track(row) for row in rows}
            aliased = await _by_alias(connection, [ref for ref in dict.fromkeys(wanted) if ref not in found])
            if aliased:
                rows = await connection.execute(_by_id, {"wanted": list(set(aliased.values())), "viewer": viewer})
                current = {row.id: row for row in rows}
                found |= {ref: _track(current[track]) for ref, track in aliased.items() if track in current}
        return {ref: found[ref] for ref in wanted if ref in found}

    async def resolve(self, wanted: Collection[str], viewer: UUID | None = None) -> dict[str, UUID]:
        """Ids (128 bits) of existing tracks by requested reference; an older id gives its current track."""
        numbers = {ids.decode(reference): reference for reference in wanted if len(reference) == ids.LENGTH}
        async with self._database.read() as connection:
            known = await connection.scalars(_known, {"wanted": list(numbers), "viewer": viewer})
            found = {numbers[number]: number for number in known}
            return found | await _by_alias(connection, [ref for ref in dict.fromkeys(wanted) if ref not in found])

    async def artist(self, artist_id: str) -> ArtistFound | None:
        """An artist with its number of tracks and its most popular tracks; None when unknown."""
        number = {"artist": ids.decode(artist_id)}
        async with self._database.read() as connection:
            if (known := (await connection.execute(_artist, number)).first()) is None:
                return None
            top = [_track(row) for row in await connection.execute(_top, number)]
        return ArtistFound(id=artist_id, name=known.name, track_count=known.tracks, top_tracks=top)

    async def of_artist(self, artist_id: str, start: int, most: int) -> list[Track]:
        """Tracks of an artist from a position on, the most popular first."""
        bound = {"artist": ids.decode(artist_id), "start": start, "most": most}
        async with self._database.read() as connection:
            return [_track(row) for row in await connection.execute(_page, bound)]


async def _by_alias(connection: AsyncConnection, missing: Sequence[str]) -> dict[str, UUID]:
    """Current track ids of older ids and codes."""
    found: dict[str, UUID] = {}
    if older := {ids.decode(reference): reference for reference in missing if len(reference) == ids.LENGTH}:
        rows = await connection.execute(_by_older_id, {"wanted": list(older)})
        found |= {older[row.id]: row.track_id for row in rows}
    for length, kind in CODES.items():
        if codes := [reference for reference in missing if len(reference) == length]:
            rows = await connection.execute(_by_code, {"wanted": codes, "kind": kind})
            found |= {row.value: row.track_id for row in rows}
            found |= await _by_derived_id(connection, {code: kind for code in codes if code not in found})
    return found


async def _by_derived_id(connection: AsyncConnection, codes: Mapping[str, str]) -> dict[str, UUID]:
    """Tracks whose id comes from their code, as that of one which an import added."""
    derived = {ids.decode(ids.derive(**{kind: code})): code for code, kind in codes.items()}
    if not derived:
        return {}
    return {derived[number]: number for number in await connection.scalars(_derived, {"wanted": list(derived)})}


def _track(row: sa.Row[Any]) -> Track:
    return Track.model_validate({**row._mapping, "id": ids.encode(row.id)})

"""Looks up tracks and artists by exact search keys of title and credited artist, for text resolution."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from kit import ids
from kit.sql import Database
from kit.wire.catalog import InRelease
from services.catalog.store.schema import IMPORTED, POPULAR_FIRST, aliases, artists, track_artists, tracks
from services.catalog.text_match import Credited, KnownArtist

MOST = 200


def _among(column: sa.Column[Any], keys: str) -> sa.ColumnElement[bool]:
    return column.in_(sa.bindparam(keys, expanding=True))


_titled = sa.or_(_among(tracks.c.plain_key, "titles"), _among(tracks.c.title_key, "titles"))
_in_release = tracks.c.in_release != InRelease.UNKNOWN
_of_artists = (
    sa.select(tracks.c.id, tracks.c.title_key, tracks.c.plain_key, artists.c.name_key, tracks.c.popularity, _in_release)
    .select_from(artists)
    .join(track_artists, track_artists.c.artist_id == artists.c.id)
    .join(tracks, tracks.c.id == track_artists.c.track_id)
    .order_by(*POPULAR_FIRST)
    .limit(MOST)
)
_CREDITED = _of_artists.where(_among(artists.c.name_key, "artists"), _titled)
_TITLED = (
    sa.select(
        tracks.c.id, tracks.c.title_key, tracks.c.plain_key, tracks.c.artist_key, tracks.c.popularity, _in_release
    )
    .where(_titled, tracks.c.provenance != IMPORTED)
    .order_by(*POPULAR_FIRST)
    .limit(MOST)
)
_ARTISTS = (
    sa.select(artists.c.id, artists.c.name, artists.c.name_key, sa.func.count(), sa.func.max(tracks.c.popularity))
    .join(track_artists, track_artists.c.artist_id == artists.c.id)
    .join(tracks, tracks.c.id == track_artists.c.track_id)
    .where(_among(artists.c.name_key, "names"), _in_release)
    .group_by(artists.c.id, artists.c.name, artists.c.name_key)
    .limit(MOST)
)
_CODED = sa.select(aliases.c.track_id).where(
    aliases.c.kind == sa.bindparam("kind", type_=sa.String), aliases.c.value == sa.bindparam("value", type_=sa.String)
)


class CreditIndex:
    """Exact lookups by search keys and external codes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def credited(self, titles: Collection[str], names: Collection[str]) -> list[Credited]:
        """Tracks with one of these titles (with or without labels) by one of these artists, most popular first."""
        return await self._tracks(_CREDITED, {"titles": list(titles), "artists": list(names)})

    async def titled(self, titles: Collection[str]) -> list[Credited]:
        """Tracks with one of these titles, most popular first; `artist` is the key of all its artists."""
        return await self._tracks(_TITLED, {"titles": list(titles)})

    async def _tracks(self, statement: sa.Select[Any], bound: dict[str, list[str]]) -> list[Credited]:
        async with self._database.read() as connection:
            rows = await connection.execute(statement, bound)
            return [Credited(ids.encode(row[0]), row[1], row[2], row[3], row[4] or 0.0, bool(row[5])) for row in rows]

    async def artists(self, names: Collection[str]) -> list[KnownArtist]:
        """Artists with one of these names (keys) that have a track in the release."""
        async with self._database.read() as connection:
            rows = await connection.execute(_ARTISTS, {"names": list(names)})
            return [KnownArtist(ids.encode(row[0]), row[1], row[2], row[3], row[4] or 0.0) for row in rows]

    async def coded(self, kind: str, value: str) -> str | None:
        """The id of the track with this code (an ISRC or MBID) among its external ids; None when there is none."""
        async with self._database.read() as connection:
            number = await connection.scalar(_CODED, {"kind": kind, "value": value})
            return ids.encode(number) if number else None

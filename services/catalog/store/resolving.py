"""Looks up candidates for rows of an import, many at once: by title and artist, by one of them, in Latin letters."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kit.sql import Database
from kit.wire.catalog import InRelease
from services.catalog.imports.matching import CatalogueTrack
from services.catalog.plain_titles import plain_key
from services.catalog.store.older_ids import replaced, today
from services.catalog.store.schema import (
    IMPORTED,
    POPULAR_FIRST,
    artists,
    corrections,
    latin_keys,
    track_artists,
    tracks,
)

MOST_OF_ONE = 1_000
"""Rows of one artist, of one title or of both: the most popular ones. The bound does not depend on other rows."""


def _among(column: sa.Column[Any], keys: str) -> sa.ColumnElement[bool]:
    return column.in_(sa.bindparam(keys, expanding=True))


_COLUMNS = (
    *(tracks.c.id, tracks.c.title_key, tracks.c.plain_key, artists.c.name_key, artists.c.id.label("artist_id")),
    *(tracks.c.album, tracks.c.year, tracks.c.duration_ms, tracks.c.popularity, tracks.c.in_release),
)
_credits = (
    sa.select(*_COLUMNS)
    .select_from(artists)
    .join(track_artists, track_artists.c.artist_id == artists.c.id)
    .join(tracks, tracks.c.id == track_artists.c.track_id)
    .where(tracks.c.provenance != IMPORTED, ~replaced(tracks.c.id))
)


def _most(found: sa.Select[Any], *per: sa.Column[Any]) -> sa.Select[Any]:
    """The `most` most popular rows for each value of these columns."""
    rank = sa.func.row_number().over(partition_by=per, order_by=POPULAR_FIRST).label("rank")
    ranked = found.add_columns(rank).subquery()
    columns = [column for column in ranked.c if column.name != "rank"]
    return sa.select(*columns).where(ranked.c.rank <= sa.bindparam("most", type_=sa.Integer))


_titled = sa.or_(_among(tracks.c.plain_key, "titles"), _among(tracks.c.title_key, "titles"))
_NAMED = _most(_credits.where(_among(artists.c.name_key, "artists"), _titled), artists.c.name_key, tracks.c.plain_key)
_BY_ARTIST = _most(_credits.where(_among(artists.c.name_key, "artists")), artists.c.name_key)
_BY_TITLE = _most(_credits.where(_among(tracks.c.plain_key, "titles")), tracks.c.plain_key)
_latin = _credits.join(latin_keys, latin_keys.c.number == tracks.c.number)
_IN_LATIN = _most(
    _latin.where(_among(latin_keys.c.artist, "artists"), _among(latin_keys.c.title, "titles")),
    *(latin_keys.c.artist, latin_keys.c.title),
)
_BY_ID = _most(_credits.where(_among(tracks.c.id, "ids")), tracks.c.id)
_IMPORTED = sa.select(
    *(tracks.c.id, tracks.c.title_key, tracks.c.plain_key, tracks.c.artist_key.label("name_key")),
    *(sa.null().label("artist_id"), tracks.c.album, tracks.c.year, tracks.c.duration_ms, tracks.c.popularity),
    tracks.c.in_release,
).where(tracks.c.provenance == IMPORTED, _among(tracks.c.id, "ids"))
_CORRECTED = sa.select(corrections.c.key, today(corrections.c.track).label("track")).where(
    corrections.c.person == sa.bindparam("person", type_=sa.Uuid), _among(corrections.c.key, "keys")
)


class CandidateIndex:
    """Reads candidates as services.catalog.imports.matching.CatalogueTrack."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def with_names(self, artist_keys: Collection[str], titles: Collection[str]) -> list[CatalogueTrack]:
        """Tracks with one of these titles, with or without labels, by one of these artists."""
        return await self._rows(_NAMED, {"artists": list(artist_keys), "titles": list(titles)})

    async def by_artist(self, artist_keys: Collection[str]) -> list[CatalogueTrack]:
        """Tracks of these artists, MOST_OF_ONE of each."""
        return await self._rows(_BY_ARTIST, {"artists": list(artist_keys)})

    async def by_title(self, titles: Collection[str]) -> list[CatalogueTrack]:
        """Tracks with one of these titles without labels, MOST_OF_ONE of each."""
        return await self._rows(_BY_TITLE, {"titles": list(titles)})

    async def in_latin(self, artist_keys: Collection[str], titles: Collection[str]) -> list[CatalogueTrack]:
        """Tracks with names of another script that are these in Latin letters."""
        return await self._rows(_IN_LATIN, {"artists": list(artist_keys), "titles": list(titles)})

    async def of_ids(self, numbers: Collection[UUID]) -> list[CatalogueTrack]:
        """These tracks, once for each artist."""
        return await self._rows(_BY_ID, {"ids": list(numbers)})

    async def imported(self, numbers: Collection[UUID]) -> dict[UUID, CatalogueTrack]:
        """Those of these tracks that an import added, with the names of that file."""
        if not numbers:
            return {}
        async with self._database.read() as connection:
            rows = await connection.execute(_IMPORTED, {"ids": list(numbers)})
            return {row.id: _track(row) for row in rows}

    async def corrected(self, person: UUID, keys: Collection[str]) -> Mapping[str, UUID]:
        """The tracks that this person named for rows with these keys."""
        async with self._database.read() as connection:
            rows = await connection.execute(_CORRECTED, {"person": person, "keys": list(keys)})
            return {row.key: row.track for row in rows}

    async def _rows(self, statement: sa.Select[Any], bound: dict[str, Any]) -> list[CatalogueTrack]:
        if not all(bound.values()):
            return []
        async with self._database.read() as connection:
            return [_track(row) for row in await connection.execute(statement, bound | {"most": MOST_OF_ONE})]


def _track(row: sa.Row[Any]) -> CatalogueTrack:
    return CatalogueTrack(
        row.id,
        row.title_key,
        row.plain_key or row.title_key,
        row.name_key or "",
        row.artist_id,
        plain_key(row.album) if row.album else "",
        row.year,
        row.duration_ms,
        row.popularity or 0.0,
        row.in_release != InRelease.UNKNOWN,
    )

"""Search key columns: computes them for a track, and recomputes all after a change of the rules."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import ids
from kit.sql import Database
from services.catalog.name_keys import VERSION, key, latin, suffixes
from services.catalog.plain_titles import plain_key
from services.catalog.store.schema import artists, latin_keys, name_suffixes, release_import, tracks

COUNT_GRAMS = (
    "INSERT INTO track_text(track_text) VALUES ('optimize')",
    "DELETE FROM gram_counts",
    "INSERT INTO gram_counts SELECT term, doc FROM track_text_grams",
)
"""SQLite only: statements that recount the tracks with each trigram."""


def keys_of(title: str, names: Iterable[str], owner: UUID | None = None) -> dict[str, str]:
    """The key columns of a track with this title and these artists; empty where one person alone sees it: no search may
    find it, nor count it among the candidates of which only the first are looked at."""
    if owner is not None:
        return {"title_key": "", "artist_key": "", "plain_key": ""}
    return {"title_key": key(title), "artist_key": key(" ".join(names)), "plain_key": plain_key(title)}


async def put_suffixes(connection: AsyncConnection, keys: Mapping[int, Mapping[str, str]]) -> None:
    """Replaces the stored suffixes of tracks, by number."""
    await connection.execute(sa.delete(name_suffixes).where(name_suffixes.c.number.in_(list(keys))))
    rows = [
        {"suffix": suffix, "by": by, "number": number}
        for number, of_track in keys.items()
        for by in ("title", "artist")
        for suffix in suffixes(of_track[f"{by}_key"])
    ]
    if rows:
        await connection.execute(sa.insert(name_suffixes), rows)


async def put_latin(connection: AsyncConnection, keys: Mapping[int, Mapping[str, str]]) -> None:
    """Replaces the stored Latin spellings of tracks, by number: of names in other scripts."""
    await connection.execute(sa.delete(latin_keys).where(latin_keys.c.number.in_(list(keys))))
    rows = [
        {"number": number, "title": latin(of_track["plain_key"]), "artist": latin(of_track["artist_key"])}
        for number, of_track in keys.items()
        if not (of_track["plain_key"].isascii() and of_track["artist_key"].isascii())
    ]
    if rows:
        await connection.execute(sa.insert(latin_keys), rows)


class KeyTable:
    """Recomputes the keys of every stored track, including tracks that no release has any more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self) -> bool:
        """True when all stored keys are of this version of the rules."""
        async with self._database.read() as connection:
            return bool(await connection.scalar(sa.select(release_import.c.keys_version)) == VERSION)

    async def renew(self, after: int, count: int) -> int | None:
        """Recomputes the keys of the next `count` tracks in one transaction; returns the last number, None at the
        end."""
        batch = sa.select(tracks.c.number, tracks.c.title, tracks.c.artists, tracks.c.owner)
        batch = batch.where(tracks.c.number > after).order_by(tracks.c.number).limit(count).with_for_update()
        async with self._database.write() as connection:
            if not (rows := (await connection.execute(batch)).all()):
                return None
            await _renew(connection, rows)
        last: int = rows[-1].number
        return last

    async def finish(self) -> None:
        """Records that all keys are of this version."""
        async with self._database.write() as connection:
            await connection.execute(sa.update(release_import).values(keys_version=VERSION))
            for statement in COUNT_GRAMS if self._database.is_sqlite else ():
                await connection.execute(sa.text(statement))


async def _renew(connection: AsyncConnection, rows: Sequence[Any]) -> None:
    keys = {row.number: keys_of(row.title, (one["name"] for one in row.artists), row.owner) for row in rows}
    columns: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in ("title_key", "artist_key", "plain_key")}
    change = sa.update(tracks).where(tracks.c.number == sa.bindparam("of")).values(columns)
    changes = [{"of": number} | {f"new_{name}": one for name, one in of.items()} for number, of in keys.items()]
    await connection.execute(change, changes)
    named = {one["id"]: key(one["name"]) for row in rows for one in row.artists}
    of_artist = sa.update(artists).where(artists.c.id == sa.bindparam("of")).values(name_key=sa.bindparam("new"))
    await connection.execute(of_artist, [{"of": ids.decode(one), "new": made} for one, made in named.items()])
    await put_suffixes(connection, keys)
    await put_latin(connection, keys)

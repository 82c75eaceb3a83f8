"""Candidate retrieval for text search: by name prefix, by substring in scripts without blanks, by trigrams, by exact
name. search.py ranks the candidates.

Trigrams are SQLite's FTS5 or PostgreSQL's pg_trgm. FTS5 scores every track that has one of the query's trigrams
(0.75 us each, bench/search.py), so only the rarest are used; pg_trgm selects similar text by itself.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.catalog.name_keys import blankless_parts, grams
from services.catalog.search import By, Candidate, Effort, Query, telling
from services.catalog.store.older_ids import replaced
from services.catalog.store.schema import IMPORTED, POPULAR_FIRST, gram_counts, name_suffixes, tracks

BY_NAME = 100
BY_GRAMS = 200
BY_PART = 5_000  # tracks of one part whose popularity is compared; more only for very common letters
SETTINGS = {"pg_trgm.word_similarity_threshold": "0.35"}
"""Of a connection to PostgreSQL: one wrong letter in a word of five still passes."""
LAST_CHARACTER = "\U0010ffff"

_COLUMNS: dict[By, tuple[sa.Column[Any], ...]] = {By.TITLE: (tracks.c.title_key,), By.ARTIST: (tracks.c.artist_key,)}
_COLUMNS[By.BOTH] = (*_COLUMNS[By.TITLE], *_COLUMNS[By.ARTIST])
_words: sa.BindParameter[str] = sa.bindparam("words", type_=sa.String)
_after: sa.BindParameter[str] = sa.bindparam("after", type_=sa.String)


def _candidates(*parts: sa.Subquery) -> sa.Select[Any]:
    found = sa.union(*(sa.select(part.c.number) for part in parts)).subquery()
    names = (tracks.c.title, sa.cast(tracks.c.artists, sa.String))  # as text: only equal names are read further
    keys = (tracks.c.title_key, tracks.c.artist_key)
    candidates = sa.select(tracks.c.id, *keys, tracks.c.popularity, *names)
    # Without tracks whose id is now an older id of another track: those would be duplicates.
    shown = sa.and_(~replaced(tracks.c.id), tracks.c.provenance != IMPORTED)
    return candidates.join(found, found.c.number == tracks.c.number).where(shown)


def _most_popular(where: sa.ColumnElement[bool], *first: sa.ColumnElement[Any]) -> sa.Subquery:
    return sa.select(tracks.c.number).where(where).order_by(*first, *POPULAR_FIRST).limit(BY_NAME).subquery()


def _beginning(column: sa.Column[Any]) -> sa.Subquery:
    return _most_popular(sa.and_(column >= _words, column < _after), (column == _words).desc())


def _exactly(column: sa.Column[Any], keys: str) -> sa.Subquery:
    return _most_popular(column.in_(sa.bindparam(keys, expanding=True)))


def _similar(names: sa.ColumnElement[Any]) -> sa.Subquery:
    likeness = sa.func.word_similarity(_words, names).desc()
    passing = sa.select(tracks.c.number).where(_words.op("<%", is_comparison=True)(names))
    return passing.order_by(likeness, *POPULAR_FIRST).limit(BY_GRAMS).subquery()


def _holding(by: By) -> sa.Select[Any]:
    """Tracks with a suffix that begins with the words, so with the words anywhere in a blankless run."""
    suffix = name_suffixes.c.suffix
    holding = sa.select(name_suffixes.c.number).where(suffix >= _words, suffix < _after)
    if by is not By.BOTH:
        holding = holding.where(name_suffixes.c.by == by)
    return _candidates(_most_popular(tracks.c.number.in_(holding.limit(BY_PART))))


_HOLDING = {by: _holding(by) for by in By}
_BEGINNING = {by: _candidates(*map(_beginning, columns)) for by, columns in _COLUMNS.items()}
_NAMED = _candidates(_exactly(tracks.c.title_key, "titles"), _exactly(tracks.c.artist_key, "artists"))
_COUNTS = sa.select(gram_counts).where(gram_counts.c.gram.in_(sa.bindparam("grams", expanding=True)))
_FTS = _candidates(
    sa.text(
        "SELECT rowid AS number FROM track_text WHERE track_text MATCH :match ORDER BY bm25(track_text) LIMIT :most"
    )
    .bindparams(most=BY_GRAMS)
    .columns(number=sa.Integer)
    .subquery()
)
_TRGM = {
    By.TITLE: _candidates(_similar(tracks.c.title_key)),
    By.ARTIST: _candidates(_similar(tracks.c.artist_key)),
    # Written as in the migration: PostgreSQL uses an expression index only for the identical expression.
    By.BOTH: _candidates(
        _similar(sa.literal_column("(artist_key || ' ' || title_key || ' ' || artist_key)", sa.String))
    ),
}


class NameIndex:
    """Retrieves candidate tracks for a query; at most a few hundred per call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beginning(self, query: Query) -> list[Candidate]:
        """Tracks whose title or artist begins with the query: equal names first, then by popularity."""
        bound = {"words": query.key, "after": query.key + LAST_CHARACTER}
        async with self._database.read() as connection:
            return [Candidate(*row) for row in await connection.execute(_BEGINNING[query.by], bound)]

    async def holding(self, query: Query) -> list[Candidate]:
        """Tracks with a part of the query, in a script without blanks, anywhere in a name."""
        found: list[Candidate] = []
        if not (parts := blankless_parts(query.key)):
            return found
        async with self._database.read() as connection:
            for part in parts:
                bound = {"words": part, "after": part + LAST_CHARACTER}
                found += [Candidate(*row) for row in await connection.execute(_HOLDING[query.by], bound)]
        return found

    async def with_names(self, titles: Collection[str], artists: Collection[str]) -> list[Candidate]:
        """The most popular tracks with exactly these titles, and with exactly these artists (keys)."""
        bound = {"titles": list(titles), "artists": list(artists)}
        async with self._database.read() as connection:
            return [Candidate(*row) for row in await connection.execute(_NAMED, bound)]

    async def resembling(self, query: Query, effort: Effort) -> list[Candidate]:
        """Tracks that share trigrams with the query, best text match first; none where more effort would be spent on
        the same trigrams again, as always on PostgreSQL, which compares all similar text."""
        if not (wanted := grams(query.key)) or (effort > Effort.QUICK and not self._database.is_sqlite):
            return []
        async with self._database.read() as connection:
            if not self._database.is_sqlite:
                rows = await connection.execute(_TRGM[query.by], {"words": query.key})
            elif chosen := await _chosen(connection, wanted, effort):
                rows = await connection.execute(_FTS, {"match": _match(chosen, query.by)})
            else:
                return []
            return [Candidate(*row) for row in rows]


async def _chosen(connection: AsyncConnection, wanted: list[str], effort: Effort) -> list[str]:
    counts = {row.gram: row.tracks for row in await connection.execute(_COUNTS, {"grams": wanted})}
    if not counts:  # either no track has any of them, or the first import has not finished
        return wanted if effort is Effort.QUICK else []
    chosen = telling(wanted, counts, effort)
    return [] if effort > Effort.QUICK and chosen == telling(wanted, counts, Effort.QUICK) else chosen


def _match(chosen: list[str], by: By) -> str:
    quoted = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in chosen)
    return quoted if by is By.BOTH else f"{by} : ({quoted})"

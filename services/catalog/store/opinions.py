"""Views over the log of feedback: what holds, what is liked, what was played. An undone event counts nowhere.

What holds for a track is the latest opinion on it, in the order of recording, that is not undone. What was said under
an older id of a track was said of the track; the log itself stays as it was written.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import ids
from kit.sql import Database
from kit.wire.library import MAX_OPINIONS, Opinion, Opinions, Played, Standing, Taste
from services.catalog.library.feedback_rules import CurrentRating
from services.catalog.store.older_ids import every_id_of, today
from services.catalog.store.schema import feedback, id_aliases

WEIGHING = (Opinion.LIKE, Opinion.DISLIKE, Opinion.NEVER)
MAX_PLAYED = 10_000
"""Tracks whose plays are told by number; the others are told to be known."""

# Written out as in the migration: SQLite takes a partial index only for the very condition it was made with.
SPOKEN = sa.text("feedback.kind IN ('like', 'dislike', 'never', 'neutral')")
HAPPENED = sa.text("feedback.kind IN ('play', 'skip', 'impression')")

_log = feedback.c
_mine = _log.person == sa.bindparam("who", type_=sa.Uuid)
_undone = sa.select(_log.undoes).where(_mine, _log.undoes.is_not(None))
_track = today(_log.track).label("track")
_spoken = sa.select(sa.func.max(_log.number)).where(_mine, SPOKEN, _log.number.not_in(_undone)).group_by(_track)
_held = sa.select(_track, _log.kind, _log.id).where(
    _log.number.in_(_spoken.where(_log.track.in_(every_id_of(sa.bindparam("tracks", expanding=True)))))
)
_opinions = (
    sa.select(_track, _log.kind).where(_log.number.in_(_spoken), _log.kind.in_(WEIGHING)).order_by(_log.number.desc())
)
_likes = sa.select(_log.number, _track, _log.at).where(_log.number.in_(_spoken), _log.kind == Opinion.LIKE)
_page = _likes.where(_log.number < sa.bindparam("before")).order_by(_log.number.desc()).limit(sa.bindparam("most"))
_total = sa.select(sa.func.count()).select_from(_likes.subquery())


def _of_everybody() -> sa.Select[Any]:
    """Opinions that no later one of the same person on the same track replaces, from a number on."""
    later = feedback.alias("later")
    replaced = sa.select(later.c.number).where(
        later.c.person == _log.person,
        later.c.track.in_(_every_id()),
        later.c.number > _log.number,
        sa.text("later.kind IN ('like', 'dislike', 'never', 'neutral')"),
        ~_taken_back(later),
    )
    return (
        sa.select(_log.number, _log.person, _track, _log.kind)
        .where(_log.number > sa.bindparam("after"), _log.kind.in_(WEIGHING), ~_taken_back(feedback), ~replaced.exists())
        .order_by(_log.number)
        .limit(MAX_OPINIONS)
    )


def _every_id() -> sa.CompoundSelect[Any]:
    """The ids of an event's track, older ones among them."""
    alias = id_aliases.alias()
    older = sa.select(alias.c.id).where(alias.c.track_id == today(_log.track)).correlate_except(alias)
    return sa.union_all(sa.select(_track).correlate(feedback), older)


def _taken_back(event: Any) -> sa.Exists:
    undo = feedback.alias(f"undo_of_{event.name}")
    return sa.select(undo.c.number).where(undo.c.person == event.c.person, undo.c.undoes == event.c.number).exists()


def _counted() -> sa.Select[Any]:
    def times(kind: str) -> sa.Label[int]:
        return sa.func.count().filter(_log.kind == kind).label(kind)

    heard = sa.and_(_mine, HAPPENED, _log.kind != "impression", _log.number.not_in(_undone))
    lately = sa.func.max(_log.at).desc()
    return sa.select(_track, times("play"), times("skip")).where(heard).group_by(_track).order_by(lately, _track)


_played, _everybody = _counted(), _of_everybody()


class Like(NamedTuple):
    """A like that holds; `number` orders them."""

    number: int
    track: UUID
    at: datetime


class OpinionView:
    """Reads what holds for a person, or for everybody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def held(self, person: UUID, tracks: Collection[UUID]) -> dict[UUID, CurrentRating]:
        """What holds for these tracks; those never spoken of are left out."""
        async with self._database.read() as connection:
            return await held_by(connection, person, tracks)

    async def likes(self, person: UUID, before: int, most: int) -> tuple[list[Like], int]:
        """Likes recorded before a number, the latest first, and how many there are in all."""
        async with self._database.read() as connection:
            rows = await connection.execute(_page, {"who": person, "before": before, "most": most})
            likes = [Like(*row) for row in rows]
            return likes, await connection.scalar(_total, {"who": person}) or 0

    async def taste(self, person: UUID, version: int) -> Taste:
        """Everything that holds, newest first, under a version that was read before."""
        said: dict[str, list[str]] = {kind.value: [] for kind in WEIGHING}
        async with self._database.read() as connection:
            for track, kind in await connection.execute(_opinions, {"who": person}):
                said[kind].append(ids.encode(track))
            happened = (await connection.execute(_played, {"who": person})).all()
        like, dislike, never = said.values()
        played = [Played(track=ids.encode(row[0]), plays=row[1], skips=row[2]) for row in happened[:MAX_PLAYED]]
        heard = [ids.encode(row[0]) for row in happened[MAX_PLAYED:]]
        return Taste(
            person=person, version=version, likes=like, dislikes=dislike, never=never, played=played, heard=heard
        )

    async def of_everybody(self, after: int) -> Opinions:
        """What holds of all people, said after an event's number; people who left are not in it."""
        async with self._database.read() as connection:
            rows = await connection.execute(_everybody, {"after": after})
            items = [
                Standing(number=row.number, person=row.person, track=ids.encode(row.track), opinion=Opinion(row.kind))
                for row in rows
            ]
        return Opinions(items=items, after=items[-1].number if items else after)


async def held_by(connection: AsyncConnection, person: UUID, tracks: Collection[UUID]) -> dict[UUID, CurrentRating]:
    """What holds for these tracks, on a connection."""
    rows = await connection.execute(_held, {"who": person, "tracks": list(tracks)})
    return {row.track: CurrentRating(row.id, Opinion(row.kind)) for row in rows}

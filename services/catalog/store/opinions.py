"""Views over the feedback log: current opinions, likes, play counts. Undone events are excluded.

The current opinion on a track is the latest one, in recording order, that is not undone. Events under an older id of
a track count for the track; the log itself is not changed.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import ids
from kit.sql import Database
from kit.wire.library import MAX_OPINIONS, Opinion, Opinions, Played, Standing, UserFeedback
from services.catalog.library.feedback_rules import CurrentRating
from services.catalog.store.event_conditions import HAPPENED, SPOKEN, spoken, taken_back
from services.catalog.store.exclusions import set_aside
from services.catalog.store.mutes import mutes_of
from services.catalog.store.older_ids import every_id_of, today
from services.catalog.store.playlists import tracks_in_playlists
from services.catalog.store.schema import feedback, id_aliases, tracks

WEIGHING = (Opinion.LIKE, Opinion.DISLIKE, Opinion.NEVER)
MAX_PLAYED = 10_000
"""Tracks with play counts in a taste; further played tracks are listed without counts."""

_log = feedback.c
_mine = _log.person == sa.bindparam("who", type_=sa.Uuid)
_undone = sa.select(_log.undoes).where(_mine, _log.undoes.is_not(None))
_track = today(_log.track).label("track")
_spoken = sa.select(sa.func.max(_log.number)).where(_mine, SPOKEN, _log.number.not_in(_undone)).group_by(_track)
_held = sa.select(_track, _log.kind, _log.id).where(
    _log.number.in_(_spoken.where(_log.track.in_(every_id_of(sa.bindparam("tracks", expanding=True)))))
)
_aside = set_aside(feedback)
_opinions = (
    sa.select(_track, _log.kind, _aside.label("aside"))
    .where(_log.number.in_(_spoken), _log.kind.in_(WEIGHING))
    .order_by(_log.number.desc())
)
_dated_opinions = sa.select(_log.number, _track, _log.at)
_likes = _dated_opinions.where(_log.number.in_(_spoken), _log.kind == Opinion.LIKE)
_dislikes = _dated_opinions.where(_log.number.in_(_spoken), _log.kind.in_((Opinion.DISLIKE, Opinion.NEVER)))


def _paged(rows: sa.Select[Any]) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """A page of these opinions, the latest first, and how many there are."""
    page = rows.where(_log.number < sa.bindparam("before")).order_by(_log.number.desc()).limit(sa.bindparam("most"))
    return page, sa.select(sa.func.count()).select_from(rows.subquery())


_every_like, _counted_like, _every_dislike = _paged(_likes), _paged(_likes.where(~_aside)), _paged(_dislikes)


_of_one_person = sa.select(tracks.c.id).where(sa.text("tracks.owner IS NOT NULL"))


def _of_everybody() -> sa.Select[Any]:
    """Current opinions of all users with a number above `after`: not undone and not replaced by a later one; none on
    tracks that one person sees alone."""
    later = feedback.alias("later")
    replaced = sa.select(later.c.number).where(
        later.c.person == _log.person,
        later.c.track.in_(_every_id()),
        later.c.number > _log.number,
        spoken("later"),
        ~taken_back(later),
    )
    return (
        sa.select(_log.number, _log.person, _track, _log.kind)
        .where(_log.number > sa.bindparam("after"), _log.kind.in_(WEIGHING), ~taken_back(feedback), ~replaced.exists())
        .where(~_aside, today(_log.track).not_in(_of_one_person))
        .order_by(_log.number)
        .limit(MAX_OPINIONS)
    )


def _every_id() -> sa.CompoundSelect[Any]:
    """All ids of an event's track, older ones included."""
    alias = id_aliases.alias()
    older = sa.select(alias.c.id).where(alias.c.track_id == today(_log.track)).correlate_except(alias)
    return sa.union_all(sa.select(_track).correlate(feedback), older)


def _counted() -> sa.Select[Any]:
    def times(kind: str) -> sa.Label[int]:
        return sa.func.count().filter(_log.kind == kind, ~_aside).label(kind)

    events = sa.and_(_mine, HAPPENED, _log.kind != "impression", _log.number.not_in(_undone))
    lately = sa.func.max(_log.at).desc()
    last = sa.func.max(_log.at).filter(_log.kind == "play").label("last")
    return sa.select(_track, times("play"), times("skip"), last).where(events).group_by(_track).order_by(lately, _track)


_played, _everybody = _counted(), _of_everybody()


class Like(NamedTuple):
    """A current like; ordered by `number`."""

    number: int
    track: UUID
    at: datetime


class OpinionView:
    """Reads the current opinions of one user or of all users."""

    def __init__(self, database: Database, max_played: int = MAX_PLAYED) -> None:
        self._database, self._max_played = database, max_played

    async def current(self, person: UUID, tracks: Collection[UUID]) -> dict[UUID, CurrentRating]:
        """The current opinions on these tracks; tracks without an opinion are left out."""
        async with self._database.read() as connection:
            return await current_ratings(connection, person, tracks)

    async def likes(self, person: UUID, before: int, most: int, *, counted: bool = False) -> tuple[list[Like], int]:
        """Likes with a number below `before`, the latest first, and the total number of likes; `counted`: without those
        that exclusions set aside."""
        return await self._page_of(_counted_like if counted else _every_like, person, before, most)

    async def dislikes(self, person: UUID, before: int, most: int) -> tuple[list[Like], int]:
        """As `likes`: what the person dislikes or never wants to hear, and when they said so."""
        return await self._page_of(_every_dislike, person, before, most)

    async def _page_of(
        self, queries: tuple[sa.Select[Any], sa.Select[Any]], person: UUID, before: int, most: int
    ) -> tuple[list[Like], int]:
        page, total = queries
        async with self._database.read() as connection:
            rows = await connection.execute(page, {"who": person, "before": before, "most": most})
            return [Like(*row) for row in rows], await connection.scalar(total, {"who": person}) or 0

    async def user_feedback(self, person: UUID, version: int) -> UserFeedback:
        """The feedback of a user, newest opinions first, under a version that was read before."""
        by_opinion: dict[str, list[str]] = {opinion.value: [] for opinion in WEIGHING}
        aside: list[str] = []
        async with self._database.read() as connection:
            for track, opinion, excluded in await connection.execute(_opinions, {"who": person}):
                (aside if excluded else by_opinion[opinion]).append(ids.encode(track))
            held = await tracks_in_playlists(connection, person)
            mutes = await mutes_of(connection, person)
            happened = (await connection.execute(_played, {"who": person})).all()
        like, dislike, never = by_opinion.values()
        counted = [row for row in happened if row.play or row.skip][: self._max_played]
        played = [
            Played(track=ids.encode(row.track), plays=row.play, skips=row.skip, last_day=_day(row.last))
            for row in counted
        ]
        weighed = {row.track for row in counted}
        beyond = [row for row in happened if row.track not in weighed]
        return UserFeedback(
            person=person,
            version=version,
            likes=like,
            dislikes=dislike,
            never=never,
            played=played,
            heard=[ids.encode(row.track) for row in beyond],
            last_days=[_day(row.last) for row in beyond],
            set_aside=aside,
            in_playlists=held,
            mutes=mutes,
        )

    async def of_everybody(self, after: int) -> Opinions:
        """Current opinions of all users with a number above `after`; deleted accounts have none."""
        async with self._database.read() as connection:
            rows = await connection.execute(_everybody, {"after": after})
            items = [
                Standing(number=row.number, person=row.person, track=ids.encode(row.track), opinion=Opinion(row.kind))
                for row in rows
            ]
        return Opinions(items=items, after=items[-1].number if items else after)


def _day(at: datetime | None) -> int:
    """The day of a moment as a number, 0 for none."""
    return at.toordinal() if at else 0


async def current_ratings(
    connection: AsyncConnection, person: UUID, tracks: Collection[UUID]
) -> dict[UUID, CurrentRating]:
    """The current opinions on these tracks, read on a given connection."""
    if not tracks:
        return {}
    rows = await connection.execute(_held, {"who": person, "tracks": list(tracks)})
    return {row.track: CurrentRating(row.id, Opinion(row.kind)) for row in rows}

"""The `exclusions` table, and the condition by which events do not count for the taste.

Only likes, plays and skips can be set aside: what a person does not want stays unwanted, whenever it was recorded.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from kit.errors import Conflict
from kit.sql import Database
from kit.wire.exclusions import MAX_EXCLUSIONS
from services.catalog.store import people
from services.catalog.store.event_conditions import HAPPENED, SPOKEN, taken_back
from services.catalog.store.older_ids import today
from services.catalog.store.schema import exclusions, feedback, playlist_tracks

COUNTED = ("like", "play", "skip")
"""Types of events that an exclusion sets aside."""
_all = exclusions.c
_mine = _all.person == sa.bindparam("who", type_=sa.Uuid)
_log = feedback.c


class StoredExclusion(NamedTuple):
    """A row of the table, and the number of events it sets aside."""

    id: UUID
    kind: str
    track: UUID | None
    playlist: UUID | None
    source: str | None
    since: datetime | None
    until: datetime | None
    created_at: datetime
    events: int


def _covers(event: Any) -> sa.ColumnElement[bool]:
    """Whether an exclusion of the same person covers an event (the feedback table or an alias of it)."""
    period = sa.and_(
        _all.kind == "period",
        sa.or_(_all.since.is_(None), event.c.at >= _all.since),
        sa.or_(_all.until.is_(None), event.c.at < _all.until),
    )
    held = playlist_tracks.alias()
    of_playlist = sa.select(held.c.position).where(
        held.c.playlist == _all.playlist, today(held.c.track) == today(event.c.track)
    )
    return sa.or_(
        today(_all.track) == today(event.c.track),
        _all.source == event.c.source,
        _all.context == event.c.context,
        period,
        of_playlist.correlate(exclusions, event).exists(),
    )


def set_aside(event: Any) -> sa.ColumnElement[bool]:
    """Whether an event does not count for the taste: a like, play or skip that an exclusion of the person covers."""
    covered = sa.select(_all.id).where(_all.person == event.c.person, _covers(event)).correlate(event).exists()
    return sa.and_(event.c.kind.in_(COUNTED), covered)


def _counted() -> sa.ColumnElement[int]:
    """Number of events that an exclusion sets aside: opinions and happenings apart, each read by its own index."""

    def events(indexed: sa.TextClause) -> sa.ScalarSelect[int]:
        of_person = (_log.person == _all.person, indexed, _log.kind.in_(COUNTED), ~taken_back(feedback))
        counted = sa.select(sa.func.count()).select_from(feedback).where(*of_person, _covers(feedback))
        return counted.correlate(exclusions).scalar_subquery()

    return events(SPOKEN) + events(HAPPENED)


_columns = (_all.id, _all.kind, _all.track, _all.playlist, _all.source, _all.since, _all.until, _all.created_at)
_of_person = (
    sa.select(*_columns, _counted().label("events")).where(_mine).order_by(_all.created_at.desc(), _all.id.desc())
)


class ExclusionTable:
    """Reads and changes the exclusions of one user; every change raises the version of the taste."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: UUID) -> list[StoredExclusion]:
        """All exclusions, the latest first, each with the number of events that it sets aside."""
        async with self._database.read() as connection:
            return [StoredExclusion(*row) for row in await connection.execute(_of_person, {"who": person})]

    async def add(self, person: UUID, kind: str, what: Mapping[str, Any]) -> tuple[list[StoredExclusion], UUID, int]:
        """Adds an exclusion unless it is there. `what` holds the columns that it fills. Returns all exclusions, the id
        of this one and the version of the taste; Conflict when there are too many."""
        same = sa.select(_all.id).where(_all.person == person, _all.kind == kind)
        for name in ("track", "playlist", "source", "since", "until"):
            same = same.where(_all[name] == what[name] if what.get(name) is not None else _all[name].is_(None))
        async with self._database.write() as connection:
            version = await people.hold_one(connection, person)
            found: UUID | None = await connection.scalar(same)
            if found is None:
                count = sa.select(sa.func.count()).select_from(exclusions).where(_all.person == person)
                if (await connection.scalar(count) or 0) >= MAX_EXCLUSIONS:
                    raise Conflict(f"{MAX_EXCLUSIONS} exclusions are the most that is kept: remove some first")
                row = {"id": uuid7(), "person": person, "kind": kind, "created_at": datetime.now(UTC), **what}
                await connection.execute(sa.insert(exclusions).values(row))
                found, version = row["id"], await people.raise_version(connection, person)
        return await self.of(person), found, version  # counted after the lock: it takes a while for a long history

    async def remove(self, person: UUID, exclusion: UUID) -> tuple[list[StoredExclusion], int] | None:
        """Removes an exclusion: its events count again. None when the person has no such exclusion."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            gone = sa.delete(exclusions).where(_all.person == person, _all.id == exclusion)
            if not (await connection.execute(gone)).rowcount:
                return None
            version = await people.raise_version(connection, person)
        return await self.of(person), version

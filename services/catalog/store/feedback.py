"""Append-only feedback log. Events are deleted only with the account, or when they have no effect (retention).

Writers of one user's events lock the user's row (people.hold_one), so `number` is the order of the user's events.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from kit.sql import Database
from services.catalog.library.feedback_rules import CurrentRating, FeedbackEvent, Happening, IdempotencyRecord
from services.catalog.library.retention import Retention, Room
from services.catalog.store import people, retention
from services.catalog.store.event_conditions import HAPPENED
from services.catalog.store.import_origins import pass_to
from services.catalog.store.older_ids import every_id_of, today
from services.catalog.store.opinions import current_ratings
from services.catalog.store.schema import feedback, feedback_keys

UNDO = "undo"
_FIELDS = tuple(FeedbackEvent.__dataclass_fields__)
_log = feedback.c
_INSERT = sa.insert(feedback)
# Between two times: every moment at every track, as with IN, would be 250,000 look-ups for a full batch.
_HAPPENED = sa.select(today(_log.track).label("track"), _log.kind, _log.at, _log.id).where(
    _log.person == sa.bindparam("who", type_=sa.Uuid),
    HAPPENED,
    _log.track.in_(every_id_of(sa.bindparam("tracks", expanding=True))),
    _log.kind.in_(sa.bindparam("kinds", expanding=True)),
    _log.at.between(sa.bindparam("first"), sa.bindparam("last")),
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event read from the log."""

    number: int
    track: UUID
    kind: str
    undone: bool


class FeedbackLog:
    """Opens write transactions on the feedback log."""

    def __init__(self, database: Database, most: Retention) -> None:
        self._database = database
        self._most = most

    @asynccontextmanager
    async def change(self, person: UUID) -> AsyncIterator["Change"]:
        """A transaction for one user's feedback; Unauthorized when the account was deleted."""
        async with self._database.write() as connection:
            version = await people.hold_one(connection, person)
            yield Change(connection, person, version, self._most)


class Change:
    """Reads and writes of one feedback transaction. `version` is that of the user's taste."""

    def __init__(self, connection: AsyncConnection, person: UUID, version: int, most: Retention) -> None:
        self.version = version
        self._most = most
        self._connection = connection
        self._person = person

    async def room(self, kinds: Collection[str]) -> Room:
        """Remaining capacity for these types of feedback; call it first, because it may delete events."""
        return await retention.room(self._connection, self._person, self._most, kinds)

    async def current(self, tracks: Collection[UUID]) -> dict[UUID, CurrentRating]:
        """The current opinions on these tracks."""
        return await current_ratings(self._connection, self._person, tracks)

    async def happened(self, moments: Collection[Happening]) -> dict[Happening, UUID]:
        """Those of these plays, skips and impressions that are already recorded, with their event ids."""
        if not moments:
            return {}
        tracks, kinds, times = ({moment[part] for moment in moments} for part in range(3))
        values = {"who": self._person, "tracks": list(tracks), "kinds": list(kinds)}
        rows = await self._connection.execute(_HAPPENED, values | {"first": min(times), "last": max(times)})
        return {(row.track, row.kind, row.at): row.id for row in rows}

    async def keyed(self, keys: Collection[str]) -> dict[str, IdempotencyRecord]:
        """The records of those of these idempotency keys that were used."""
        if not keys:
            return {}
        used = sa.select(feedback_keys).where(feedback_keys.c.person == self._person, feedback_keys.c.key.in_(keys))
        return {row.key: IdempotencyRecord(row.event, row.content) for row in await self._connection.execute(used)}

    async def find(self, event: UUID) -> Recorded | None:
        """An event of this user by its id; None for unknown ids and for undo events."""
        mine = sa.and_(feedback.c.person == self._person, feedback.c.id == event, feedback.c.kind != UNDO)
        columns = (feedback.c.number, feedback.c.kind, today(feedback.c.track).label("track"))
        if (row := (await self._connection.execute(sa.select(*columns).where(mine))).first()) is None:
            return None
        undo = sa.select(feedback.c.number).where(feedback.c.person == self._person, feedback.c.undoes == row.number)
        undone = await self._connection.scalar(undo) is not None
        return Recorded(row.number, row.track, row.kind, undone)

    async def keep(self, events: Collection[UUID]) -> None:
        """Makes events that an import brought the person's own: taking the import back leaves them."""
        if events:
            await pass_to(self._connection, self._person, events, None)

    async def add(self, rows: Sequence[FeedbackEvent], keyed: Mapping[str, IdempotencyRecord]) -> None:
        """Records events in this order, and their idempotency records."""
        if rows:
            await self._record([_columns(row) | {"undoes": None} for row in rows])
        if any(row.kind == "impression" for row in rows):
            await retention.clear_impressions(self._connection, self._person, self._most)
        if keyed:
            used = [{"person": self._person, "key": key, **asdict(what)} for key, what in keyed.items()]
            await self._connection.execute(sa.insert(feedback_keys), used)
            await retention.clear_keys(self._connection, self._person)

    async def undo(self, event: Recorded) -> None:
        """Records the undo of an event."""
        row = FeedbackEvent(uuid7(), event.track, UNDO, None, datetime.now(UTC), "api", None)
        await self._record([_columns(row) | {"undoes": event.number}])

    async def raise_version(self) -> None:
        """Increments the taste version and appends an outbox event."""
        self.version = await people.raise_version(self._connection, self._person)

    async def _record(self, rows: list[dict[str, Any]]) -> None:
        common = {"person": self._person, "recorded_at": datetime.now(UTC)}
        values = [row | common for row in rows]
        await self._connection.execute(_INSERT, values if len(values) > 1 else values[0])


def _columns(row: FeedbackEvent) -> dict[str, Any]:
    """The fields by name; dataclasses.asdict copies each value deeply, which takes most of the time of a batch."""
    return {name: getattr(row, name) for name in _FIELDS}

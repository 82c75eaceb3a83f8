"""Recent impressions of users: recommendation lists reported by recommend, and impressions in the feedback log."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kit import ids, outbox
from kit.sql import Database
from kit.wire.events import EventType
from kit.wire.library import ImpressionList
from services.catalog.library.retention import LATELY, Retention
from services.catalog.store import people
from services.catalog.store.event_conditions import HAPPENED
from services.catalog.store.schema import feedback, shown

FEED_KEPT = timedelta(days=90)
SPARE = 0.1
"""Of the tracks that are kept of a person's lists, so many more may wait for the next deletion: to find what is beyond
the limit all lists of the person are read."""
COUNTED = 20_000  # people whose new tracks are counted at a time

_who, _since = sa.bindparam("who", type_=sa.Uuid), sa.bindparam("since", type_=shown.c.at.type)
_lists = (
    sa.select(shown.c.at, shown.c.tracks)
    .where(shown.c.person == _who, shown.c.at >= _since)
    .order_by(shown.c.at.desc(), shown.c.id)
    .limit(sa.bindparam("most"))
)
_page = (
    sa.select(shown)
    .where(shown.c.person == _who, shown.c.at >= _since)
    .order_by(shown.c.at.desc(), shown.c.id.desc())
    .offset(sa.bindparam("start"))
    .limit(sa.bindparam("most"))
)
_undone = sa.select(feedback.c.undoes).where(feedback.c.person == _who, feedback.c.undoes.is_not(None))
_impressions = (
    sa.select(feedback.c.at, feedback.c.track)
    .where(feedback.c.person == _who, HAPPENED, feedback.c.kind == "impression", feedback.c.at >= _since)
    .where(feedback.c.number.not_in(_undone))
    .order_by(feedback.c.at.desc(), feedback.c.number.desc())
    .limit(sa.bindparam("most"))
)


def _beyond() -> sa.Delete:
    """Deletes the users' lists beyond the latest ones that together have `most` tracks."""
    later = sa.func.sum(sa.func.json_array_length(shown.c.tracks)).over(
        partition_by=shown.c.person, order_by=(shown.c.at.desc(), shown.c.id), rows=(None, -1)
    )
    people_s = shown.c.person.in_(sa.bindparam("people", expanding=True))
    counted = sa.select(shown.c.id, later.label("later")).where(people_s).subquery()
    return sa.delete(shown).where(
        shown.c.id.in_(sa.select(counted.c.id).where(counted.c.later >= sa.bindparam("most")))
    )


_surplus = _beyond()


class ImpressionTable:
    """Stores shown lists with limited retention, and reads the latest shown tracks."""

    def __init__(self, database: Database, most: Retention) -> None:
        self._database = database
        self._most = most
        self._new: dict[UUID, int] = {}  # tracks of each person's lists since those beyond the limit were deleted

    async def add(self, lists: Sequence[ImpressionList]) -> int:
        """Stores lists, once per id, and deletes those older than the retention limits, and now and then those of a
        person beyond the number of tracks; lists of deleted accounts are ignored. Returns the number stored."""
        async with self._database.write() as connection:
            here = await people.hold(connection, {shown_list.person for shown_list in lists})
            rows = [shown_list.model_dump() for shown_list in lists if shown_list.person in here]
            full = self._full(rows)
            if rows:
                await connection.execute(people.insert_for(connection, shown).on_conflict_do_nothing(), rows)
            if full:
                await connection.execute(_surplus, {"people": full, "most": self._most.shown_tracks})
            await connection.execute(sa.delete(shown).where(shown.c.at < datetime.now(UTC) - LATELY))
            await outbox.prune(connection, EventType.TASTE_CHANGED, datetime.now(UTC) - FEED_KEPT)
        self._new |= dict.fromkeys(full, 0)
        return len(rows)

    def _full(self, rows: Sequence[dict[str, Any]]) -> list[UUID]:
        """The people who may have more than is kept with these lists: this process has not counted their lists yet, or
        enough new ones."""
        if len(self._new) > COUNTED:
            self._new.clear()
        enough = self._most.shown_tracks * SPARE
        for row in rows:
            self._new[row["person"]] = self._new.get(row["person"], int(enough)) + len(row["tracks"])
        return sorted({row["person"] for row in rows if self._new[row["person"]] > enough})

    async def lists(self, person: UUID, start: int, most: int) -> list[ImpressionList]:
        """Lists of the last seven days from a position on, the latest first."""
        bound = {"who": person, "since": datetime.now(UTC) - LATELY, "start": start, "most": most}
        async with self._database.read() as connection:
            return [ImpressionList.model_validate(dict(row._mapping)) for row in await connection.execute(_page, bound)]

    async def recent_tracks(self, person: UUID, most: int | None = None) -> list[str]:
        """Distinct tracks shown in the last seven days, the latest first; at most `most`, or all that are stored."""
        most = min(most or self._most.shown_tracks, self._most.shown_tracks)
        bound = {"who": person, "since": datetime.now(UTC) - LATELY, "most": most}
        async with self._database.read() as connection:
            seen = [(row.at, row.tracks) for row in await connection.execute(_lists, bound)]
            seen += [(row.at, [ids.encode(row.track)]) for row in await connection.execute(_impressions, bound)]
        seen.sort(key=itemgetter(0), reverse=True)
        return list(dict.fromkeys(track for _, tracks in seen for track in tracks))[:most]

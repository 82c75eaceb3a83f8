"""What people were shown: lists that recommend reports, and impressions among the feedback."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from kit import feed, ids
from kit.sql import Database
from kit.wire.events import EventKind
from kit.wire.library import MAX_SHOWN, ShownList
from services.catalog.store import people
from services.catalog.store.opinions import HAPPENED
from services.catalog.store.schema import feedback, shown

LATELY = timedelta(days=7)
KEPT = timedelta(days=90)

_who, _since = sa.bindparam("who", type_=sa.Uuid), sa.bindparam("since", type_=shown.c.at.type)
_lists = (
    sa.select(shown.c.at, shown.c.tracks)
    .where(shown.c.person == _who, shown.c.at >= _since)
    .order_by(shown.c.at.desc(), shown.c.id)
    .limit(MAX_SHOWN)
)
_undone = sa.select(feedback.c.undoes).where(feedback.c.person == _who, feedback.c.undoes.is_not(None))
_impressions = (
    sa.select(feedback.c.at, feedback.c.track)
    .where(feedback.c.person == _who, HAPPENED, feedback.c.kind == "impression", feedback.c.at >= _since)
    .where(feedback.c.number.not_in(_undone))
    .order_by(feedback.c.at.desc(), feedback.c.number.desc())
    .limit(MAX_SHOWN)
)


class ShownTable:
    """Remembers lists for a while and reads back the latest tracks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, lists: Sequence[ShownList]) -> int:
        """Remembers lists, each once by its id, and forgets old ones; those of deleted people are left out."""
        async with self._database.write() as connection:
            here = await people.hold(connection, {one.person for one in lists})
            rows = [one.model_dump() for one in lists if one.person in here]
            if rows:
                await connection.execute(people.insert_for(connection, shown).on_conflict_do_nothing(), rows)
            await connection.execute(sa.delete(shown).where(shown.c.at < datetime.now(UTC) - KEPT))
            await feed.prune(connection, EventKind.TASTE_CHANGED, datetime.now(UTC) - KEPT)
        return len(rows)

    async def latest(self, person: UUID, most: int) -> list[str]:
        """Tracks shown in the last seven days, the latest first, each once."""
        asked = {"who": person, "since": datetime.now(UTC) - LATELY}
        async with self._database.read() as connection:
            seen = [(row.at, row.tracks) for row in await connection.execute(_lists, asked)]
            seen += [(row.at, [ids.encode(row.track)]) for row in await connection.execute(_impressions, asked)]
        seen.sort(key=lambda one: one[0], reverse=True)
        return list(dict.fromkeys(track for _, tracks in seen for track in tracks))[:most]

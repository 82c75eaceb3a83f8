"""Enforces the retention limits (library/retention.py) on one user's log. The caller must hold the user's row."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalog.library.feedback_rules import OPINIONS, PLAYED
from services.catalog.library.retention import LATELY, MAX_KEYS, Retention, Room
from services.catalog.store.event_conditions import HAPPENED, SPOKEN
from services.catalog.store.schema import feedback, feedback_keys

_log = feedback.c
_mine = _log.person == sa.bindparam("who", type_=sa.Uuid)
_undone = sa.select(_log.undoes).where(_mine, _log.undoes.is_not(None))
_standing = sa.select(sa.func.max(_log.number)).where(_mine, SPOKEN, _log.number.not_in(_undone)).group_by(_log.track)

_opinions = sa.select(sa.func.count()).select_from(feedback).where(_mine, SPOKEN)
_plays = sa.select(sa.func.count()).select_from(feedback).where(_mine, HAPPENED, _log.kind != "impression")
_without_effect = (  # in this order: an undone event is identified by its undo event
    sa.delete(feedback).where(_mine, SPOKEN, sa.or_(_log.number.not_in(_standing), _log.kind == "neutral")),
    sa.delete(feedback).where(_mine, HAPPENED, _log.number.in_(_undone)),
    sa.delete(feedback).where(_mine, _log.undoes.is_not(None)),
)

_impressions = sa.select(_log.number).where(_mine, HAPPENED, _log.kind == "impression")
_beyond = _impressions.order_by(_log.number.desc()).offset(sa.bindparam("most")).limit(1).scalar_subquery()
_past = _impressions.where(
    sa.or_(
        sa.and_(_log.at < sa.bindparam("since"), _log.recorded_at < sa.bindparam("since")),
        _log.number <= _beyond,
    )
)
_past_impressions = (
    sa.delete(feedback).where(_mine, _log.undoes.in_(_past)),
    sa.delete(feedback).where(_mine, _log.number.in_(_past)),
)

_keys = feedback_keys.c
_my_keys = _keys.person == sa.bindparam("who", type_=sa.Uuid)
_key_count = sa.select(sa.func.count()).select_from(feedback_keys).where(_my_keys)
_latest_keys = sa.select(_keys.key).where(_my_keys).order_by(_keys.event.desc(), _keys.key).limit(MAX_KEYS)
_old_keys = sa.delete(feedback_keys).where(_my_keys, _keys.key.not_in(_latest_keys))


async def room(connection: AsyncConnection, person: UUID, most: Retention, kinds: Iterable[str]) -> Room:
    """Remaining capacity for these types of feedback; when full, events without effect are deleted first."""
    opinions, plays = not OPINIONS.isdisjoint(kinds), not PLAYED.isdisjoint(kinds)
    left = await _room(connection, person, most, opinions=opinions, plays=plays)
    if left.opinions <= 0 or left.plays <= 0:
        for statement in _without_effect:
            await connection.execute(statement, {"who": person})
        left = await _room(connection, person, most, opinions=opinions, plays=plays)
    return left


async def _room(connection: AsyncConnection, person: UUID, most: Retention, *, opinions: bool, plays: bool) -> Room:
    """Counts with index-only scans, and only the requested types."""
    who = {"who": person}
    spoken = await connection.scalar(_opinions, who) if opinions else 0
    played = await connection.scalar(_plays, who) if plays else 0
    return Room(most, most.opinions - (spoken or 0), most.plays - (played or 0))


async def clear_impressions(connection: AsyncConnection, person: UUID, most: Retention) -> None:
    """Deletes impressions older than the limit, and all but the latest `shown_tracks`."""
    values = {"who": person, "since": datetime.now(UTC) - LATELY, "most": most.shown_tracks}
    for statement in _past_impressions:
        await connection.execute(statement, values)


async def clear_keys(connection: AsyncConnection, person: UUID) -> None:
    """Deletes the idempotency keys of the oldest events beyond MAX_KEYS, once a tenth more than that are stored."""
    if (await connection.scalar(_key_count, {"who": person}) or 0) > MAX_KEYS * 1.1:
        await connection.execute(_old_keys, {"who": person})

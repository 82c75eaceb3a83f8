"""Counted calls to Spotify (`spotify_calls`), over all processes, and the pause that Spotify asked for."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.auth.store.schema import spotify_calls, spotify_pause

DAY_S = 24 * 3600.0
LOCK = 0x5E61B  # any number, the same in every process of auth
_call = spotify_calls.c


class Budget(NamedTuple):
    """Calls allowed in 24 hours: of all people together, and of one person."""

    everybody: int
    one_person: int


class SpotifyBudgetTable:
    """Takes calls from a rolling 24-hour budget."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert

    async def take(self, person: UUID, budget: Budget, now: float) -> float | None:
        """Counts one call; when none is left, or Spotify asked for a pause, the time from which one is, else None."""
        async with self._database.write() as connection:
            if not self._database.is_sqlite:
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
            await connection.execute(sa.delete(spotify_calls).where(_call.at <= now - DAY_S))
            if (until := await _blocked_until(connection, person, budget)) > now:
                return until
            await connection.execute(sa.insert(spotify_calls).values(person_id=person, at=now))
        return None

    async def blocked_until(self, person: UUID, budget: Budget, now: float) -> float | None:
        """The time from which a call is possible again; None when one is now. Counts nothing."""
        async with self._database.read() as connection:
            until = await _blocked_until(connection, person, budget)
        return until if until > now else None

    async def pause(self, until: float) -> None:
        """Sends no call before this time: Spotify counts all calls of the app together."""
        new = self._insert(spotify_pause).values(id=1, until=until)
        later = sa.case((spotify_pause.c.until > until, spotify_pause.c.until), else_=until)
        async with self._database.write() as connection:
            await connection.execute(new.on_conflict_do_update(index_elements=["id"], set_={"until": later}))


async def _blocked_until(connection: AsyncConnection, person: UUID, budget: Budget) -> float:
    """The end of the pause, or the time when the call that used a budget up leaves its 24 hours."""
    until = await connection.scalar(sa.select(spotify_pause.c.until).where(spotify_pause.c.id == 1)) or 0.0
    for most, counted in ((budget.everybody, sa.true()), (budget.one_person, _call.person_id == person)):
        latest = sa.select(_call.at).where(counted).order_by(_call.at.desc()).offset(most - 1).limit(1)
        if (reached := await connection.scalar(latest)) is not None:
            until = max(until, reached + DAY_S)
    return float(until)

"""The `sessions` table: sessions with single-use refresh tokens; ending a session deletes its row."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.auth.mail_types import MailType
from services.auth.store.mailed_tokens import end_tokens, use
from services.auth.store.rows import Account, SessionRow, account_of
from services.auth.store.schema import api_keys, people, sessions
from services.auth.token_secrets import Digests


class Refreshed(NamedTuple):
    """The session of a refresh token and its account; None = the token was reused, and the session has been ended."""

    session: UUID
    account: Account | None


class SessionTable:
    """One row per session. Starting one locks the user's row, so that the limit holds under concurrency."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, known: Account, session: SessionRow, most: int, renewed_hash: str | None) -> bool:
        """Adds a session; beyond `most` the least recently used one ends. False when the password changed meanwhile."""
        async with self._database.write() as connection:
            if not await _hold(connection, known):
                return False
            if renewed_hash:
                await _set_hash(connection, known.id, renewed_hash)
            await _purge(connection, session.created_at)
            await _keep(connection, known.id, most - 1)
            await connection.execute(sa.insert(sessions).values(**asdict(session)))
        return True

    async def begin_anew(
        self,
        known: Account,
        session: SessionRow,
        new_hash: str,
        *,
        keep_api_keys: bool = False,
        reset_token: bytes | None = None,
    ) -> int | None:
        """Sets a new password, replaces all sessions by a new one, and deletes API keys unless they are kept.

        It also ends all mailed tokens. `reset_token` is the digest of the one that allows it; it verifies the address.
        Returns the number of keys revoked; None when the password changed meanwhile or the token does not hold.
        """
        now = session.created_at
        async with self._database.write() as connection:
            if not await _hold(connection, known):
                return None
            if reset_token:
                if await use(connection, reset_token, now, MailType.RESET) is None:
                    return None
                await connection.execute(sa.update(people).where(people.c.id == known.id).values(verified_at=now))
            await end_tokens(connection, known, now)
            await _set_hash(connection, known.id, new_hash)
            await connection.execute(sa.delete(sessions).where(sessions.c.person_id == known.id))
            await connection.execute(sa.insert(sessions).values(**asdict(session)))
            if keep_api_keys:
                return 0
            return (await connection.execute(sa.delete(api_keys).where(api_keys.c.person_id == known.id))).rowcount

    async def refresh(
        self, used: Digests, following: bytes, now: float, expires_at: float, grace_s: float
    ) -> Refreshed | None:
        """Replaces the used token by the following one, or ends the session if it was used before; None = unknown.

        The token replaced less than `grace_s` ago is accepted again, if the current one is `following`.
        """
        family, token = used
        lives = sa.and_(sessions.c.family == family, sessions.c.expires_at > now)
        renew = (
            sa.update(sessions)
            .where(lives, sessions.c.token == token)
            .values(token=following, previous=token, last_used_at=now, expires_at=expires_at)
            .returning(sessions.c.id, sessions.c.person_id)
        )
        just_used = sa.and_(
            lives,
            sessions.c.previous == token,
            sessions.c.token == following,
            sessions.c.last_used_at > now - grace_s,
        )
        again = sa.select(sessions.c.id, sessions.c.person_id).where(just_used).with_for_update()
        async with self._database.write() as connection:
            row = (await connection.execute(renew)).first() or (await connection.execute(again)).first()
            if row is None:
                end = sa.delete(sessions).where(sessions.c.family == family).returning(sessions.c.id)
                ended: UUID | None = await connection.scalar(end)
                return Refreshed(ended, None) if ended else None
            person = (await connection.execute(sa.select(people).where(people.c.id == row.person_id))).one()
        return Refreshed(row.id, account_of(person))

    async def account(self, person: UUID, session: UUID, now: float) -> Account | None:
        """The account of a session that has not ended; None otherwise."""
        lives = sa.and_(sessions.c.id == session, sessions.c.person_id == person, sessions.c.expires_at > now)
        statement = sa.select(people).join(sessions, sessions.c.person_id == people.c.id).where(lives)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return account_of(row) if row else None

    async def of(self, person: UUID, now: float) -> Sequence[SessionRow]:
        """A user's sessions that have not expired, newest first."""
        mine = sa.and_(sessions.c.person_id == person, sessions.c.expires_at > now)
        statement = sa.select(sessions).where(mine).order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        async with self._database.read() as connection:
            return [SessionRow(**row._mapping) for row in await connection.execute(statement)]

    async def end(self, person: UUID, session: UUID) -> bool:
        """Ends a session; False when the user has none with this id."""
        return await self._delete(sa.and_(sessions.c.id == session, sessions.c.person_id == person)) > 0

    async def end_family(self, family: bytes) -> None:
        """Ends the session of a refresh token family, also for a token used before."""
        await self._delete(sessions.c.family == family)

    async def _delete(self, where: sa.ColumnElement[bool]) -> int:
        async with self._database.write() as connection:
            return (await connection.execute(sa.delete(sessions).where(where))).rowcount


async def _hold(connection: AsyncConnection, known: Account) -> bool:
    """Locks the user's row until commit (in SQLite BEGIN IMMEDIATE did); False when the password hash changed."""
    still = sa.and_(people.c.id == known.id, people.c.password_hash == known.password_hash)
    return (await connection.execute(sa.select(people.c.id).where(still).with_for_update())).first() is not None


async def _set_hash(connection: AsyncConnection, person: UUID, password_hash: str) -> None:
    await connection.execute(sa.update(people).where(people.c.id == person).values(password_hash=password_hash))


async def _purge(connection: AsyncConnection, now: float) -> None:
    """Deletes expired sessions, except for rows locked by another transaction."""
    expired = sa.select(sessions.c.id).where(sessions.c.expires_at <= now).with_for_update(skip_locked=True)
    await connection.execute(sa.delete(sessions).where(sessions.c.id.in_(expired)))


async def _keep(connection: AsyncConnection, person: UUID, most: int) -> None:
    recent = sa.select(sessions.c.id).where(sessions.c.person_id == person)
    kept = recent.order_by(sessions.c.last_used_at.desc(), sessions.c.id.desc()).limit(most)
    await connection.execute(sa.delete(sessions).where(sessions.c.person_id == person, sessions.c.id.not_in(kept)))

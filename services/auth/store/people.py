"""The `people` table of accounts. Changes that need the password are made only if its hash has not changed since."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kit import outbox
from kit.sql import Database
from kit.wire.events import EventType
from services.auth.problems import EmailTaken
from services.auth.store.mails import drop_mails
from services.auth.store.rows import Account, IdentityRow, SessionRow, account_of
from services.auth.store.schema import mailed_tokens, oidc_identities, password_tries, people, sessions


class PeopleTable:
    """Creates, reads, changes and deletes accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account: Account, session: SessionRow, identity: IdentityRow | None = None) -> None:
        """Adds an account with its first session, and its identity at the provider that made it; EmailTaken."""
        try:
            async with self._database.write() as connection:
                await connection.execute(sa.insert(people).values(**asdict(account)))
                await connection.execute(sa.insert(sessions).values(**asdict(session)))
                if identity:
                    await connection.execute(sa.insert(oidc_identities).values(**identity._asdict()))
        except IntegrityError:
            raise _taken() from None

    async def by_email(self, email_key: str) -> Account | None:
        """The account with this e-mail key; None when there is none."""
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(people).where(people.c.email_key == email_key))).first()
        return account_of(row) if row else None

    async def by_ids(self, ids: Sequence[UUID]) -> list[Account]:
        """The accounts with these ids that exist."""
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(people).where(people.c.id.in_(ids)))
            return [account_of(row) for row in rows]

    async def change(self, known: Account, **values: Any) -> bool:
        """Sets columns; False when the account was deleted or its password changed meanwhile. EmailTaken."""
        try:
            async with self._database.write() as connection:
                changed = await connection.execute(sa.update(people).where(_still(known)).values(**values))
        except IntegrityError:
            raise _taken() from None
        return bool(changed.rowcount)

    async def delete(self, known: Account, account_digest: bytes) -> Sequence[str] | None:
        """Deletes the account with all its data and appends an outbox event; returns the addresses that mails went to.
        None as False of `change`."""
        pending = sa.select(mailed_tokens.c.email).where(mailed_tokens.c.person_id == known.id)
        async with self._database.write() as connection:
            addresses = {known.email, *(await connection.scalars(pending))}
            if not (await connection.execute(sa.delete(people).where(_still(known)))).rowcount:
                return None
            await connection.execute(sa.delete(password_tries).where(password_tries.c.account == account_digest))
            await drop_mails(connection, known.id, known.email_key)
            await outbox.append(connection, EventType.PERSON_DELETED, [known.id])
        await self._database.forget()
        return sorted(addresses)


def _still(known: Account) -> sa.ColumnElement[bool]:
    return sa.and_(people.c.id == known.id, people.c.password_hash == known.password_hash)


def _taken() -> EmailTaken:
    return EmailTaken("an account with this e-mail address exists: sign in at /v1/auth/login, or use another address")

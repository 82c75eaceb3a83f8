"""The `mails` table: a durable queue of the mails to send. Rows hold no token; a mail that was sent is deleted."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.auth.mail_types import MailType
from services.auth.store.rows import MailRow
from services.auth.store.schema import mails

COUNT = sa.select(sa.func.count()).select_from(mails)


class MailTable:
    """Adds mails, hands them out one by one, and keeps those that failed for another attempt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, mail: MailRow, most: int) -> bool:
        """Adds a mail; False when `most` are waiting already."""
        async with self._database.write() as connection:
            if (await connection.scalar(COUNT) or 0) >= most:
                return False
            await connection.execute(sa.insert(mails).values(**asdict(mail)))
        return True

    async def waiting(self) -> float:
        """How many mails wait to be sent."""
        async with self._database.read() as connection:
            return await connection.scalar(COUNT) or 0

    async def claim(self, now: float, again_at: float) -> MailRow | None:
        """The mail that is due first, with this attempt counted; None when none is due.

        Nobody else gets it before `again_at`, when it is due again in case this process ended meanwhile.
        """
        due = sa.select(mails.c.id).where(mails.c.due_at <= now).order_by(mails.c.due_at, mails.c.id).limit(1)
        claim = (
            sa.update(mails)
            .where(mails.c.id == due.with_for_update(skip_locked=True).scalar_subquery())
            .values(due_at=again_at, tries=mails.c.tries + 1)
            .returning(mails)
        )
        async with self._database.write() as connection:
            row = (await connection.execute(claim)).first()
        return _mail_of(row) if row else None

    async def again(self, mail: UUID, due_at: float) -> None:
        """Sets the time of the next attempt."""
        async with self._database.write() as connection:
            await connection.execute(sa.update(mails).where(mails.c.id == mail).values(due_at=due_at))

    async def remove(self, mail: UUID) -> None:
        """Deletes a mail that was sent or given up."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(mails).where(mails.c.id == mail))


async def drop_mails(connection: AsyncConnection, person: UUID, email_key: str, *, links_only: bool = False) -> None:
    """Deletes the waiting mails to a person, those by address included; `links_only` leaves the notices."""
    theirs = sa.or_(mails.c.person_id == person, mails.c.email_key == email_key)
    which = sa.and_(theirs, mails.c.kind != MailType.NOTICE.value) if links_only else theirs
    await connection.execute(sa.delete(mails).where(which))


def _mail_of(row: sa.Row[Any]) -> MailRow:
    values = {name: row._mapping[mails.c[name]] for name in MailRow.__slots__}
    return MailRow(**values | {"kind": MailType(values["kind"])})

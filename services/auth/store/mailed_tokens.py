"""The `mailed_tokens` table: of each person and purpose the newest token, by digest. Used ones stay until they expire.

So another attempt to send a mail whose link was used already finds that, and the token does not become good again.
"""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.auth.mail_types import MailType
from services.auth.problems import EmailTaken
from services.auth.store.mails import drop_mails
from services.auth.store.rows import Account, MailRow, account_of
from services.auth.store.schema import mailed_tokens, people

PURGED = 1_000  # expired tokens deleted at a time
COLUMNS = ("digest", "person_id", "purpose", "email", "email_key", "created_at", "expires_at")


class VerifiedEmail(NamedTuple):
    """An account whose address was verified, and that address."""

    person: UUID
    email: str


class MailedTokenTable:
    """Issues tokens and accepts each once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert

    async def issue(self, mail: MailRow, digest: bytes) -> str | None:
        """Makes this the token of the mail's person and purpose; returns the address to mail it to.

        None when there is nobody to mail to, the token was used, or a newer mail's token replaced it. The statements
        are the same in every case.
        """
        insert = self._insert(mailed_tokens).from_select(COLUMNS, _whom(mail, digest))
        newer = {name: insert.excluded[name] for name in (*COLUMNS, "used_at")}
        replace = insert.on_conflict_do_update(
            index_elements=["person_id", "purpose"],
            set_=newer,
            where=insert.excluded.created_at > mailed_tokens.c.created_at,
        )
        current = sa.select(mailed_tokens.c.email).where(
            mailed_tokens.c.digest == digest, mailed_tokens.c.used_at.is_(None)
        )
        async with self._database.write() as connection:
            await connection.execute(replace)
            address: str | None = await connection.scalar(current)
            await _purge(connection, mail.created_at)
        return address

    async def account_to_reset(self, digest: bytes, now: float) -> Account | None:
        """The account whose password this token may set; None when the token does not hold."""
        statement = (
            sa.select(people)
            .join(mailed_tokens, mailed_tokens.c.person_id == people.c.id)
            .where(_holds(digest, now, MailType.RESET), mailed_tokens.c.email_key == people.c.email_key)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return account_of(row) if row else None

    async def account_to_change(self, digest: bytes, now: float) -> Account | None:
        """The account whose address this token changes; None when it does not hold, or is for something else."""
        statement = (
            sa.select(people)
            .join(mailed_tokens, mailed_tokens.c.person_id == people.c.id)
            .where(_holds(digest, now, MailType.CHANGE))
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return account_of(row) if row else None

    async def verify(self, digest: bytes, now: float) -> VerifiedEmail | None:
        """Uses a token of a link that verifies or changes an address; None when it does not hold, EmailTaken.

        A changed address ends every other token of the person and drops the mails with links that wait.
        """
        whose = sa.select(mailed_tokens.c.person_id).where(mailed_tokens.c.digest == digest)
        hold = sa.select(people).where(people.c.id.in_(whose)).with_for_update()
        purposes = (MailType.VERIFY, MailType.CHANGE)
        try:
            async with self._database.write() as connection:
                person = (await connection.execute(hold)).first()
                token = await use(connection, digest, now, *purposes)
                if person is None or token is None:
                    return None
                account = account_of(person)
                if token.purpose == MailType.VERIFY and token.email_key != account.email_key:
                    return None
                values = {"email": token.email, "email_key": token.email_key, "verified_at": now}
                await connection.execute(sa.update(people).where(people.c.id == account.id).values(**values))
                if token.purpose == MailType.CHANGE:
                    await end_tokens(connection, account, now)
        except IntegrityError:
            raise EmailTaken("another account took this address meanwhile: sign in to that one") from None
        return VerifiedEmail(account.id, token.email)


async def use(connection: AsyncConnection, digest: bytes, now: float, *purposes: MailType) -> sa.Row[Any] | None:
    """Uses a token in the caller's transaction, which holds the person's row; None when it does not hold."""
    used = sa.update(mailed_tokens).where(_holds(digest, now, *purposes)).values(used_at=now)
    return (await connection.execute(used.returning(*mailed_tokens.c))).first()


async def end_tokens(connection: AsyncConnection, account: Account, now: float) -> None:
    """Ends every token of a person and drops the mails with links that wait to be sent, in the caller's transaction."""
    theirs = sa.and_(mailed_tokens.c.person_id == account.id, mailed_tokens.c.used_at.is_(None))
    await connection.execute(sa.update(mailed_tokens).where(theirs).values(used_at=now))
    await drop_mails(connection, account.id, account.email_key, links_only=True)


async def _purge(connection: AsyncConnection, now: float) -> None:
    """Deletes up to PURGED expired tokens, but for those that another transaction has locked.

    It comes last in its transaction and waits for nobody, so that no two transactions wait for each other's rows.
    """
    expired = sa.select(mailed_tokens.c.digest).where(mailed_tokens.c.expires_at <= now)
    some = expired.order_by(mailed_tokens.c.digest).limit(PURGED).with_for_update(skip_locked=True)
    await connection.execute(sa.delete(mailed_tokens).where(mailed_tokens.c.digest.in_(some)))


def _holds(digest: bytes, now: float, *purposes: MailType) -> sa.ColumnElement[bool]:
    table = mailed_tokens.c
    names = [purpose.value for purpose in purposes]
    return sa.and_(table.digest == digest, table.used_at.is_(None), table.expires_at > now, table.purpose.in_(names))


def _whom(mail: MailRow, digest: bytes) -> sa.Select[Any]:
    """Selects the values of the token's row: one row, or none when there is nobody to mail to."""
    changing = mail.kind is MailType.CHANGE
    return sa.select(
        sa.literal(digest, sa.LargeBinary),
        people.c.id,
        sa.literal(mail.kind.value, sa.String),
        sa.literal(mail.email, sa.String) if changing else people.c.email,
        sa.literal(mail.email_key, sa.String) if changing else people.c.email_key,
        sa.literal(mail.created_at, sa.Double),
        sa.literal(mail.expires_at, sa.Double),
    ).where(_recipient(mail))


def _recipient(mail: MailRow) -> sa.ColumnElement[bool]:
    """Who gets a mail. A reset goes to the stored address, not to the one asked for, which may only look the same; an
    address that another account has gets no link that would make it this one's."""
    if mail.kind is MailType.RESET:
        return people.c.email_key == mail.email_key
    if mail.kind is MailType.VERIFY:
        return sa.and_(
            people.c.id == mail.person_id, people.c.email_key == mail.email_key, people.c.verified_at.is_(None)
        )
    other = people.alias()
    taken = sa.exists().where(other.c.email_key == mail.email_key, other.c.id != mail.person_id)
    return sa.and_(people.c.id == mail.person_id, ~taken)

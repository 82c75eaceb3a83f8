"""The `subscriptions` table: who gets the monthly mail; and `unsubscribe_tokens`, whose links end a subscription."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.sql import Database
from services.report.store.people import hold, insert_for
from services.report.store.schema import subscriptions, unsubscribe_tokens

COLUMNS = (subscriptions.c.person, subscriptions.c.voice, subscriptions.c.created_at)


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A person who asked for the monthly mail."""

    person: UUID
    voice: str
    created_at: datetime


class SubscriptionTable:
    """Adds, reads and removes subscriptions; adds the tokens of mails, and removes subscriptions by them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, row: SubscriptionRow) -> None:
        """Adds a subscription or changes its voice; Unauthorized when the account was deleted."""
        async with self._database.write() as connection:
            await hold(connection, row.person)
            new = insert_for(connection, subscriptions).values(
                person=row.person, voice=row.voice, created_at=row.created_at
            )
            await connection.execute(
                new.on_conflict_do_update(index_elements=["person"], set_={"voice": new.excluded.voice})
            )

    async def remove(self, person: UUID) -> None:
        """Ends a subscription; without one it has no effect."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(subscriptions).where(subscriptions.c.person == person))

    async def of(self, person: UUID) -> SubscriptionRow | None:
        """The subscription of a person."""
        async with self._database.read() as connection:
            return await subscription_of(connection, person)

    async def page(self, after: UUID | None, limit: int) -> Sequence[SubscriptionRow]:
        """Subscriptions in the order of the person's id, after an id; the job reads them page by page."""
        chosen = sa.select(*COLUMNS).order_by(subscriptions.c.person).limit(limit)
        if after is not None:
            chosen = chosen.where(subscriptions.c.person > after)
        async with self._database.read() as connection:
            return [SubscriptionRow(**row._mapping) for row in await connection.execute(chosen)]

    async def add_token(self, person: UUID, digest: bytes, now: datetime) -> bool:
        """Stores the digest of a mail's token; False when there is no subscription any more. Unauthorized."""
        async with self._database.write() as connection:
            await hold(connection, person)
            if await subscription_of(connection, person) is None:
                return False
            values = {"digest": digest, "person": person, "created_at": now}
            await connection.execute(sa.insert(unsubscribe_tokens).values(**values))
        return True

    async def unsubscribe(self, digest: bytes) -> bool:
        """Ends the subscription of the token's owner, again without effect; False for an unknown token."""
        owner = sa.select(unsubscribe_tokens.c.person).where(unsubscribe_tokens.c.digest == digest)
        async with self._database.write() as connection:
            person = await connection.scalar(owner)
            if person is None:
                return False
            await connection.execute(sa.delete(subscriptions).where(subscriptions.c.person == person))
        return True


async def subscription_of(connection: AsyncConnection, person: UUID) -> SubscriptionRow | None:
    """The subscription of a person, within a transaction."""
    row = (await connection.execute(sa.select(*COLUMNS).where(subscriptions.c.person == person))).first()
    return SubscriptionRow(**row._mapping) if row else None

"""The `mails` table: one row a person and month. A run claims the row before it sends, so two runs send one mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from kit.sql import Database
from services.report.store.people import hold, insert_for
from services.report.store.schema import mails
from services.report.store.subscriptions import subscription_of

LEASE = timedelta(minutes=30)
"""How long a claim holds: a run that was killed leaves it, and a later one takes the mail over."""
LONGEST_REASON = 200


class MailState(StrEnum):
    """How far the mail of a person and month is."""

    CLAIMED = "claimed"
    """A run is making it."""
    SENT = "sent"
    SKIPPED = "skipped"
    """There is nothing to send; the next run of the month looks again."""
    FAILED = "failed"
    """The next run of the month tries again."""
    REFUSED = "refused"
    """The mail server refused the mailbox or the message for good."""


AGAIN = (MailState.SKIPPED, MailState.FAILED)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one run to send one mail; `tries` tells it from a later claim of the same mail."""

    person: UUID
    period: str
    tries: int


class MailTable:
    """Claims mails and records how each ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, person: UUID, period: str, now: datetime) -> Claim | None:
        """Claims a mail; None when it was sent or refused, another run has it, or the person is not subscribed.

        Unauthorized when the account was deleted.
        """
        async with self._database.write() as connection:
            await hold(connection, person)
            if await subscription_of(connection, person) is None:
                return None
            begun = {"state": MailState.CLAIMED, "reason": None, "changed_at": now}
            new = insert_for(connection, mails).values(person=person, period=period, tries=1, **begun)
            free = sa.or_(mails.c.state.in_(AGAIN), _abandoned(now))
            taken = new.on_conflict_do_update(
                index_elements=["person", "period"], set_={**begun, "tries": mails.c.tries + 1}, where=free
            ).returning(mails.c.tries)
            tries = (await connection.execute(taken)).scalar_one_or_none()
        return None if tries is None else Claim(person, period, tries)

    async def finish(self, claim: Claim, state: MailState, reason: str | None, now: datetime) -> None:
        """Records the end of a claim; no effect when the claim is another run's by now, or the person was deleted."""
        mine = (mails.c.person == claim.person, mails.c.period == claim.period, mails.c.tries == claim.tries)
        cut = reason[:LONGEST_REASON] if reason else None
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(mails)
                .where(*mine, mails.c.state == MailState.CLAIMED)
                .values(state=state, reason=cut, changed_at=now)
            )

    async def of(self, person: UUID, period: str) -> tuple[MailState, str | None] | None:
        """State and reason of a mail."""
        chosen = sa.select(mails.c.state, mails.c.reason).where(mails.c.person == person, mails.c.period == period)
        async with self._database.read() as connection:
            row = (await connection.execute(chosen)).first()
        return (MailState(row.state), row.reason) if row else None


def _abandoned(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(mails.c.state == MailState.CLAIMED, mails.c.changed_at < now - LEASE)

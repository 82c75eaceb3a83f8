"""Takes requests for mails: counts them, and queues the mail for mail_delivery.

A request is counted and queued in the same way for every address: whether it has an account is looked up later, by the
delivery, so that neither the answer nor its timing can tell.
"""

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

from uuid_utils.compat import uuid7

from kit import log
from kit.errors import TooManyRequests
from services.auth import throttle
from services.auth.mail_types import LIFETIME_S, MailType
from services.auth.names import email_key
from services.auth.store.mails import MailTable
from services.auth.store.password_attempts import PasswordAttemptTable
from services.auth.store.rows import MailRow

MOST_WAITING = 10_000  # mails; more are not queued


class MailQueue:
    """Counts requests and adds mails; `added` wakes the delivery of this process, others look every few seconds."""

    def __init__(self, table: MailTable, tries: PasswordAttemptTable, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._tries = tries
        self._clock = clock
        self._log = log.get("mail")
        self.added = asyncio.Event()

    async def request(self, kind: MailType, email: str, address: str, person: UUID | None = None) -> bool:
        """Queues a mail for a client at an address; False when the mailbox had as many as it may get.

        TooManyRequests when the client's address asked too often.
        """
        if not await self._count(kind, email_key(email), address):
            return False
        await self.add(kind, email, person)
        return True

    async def unasked(self, kind: MailType, email: str, person: UUID) -> None:
        """Queues a mail that the mailbox's owner did not ask for; none when the mailbox had as many as it may get, so
        that nobody can fill it with sign-ups or changes of an address."""
        counter = throttle.mailbox_counter(kind, email_key(email))
        [counted] = await self._tries.count([counter], self._clock())
        if counted.tries <= counter.allowed:
            await self.add(kind, email, person)
        else:
            self._log.warning("mailbox had its mails: one was not queued", kind=kind)

    async def add(self, kind: MailType, email: str, person: UUID | None = None) -> None:
        """Queues a mail without counting it."""
        now = self._clock()
        key, until = email_key(email), now + LIFETIME_S[kind]
        if await self._table.add(MailRow(uuid7(), kind, person, email, key, now, until, now), MOST_WAITING):
            self.added.set()
        else:
            self._log.error("too many mails wait to be sent: one was not queued", kind=kind, waiting=MOST_WAITING)

    async def _count(self, kind: MailType, key: str, address: str) -> bool:
        now = self._clock()
        of_address, of_mailbox = throttle.mail_counters(kind, key, address)
        counted = await self._tries.count([of_address, of_mailbox], now)
        if wait := throttle.wait_s(*counted[0], of_address.allowed, now):
            raise TooManyRequests(f"too many mails asked for: wait {wait} seconds, then try again", retry_after_s=wait)
        return counted[1].tries <= of_mailbox.allowed

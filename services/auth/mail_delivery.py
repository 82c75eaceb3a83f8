"""Delivers the queued mails in the background, with another attempt after a growing pause when one fails.

For a mail to nobody (no account has the address) everything is done but handing it to the server: the same statements,
the same rendering. Log lines name mails by id and kind, never an address.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from kit import log
from kit.mail.message import CannotBeMailed
from kit.mail.sending import MailFailed
from services.auth.mail import Mailer
from services.auth.mail_types import MailType
from services.auth.store.mailed_tokens import MailedTokenTable
from services.auth.store.mails import MailTable
from services.auth.store.rows import MailRow
from services.auth.token_secrets import MailedTokens, digest

MOST_TRIES = 8
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 900.0
LEASE_S = 600.0
"""Seconds after which a mail is due again if the process that took it ended without saying how it went."""
AT_ONCE = 4
"""Mails delivered at the same time: one mailbox server that answers slowly does not hold up the others."""
LOOK_S = 5.0
"""Seconds between looks for mails that are due again, or that another process queued."""


class MailDelivery:
    """The background task. `added` is set when this process queues a mail."""

    def __init__(
        self,
        mails: MailTable,
        tokens: MailedTokenTable,
        derived: MailedTokens,
        mailer: Mailer,
        added: asyncio.Event,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._mails = mails
        self._tokens = tokens
        self._derived = derived
        self._mailer = mailer
        self._added = added
        self._clock = clock
        self._stopping = False
        self._log = log.get("mail")

    async def run(self) -> None:
        """Delivers until stop() is called."""
        while not self._stopping:
            self._added.clear()
            await self.deliver_due()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._added.wait()

    def stop(self) -> None:
        """Ends run() after the mails under way."""
        self._stopping = True
        self._added.set()

    async def deliver_due(self) -> None:
        """Delivers what is due, up to AT_ONCE mails at a time, and returns when all of them are done."""
        free, under_way = asyncio.Semaphore(AT_ONCE), set[asyncio.Task[None]]()
        try:
            while not self._stopping:
                await free.acquire()
                if (mail := await self._mails.claim(self._clock(), self._clock() + LEASE_S)) is None:
                    break
                task = asyncio.create_task(self._deliver(mail))
                under_way.add(task)
                task.add_done_callback(lambda _: free.release())
        finally:
            await asyncio.gather(*under_way)

    async def _deliver(self, mail: MailRow) -> None:
        if self._clock() >= mail.expires_at or mail.tries > MOST_TRIES:
            await self._give_up(mail, "too late" if self._clock() >= mail.expires_at else "too many attempts")
            return
        token = self._derived.of(mail.id)
        to = mail.email if mail.kind is MailType.NOTICE else await self._tokens.issue(mail, digest(token))
        try:
            message = self._mailer.write(mail.kind, mail.id, to or mail.email, token)
            if to:
                await self._mailer.send(message)
        except CannotBeMailed:
            await self._give_up(mail, "no header can hold the address")
        except MailFailed as error:
            await (self._give_up(mail, str(error)) if error.final else self._again(mail, str(error)))
        except Exception as error:  # one mail must not stop the others
            self._log.exception("mail not composed or sent", mail=str(mail.id), kind=mail.kind)
            await self._again(mail, type(error).__name__)
        else:
            await self._mails.remove(mail.id)
            self._log.info("mail done", mail=str(mail.id), kind=mail.kind, tries=mail.tries)

    async def _again(self, mail: MailRow, reason: str) -> None:
        pause = min(FIRST_PAUSE_S * 4 ** (mail.tries - 1), LONGEST_PAUSE_S)
        await self._mails.again(mail.id, self._clock() + pause)
        self._log.warning(
            "mail not sent: another attempt follows",
            mail=str(mail.id), kind=mail.kind, tries=mail.tries, reason=reason, pause_s=pause,
        )  # fmt: skip

    async def _give_up(self, mail: MailRow, reason: str) -> None:
        await self._mails.remove(mail.id)
        self._log.error("mail given up", mail=str(mail.id), kind=mail.kind, tries=mail.tries, reason=reason)

"""Writes auth's mails and hands them to the mail server, or to the folder that stands in for it (kit/mail)."""

import time
from collections.abc import Callable, Collection
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import UUID

from kit.mail.message import CannotBeMailed, compose, recipient
from kit.mail.pages import Pages
from kit.mail.sending import Sender
from services.auth.letters import letter
from services.auth.mail_types import MailType


class Mailer:
    """Writes and sends mails from `sender_address`; links begin with `public_url`."""

    def __init__(
        self, sender: Sender, sender_address: Address, public_url: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._sender = sender
        self._from = sender_address
        self._public_url = public_url
        self._clock = clock
        self._pages = Pages()

    def write(self, kind: MailType, mail: UUID, to: str, token: str) -> EmailMessage:
        """The message of a mail; CannotBeMailed for an address that no header can hold."""
        content = letter(kind, self._public_url, to, token)
        mail_id = f"{kind}-{mail}"
        return compose(mail_id, self._from, to, content.subject, self._pages.letter(content), clock=self._clock)

    async def forget(self, addresses: Collection[str]) -> None:
        """Deletes what is kept of mails to these addresses, whose account was deleted."""
        mailed = []
        for address in addresses:
            with suppress(CannotBeMailed):  # nothing was ever sent there
                mailed.append(recipient(address).addr_spec)
        await self._sender.forget(mailed)

    async def send(self, message: EmailMessage) -> None:
        """Sends a message; MailFailed."""
        await self._sender.send(message)

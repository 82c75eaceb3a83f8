"""Sends messages: over SMTP (aiosmtplib), or into a folder of .eml files while no server is set."""

import asyncio
import os
import re
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from email import message_from_binary_file
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Protocol

import aiosmtplib

from kit.mail.settings import PORTS, MailSettings

DAY_S = 24 * 60 * 60
NAME = re.compile(r"[^0-9A-Za-z-]")


class MailFailed(Exception):
    """A message was not taken. Its text names the fault and no address; with `final`, another attempt is useless."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Sender(Protocol):
    """Delivers messages."""

    async def send(self, message: EmailMessage) -> None:
        """Delivers one message; MailFailed."""

    async def forget(self, addresses: Collection[str]) -> None:
        """Deletes what is kept of messages to these addresses, whose account was deleted."""


def sender(settings: MailSettings, clock: Callable[[], float] = time.time) -> Sender:
    """The sender that the settings ask for; it connects to nothing before the first message."""
    if settings.mail_host:
        return SmtpSender(settings)
    return FolderSender(settings.eml_folder, settings.mail_keep, settings.mail_keep_days * DAY_S, clock)


class SmtpSender:
    """One SMTP connection a message. Certificates are verified, and starttls never falls back to plain text."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, message: EmailMessage) -> None:
        """See Sender. A refused recipient or message (5xx) is final; anything else may be tried again."""
        settings = self._settings
        password = settings.mail_password.get_secret_value() if settings.mail_password else None
        try:
            await aiosmtplib.send(
                message,
                hostname=settings.mail_host,
                port=settings.mail_port or PORTS[settings.mail_tls],
                username=settings.mail_user or None,
                password=password if settings.mail_user else None,
                use_tls=settings.mail_tls == "tls",
                start_tls=settings.mail_tls == "starttls",
                timeout=settings.mail_timeout_s,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _failed(error, max((one.code for one in error.recipients), default=0), of_message=True) from None
        except aiosmtplib.SMTPDataError as error:
            raise _failed(error, error.code, of_message=True) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _failed(error, error.code) from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _failed(error) from None

    async def forget(self, addresses: Collection[str]) -> None:
        """Nothing is kept here: the messages are with the mail server."""


def _failed(error: Exception, code: int = 0, *, of_message: bool = False) -> MailFailed:
    """Names the kind and the code only: a server's own words may repeat the address."""
    reason = f"{type(error).__name__} {code}" if code else type(error).__name__
    return MailFailed(reason, final=of_message and code >= 500)


class FolderSender:
    """Writes messages as .eml files with mode 0600; deletes those beyond the newest `keep` and older than `keep_s`."""

    def __init__(self, folder: Path, keep: int, keep_s: float, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._keep = keep
        self._keep_s = keep_s
        self._clock = clock

    async def send(self, message: EmailMessage) -> None:
        """See Sender; a file that cannot be written may be tried again."""
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            raise MailFailed(f"{type(error).__name__}: {error.strerror}") from None

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        moment = time.strftime("%Y%m%dT%H%M%S", time.gmtime(self._clock()))
        name = f"{moment}-{NAME.sub('', message['Message-ID'].partition('@')[0])}.eml"
        begun = self._folder / f".{name}"
        begun.unlink(missing_ok=True)
        with open(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(message.as_bytes())
        begun.replace(self._folder / name)
        self._prune()

    async def forget(self, addresses: Collection[str]) -> None:
        """Deletes the files of messages to these addresses."""
        await asyncio.to_thread(self._forget, {address.casefold() for address in addresses})

    def _forget(self, addresses: Collection[str]) -> None:
        for path in self._folder.glob("*.eml"):
            with suppress(FileNotFoundError), path.open("rb") as file:
                to = message_from_binary_file(file, policy=POLICY)["To"]
                if to and any(one.addr_spec.casefold() in addresses for one in to.addresses):
                    path.unlink()

    def _prune(self) -> None:
        newest_first = sorted(self._folder.glob("*.eml"), reverse=True)
        oldest = time.strftime("%Y%m%dT%H%M%S", time.gmtime(self._clock() - self._keep_s))
        for number, path in enumerate(newest_first):
            if number >= self._keep or path.name < oldest:
                with suppress(FileNotFoundError):
                    path.unlink()

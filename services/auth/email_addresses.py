"""Verifies e-mail addresses by mailed links, and changes them the same way."""

import time
from collections.abc import Callable

from kit import log
from kit.errors import TooManyRequests
from kit.wire.auth import EmailToken, EmailVerified, MailAccepted
from services.auth.mail_queue import MailQueue
from services.auth.mail_types import MailType
from services.auth.password_check import PasswordCheck
from services.auth.problems import AlreadyVerified, LinkRefused, PasswordNeeded
from services.auth.store.mailed_tokens import MailedTokenTable
from services.auth.store.rows import Account
from services.auth.throttle import WINDOW_S
from services.auth.token_secrets import digest


class EmailAddresses:
    """Has links mailed that verify an address or change it, and accepts their tokens."""

    def __init__(
        self,
        queue: MailQueue,
        tokens: MailedTokenTable,
        password_check: PasswordCheck,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._tokens = tokens
        self._password_check = password_check
        self._clock = clock
        self._log = log.get("accounts")

    async def welcome(self, account: Account) -> None:
        """Has the link mailed that verifies the address of a new account."""
        await self._queue.unasked(MailType.VERIFY, account.email, account.id)

    async def again(self, account: Account, address: str) -> MailAccepted:
        """Has another link mailed to an address that is not verified; AlreadyVerified, TooManyRequests."""
        if account.verified_at is not None:
            raise AlreadyVerified("a link mailed to this address was followed before: there is nothing to do")
        await self._request(MailType.VERIFY, account.email, address, account)
        return MailAccepted(detail="A link is on its way. It works once, for 24 hours, and replaces any before it.")

    async def change(self, account: Account, email: str, address: str) -> None:
        """Has a link mailed to the new address and a notice to the present one; TooManyRequests.

        Whether another account has the new address is not looked up here: the delivery then mails no link.
        """
        await self._request(MailType.CHANGE, email, address, account)
        await self._queue.unasked(MailType.NOTICE, account.email, account.id)

    async def verify(self, request: EmailToken, address: str) -> EmailVerified:
        """Accepts the token of a link; LinkRefused, EmailTaken, PasswordNeeded, WrongCredentials, TooManyRequests.

        A link that verifies an address needs nothing else: it holds only as long as the address is the account's. One
        that changes it needs the password: it may have been mailed to a stranger, if the address was mistyped, who
        could have the password of the account reset by mail next.
        """
        token = digest(request.token.get_secret_value())
        if account := await self._tokens.account_to_change(token, self._clock()):
            await self._prove(account, request, address)
        done = await self._tokens.verify(token, self._clock())
        if done is None:
            raise LinkRefused(
                "a link works once, for 24 hours, and a newer one replaces it: have another one mailed by "
                "/v1/me/verification, or by changing the address at /v1/me again"
            )
        self._log.info("e-mail address verified", person=str(done.person))
        return EmailVerified(email=done.email)

    async def _prove(self, account: Account, request: EmailToken, address: str) -> None:
        if request.password is None:
            raise PasswordNeeded("this link changes the e-mail address of an account: give its password as well")
        await self._password_check.of(account, account.email_key, request.password.get_secret_value(), address)

    async def _request(self, kind: MailType, email: str, address: str, account: Account) -> None:
        if not await self._queue.request(kind, email, address, account.id):
            minutes = WINDOW_S // 60
            raise TooManyRequests(
                f"this mailbox got its links: look there, or try again in {minutes} minutes", retry_after_s=WINDOW_S
            )

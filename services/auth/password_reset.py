"""Sets a forgotten password with a token that is mailed."""

import time
from collections.abc import Callable

from kit import log
from kit.wire.auth import Forgot, MailAccepted, PasswordChanged, PasswordReset
from services.auth.mail_queue import MailQueue
from services.auth.mail_types import MailType
from services.auth.passwords import Passwords
from services.auth.problems import LinkRefused
from services.auth.sessions import Sessions
from services.auth.store.mailed_tokens import MailedTokenTable
from services.auth.store.sessions import SessionTable
from services.auth.token_secrets import digest

ON_ITS_WAY = (
    "If this address has an account, a link is on its way. It works once, for 30 minutes. Nothing there? Look in the "
    "spam folder."
)


class ForgottenPasswords:
    """Has links mailed, and sets the new password of those who follow one."""

    def __init__(
        self,
        queue: MailQueue,
        tokens: MailedTokenTable,
        rows: SessionTable,
        passwords: Passwords,
        sessions: Sessions,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._queue = queue
        self._tokens = tokens
        self._rows = rows
        self._passwords = passwords
        self._sessions = sessions
        self._clock = clock
        self._log = log.get("accounts")

    async def request_reset(self, request: Forgot, address: str) -> MailAccepted:
        """Has a link mailed if there is an account; the answer is always the same. TooManyRequests.

        A mailbox that got its links gets no more for a while, and that is not told either: others may have asked.
        """
        await self._queue.request(MailType.RESET, request.email, address)
        return MailAccepted(detail=ON_ITS_WAY)

    async def reset(self, request: PasswordReset) -> PasswordChanged:
        """Sets the password, ends all sessions, API keys and other links, and begins a session; LinkRefused."""
        token = digest(request.token.get_secret_value())
        account = await self._tokens.account_to_reset(token, self._clock())
        if account is None or request.person not in (None, account.id):
            raise _refused()
        hashed = await self._passwords.hash(request.new_password.get_secret_value())
        begun = self._sessions.begin(account.id)
        revoked = await self._rows.begin_anew(account, begun.row, hashed, reset_token=token)
        if revoked is None:
            raise _refused()
        self._log.info("password reset", person=str(account.id), api_keys_revoked=revoked)
        known = account.verified(begun.row.created_at)
        session = await self._sessions.response(known, begun.row.id, begun.refresh_token)
        return PasswordChanged(**dict(session), api_keys_revoked=revoked)


def _refused() -> LinkRefused:
    return LinkRefused(
        "a link works once, for 30 minutes, and a newer one replaces it: have another one mailed by /v1/auth/forgot"
    )

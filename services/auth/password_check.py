"""Password verification with throttling of failed attempts."""

import time
from collections.abc import Callable, Sequence

from kit.errors import Overloaded, TooManyRequests, WrongCredentials
from services.auth import throttle
from services.auth.passwords import Passwords
from services.auth.store.password_attempts import PasswordAttemptTable
from services.auth.store.rows import Account
from services.auth.throttle import Counter


class PasswordCheck:
    """Verifies passwords, for login and for all other operations that require one."""

    def __init__(
        self, tries: PasswordAttemptTable, passwords: Passwords, clock: Callable[[], float] = time.time
    ) -> None:
        self._tries = tries
        self._passwords = passwords
        self._clock = clock

    async def of(self, account: Account | None, email_key: str, password: str, address: str) -> str | None:
        """Verifies a password; returns a new hash where the stored one has outdated parameters, else None.

        WrongCredentials, identical without an account; TooManyRequests before anything is compared; Overloaded.
        """
        counters = throttle.counters(email_key, address)
        await self._count(counters)
        try:
            checked = await self._passwords.check(password, account.password_hash if account else None)
        except Overloaded:
            await self._tries.take_back(counters)
            raise
        if not checked.right:
            raise WrongCredentials("this e-mail address and this password do not belong together: check both")
        await self._tries.forgive(*counters)
        return checked.renewed

    async def _count(self, counters: Sequence[Counter]) -> None:
        now = self._clock()
        for counter, (tries, since) in zip(counters, await self._tries.count(counters, now), strict=False):
            if wait := throttle.wait_s(tries, since, counter.allowed, now):
                raise TooManyRequests(
                    f"too many wrong passwords: wait {wait} seconds, then try again", retry_after_s=wait
                )

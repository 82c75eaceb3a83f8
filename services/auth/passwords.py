"""Password hashing with argon2id in a small thread pool with a bounded queue.

The parameters are the first recommendation of OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane; 28 ms of
CPU on this project's machine. The C code releases the GIL, so the event loop continues.
"""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kit.errors import Malformed, Overloaded

Hasher = PasswordHasher
OWASP = Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # KiB
RETRY_AFTER_S = 1

T = TypeVar("T")


class Checked(NamedTuple):
    """Whether the password is right, and a new hash where the stored one has other parameters than the current."""

    right: bool
    renewed: str | None = None


class Passwords:
    """Hashes and verifies passwords; Overloaded when more than `waiting` are queued for the `threads`."""

    def __init__(self, threads: int, waiting: int, hasher: Hasher = OWASP) -> None:
        self._hasher = hasher
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._free = threads + waiting
        self._dummy_hash = hasher.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Hashes a password; the result includes salt and parameters."""
        return await self._in_pool(self._hasher.hash, _prepared(password))

    async def check(self, password: str, known: str | None) -> Checked:
        """Verifies against a hash; without one, against a dummy hash, so that an unknown e-mail takes as long."""
        return await self._in_pool(self._check, _prepared(password), known)

    def close(self) -> None:
        """Ends the threads; queued work is cancelled."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _check(self, password: bytes, known: str | None) -> Checked:
        try:
            self._hasher.verify(known or self._dummy_hash, password)
        except VerifyMismatchError:
            return Checked(False)
        if known is None:
            return Checked(False)
        return Checked(True, self._hasher.hash(password) if self._hasher.check_needs_rehash(known) else None)

    async def _in_pool(self, work: Callable[..., T], *given: object) -> T:
        if self._free <= 0:
            raise Overloaded("too many people sign in at once: try again", retry_after_s=RETRY_AFTER_S)
        self._free -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *given)
        finally:
            self._free += 1


def _prepared(password: str) -> bytes:
    """The password as NFKC-normalised UTF-8, the same for every way to type it (NIST SP 800-63B section 3.1.1.2)."""
    try:
        return unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        raise Malformed("password: it holds half a character, which no keyboard can type again") from None

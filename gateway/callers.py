"""Identifies callers by access token or API key, for rate limits and for the Authorization header that is forwarded.

Services verify every token themselves; invalid ones are refused here so that they cause no load there. Identification
has two steps, so that unauthenticated callers cannot cause unlimited work: `recall` is a cache lookup of microseconds;
`establish` verifies a signature or calls auth, and the front door counts the address before it calls it.
"""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from gateway.api_keys import ApiKeys, Exchanged
from gateway.auth import Auth
from gateway.headers import Header
from gateway.limits import Limit, Limits
from kit.errors import BadRequest, NeighbourUnavailable, Problem, Unauthorized
from kit.tokens import REMEMBERED, verifier_of

CREDENTIALS = frozenset({b"authorization", b"x-api-key"})


class Token(NamedTuple):
    """An access token, unverified."""

    text: str


class Key(NamedTuple):
    """An API key, unverified."""

    text: str


class Caller(NamedTuple):
    """The limit and name under which requests are counted, the Authorization to forward if it is replaced, and whose
    id it is (empty: nobody knows)."""

    limit: Limit
    name: str
    authorization: str | None = None
    person: str = ""


def credentials(headers: Iterable[Header]) -> Token | Key | Problem | None:
    """The credentials of a request: an access token, an API key, None, or the problem of malformed credentials."""
    shown = [(name, value) for name, value in headers if name in CREDENTIALS]
    if not shown:
        return None
    if len(shown) > 1:
        return BadRequest("send one Authorization header or one X-API-Key header, not more and not both")
    name, value = shown[0]
    if name == b"x-api-key":
        return Key(value.decode("latin-1"))
    scheme, _, token = value.partition(b" ")
    if scheme.lower() != b"bearer":
        return Unauthorized("Authorization must be: Bearer ACCESS_TOKEN; an API key goes into X-API-Key")
    return Token(token.strip().decode("latin-1"))


class Callers:
    """Identifies callers, with a cache of recent ones."""

    def __init__(self, auth: Auth, limits: Limits, clock: Callable[[], float] = time.time) -> None:
        self.verifier = verifier_of(auth, clock)
        self._held: dict[str, Caller] = {}
        self._keys = ApiKeys(auth)
        self._limits = limits

    async def recall(self, shown: Token | Key | Problem) -> Caller | None:
        """The caller of these credentials if they are cached and still valid; None otherwise."""
        if isinstance(shown, Token):
            return await self._recalled(shown.text)
        if isinstance(shown, Key):
            found = await self._keys.recall(shown.text)
            return self._of_key(found) if found else None
        return None

    async def establish(self, shown: Token | Key | Problem) -> Caller | None:
        """Verifies the credentials; raises a problem if invalid. None while auth's keys are unavailable: the service
        decides."""
        if isinstance(shown, Token):
            return await self._established(shown.text)
        if isinstance(shown, Key):
            return self._of_key(await self._keys.establish(shown.text))
        raise shown

    async def _recalled(self, token: str) -> Caller | None:
        caller = self._held.get(token)
        if caller is None:
            return None
        try:
            await self.verifier.verify(token)  # it may have expired, or its signing key was withdrawn
        except (Unauthorized, NeighbourUnavailable):
            self._held.pop(token, None)
            return None
        return caller

    async def _established(self, token: str) -> Caller | None:
        try:
            verified = await self.verifier.verify(token)
        except NeighbourUnavailable:
            return None
        if len(self._held) >= REMEMBERED:
            self._held.clear()
        who = str(verified.person)
        found = self._held[token] = Caller(self._limits.person, who, person=who)
        return found

    def _of_key(self, exchanged: Exchanged) -> Caller:
        return Caller(self._limits.key, exchanged.digest, exchanged.authorization, exchanged.person)

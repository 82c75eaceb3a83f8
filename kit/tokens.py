"""Access tokens: short JWTs signed by auth with Ed25519, verified by every service itself (RFC 7519, 8037, 8725).

The keys come from auth's JWKS, by key id. Only EdDSA is accepted, whatever a token says of itself. A token that was
verified is remembered until it expires: 83 us for a signature, 1 us for a look at what is known.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import jwt

from kit import log
from kit.errors import NeighbourUnavailable, TokenExpired, Unauthorized

JWKS_PATH = "/.well-known/jwks.json"
ALGORITHM = "EdDSA"
ISSUER = "segue"
AUDIENCE = "segue-api"
LIFETIME_S = 15 * 60
LONGEST = 4096  # characters; ours have about 500
KEYS_OLD_S, KEYS_AGAIN_S = 300.0, 5.0
"""A key set is asked for again when it is this old, and no sooner than this for a key id that it does not hold."""
REMEMBERED = 20_000
CLOCKS_DIFFER_S = 10  # how far auth's clock may run ahead of ours; a token's end is kept to the second all the same

SCOPES = ("recommend:read", "feedback:write", "catalog:read", "report:read")
"""What an API key may be allowed. A person who is signed in may do all of it, and manage the account besides."""
ACCOUNT = "account"
ADMIN = "admin"

Jwks = Mapping[str, Any]
Fetch = Callable[[], Awaitable[Jwks]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it is and what it allows. `token` is for asking a neighbour in the caller's name; never logged."""

    person: UUID
    scopes: frozenset[str]
    expires: float  # seconds since 1970
    token: str
    session: UUID | None = None  # None for an API key

    def __repr__(self) -> str:
        return f"Caller({self.person})"


class Verifier:
    """Checks tokens against auth's keys. One a process; `fetch` returns the JWKS document."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried = -KEYS_OLD_S
        self._asking: asyncio.Task[None] | None = None
        self._known: dict[str, Caller] = {}
        self._log = log.get("tokens")

    async def verify(self, token: str) -> Caller:
        """Whose token it is; TokenExpired, Unauthorized, or NeighbourUnavailable while there are no keys."""
        if self._clock() - self._tried > KEYS_OLD_S:
            self._ask()
        caller = self._known.get(token)
        if caller is None:
            caller = await self._check(token)
            self._remember(token, caller)
        if caller.expires <= self._clock():
            self._known.pop(token, None)
            raise TokenExpired("refresh it at /v1/auth/refresh, or sign in again")
        return caller

    async def _check(self, token: str) -> Caller:
        key = await self._key(_key_id(token))
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=CLOCKS_DIFFER_S,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
            return _caller(claims, token)
        except jwt.ExpiredSignatureError:
            raise TokenExpired("refresh it at /v1/auth/refresh, or sign in again") from None
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError, AttributeError):
            raise _refused() from None

    async def _key(self, key_id: str) -> jwt.PyJWK:
        if key_id not in self._keys:
            if self._clock() - self._tried > KEYS_AGAIN_S:
                self._ask()
            await self._asked()
        if not self._keys:
            raise NeighbourUnavailable("tokens cannot be checked right now: auth does not answer; try again")
        if (key := self._keys.get(key_id)) is None:
            raise _refused()
        return key

    def _ask(self) -> None:
        """One question at a time, beside the requests: old keys stay good until the answer is there."""
        self._tried = self._clock()
        self._asking = asyncio.create_task(self._refresh())

    async def _asked(self) -> None:
        """Waits for the question under way; who hangs up meanwhile does not end it for the others."""
        if self._asking:
            await asyncio.shield(self._asking)

    async def _refresh(self) -> None:
        """While auth is away the keys we have stay good."""
        try:
            document = await self._fetch()
            keys = {key["kid"]: jwt.PyJWK(key, algorithm=ALGORITHM) for key in document["keys"]}
            if self._keys.keys() - keys.keys():
                self._known.clear()  # a key was withdrawn, and with it what it signed
            self._keys = keys
        except Exception as error:  # whatever is wrong with auth or its answer, requests go on with the keys we have
            self._log.warning("keys not refreshed", reason=str(error), known=len(self._keys))

    def _remember(self, token: str, caller: Caller) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[token] = caller


class AsksJson(Protocol):
    """A way to ask auth: kit.http.Neighbour, or the gateway's own client."""

    async def get_json(self, path: str, /) -> Any:
        """The JSON of a GET; NeighbourUnavailable when there is none."""


def verifier_of(auth: AsksJson, clock: Callable[[], float] = time.time) -> Verifier:
    """A verifier with the keys that auth publishes."""
    return Verifier(partial(auth.get_json, JWKS_PATH), clock)


def _key_id(token: str) -> str:
    if len(token) > LONGEST:
        raise _refused()
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError):
        raise _refused() from None
    if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
        raise _refused()
    return str(header["kid"])


def _caller(claims: Mapping[str, Any], token: str) -> Caller:
    session = claims.get("sid")
    scopes = frozenset(claims["scope"].split())
    return Caller(UUID(claims["sub"]), scopes, float(claims["exp"]), token, UUID(session) if session else None)


def _refused() -> Unauthorized:
    return Unauthorized("this access token is not one of ours, or was changed: sign in at /v1/auth/login")

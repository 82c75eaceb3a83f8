"""Access tokens: short-lived JWTs signed by auth with Ed25519, verified by every service (RFC 7519, 8037, 8725).

The keys come from auth's JWKS, by key id. Only EdDSA is accepted, whatever the token's header states. Verified tokens
are cached until they expire: 83 us to verify a signature, 1 us for a cache hit.
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
"""The key set is refreshed after KEYS_OLD_S; for an unknown key id, at most once per KEYS_AGAIN_S."""
REMEMBERED = 20_000
CLOCKS_DIFFER_S = 10  # how far auth's clock may run ahead of ours; expiry is still checked to the second

SCOPES = ("recommend:read", "feedback:write", "catalog:read", "report:read")
"""Scopes that an API key can have. A signed-in user has all of them, and the account scope."""
ACCOUNT = "account"
ADMIN = "admin"
"""Of people named in SEGUE_AUTH_ADMINS; no API key has it."""
EXPORT = "export"
"""Of the delegated token with which report reads what auth and catalog keep of a person; nobody else has it."""

Jwks = Mapping[str, Any]
Fetch = Callable[[], Awaitable[Jwks]]


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified owner and scopes of a token. `token` is for calls to other services as the caller; never logged."""

    person: UUID
    scopes: frozenset[str]
    expires: float  # seconds since 1970
    token: str
    session: UUID | None = None  # None for an API key

    def __repr__(self) -> str:
        return f"Caller({self.person})"


class Verifier:
    """Verifies tokens against auth's keys. One per process; `fetch` returns the JWKS document."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried = -KEYS_OLD_S
        self._refreshing: asyncio.Task[None] | None = None
        self._known: dict[str, Caller] = {}
        self._log = log.get("tokens")

    async def verify(self, token: str) -> Caller:
        """Verifies a token; TokenExpired, Unauthorized, or NeighbourUnavailable while there are no keys."""
        if self._clock() - self._tried > KEYS_OLD_S:
            self._start_refresh()
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
                self._start_refresh()
            await self._wait_for_keys()
        if not self._keys:
            raise NeighbourUnavailable("tokens cannot be checked right now: auth does not answer; try again")
        if (key := self._keys.get(key_id)) is None:
            raise _refused()
        return key

    def _start_refresh(self) -> None:
        """Starts a refresh of the keys in the background; the old keys remain valid until it completes."""
        self._tried = self._clock()
        self._refreshing = asyncio.create_task(self._refresh())

    async def _wait_for_keys(self) -> None:
        """Waits for the refresh in progress; a cancelled request does not cancel it for the others."""
        if self._refreshing:
            await asyncio.shield(self._refreshing)

    async def _refresh(self) -> None:
        """Fetches the keys; the present keys remain valid while auth is unavailable."""
        try:
            document = await self._fetch()
            keys = {key["kid"]: jwt.PyJWK(key, algorithm=ALGORITHM) for key in document["keys"]}
            if self._keys.keys() - keys.keys():
                self._known.clear()  # a key was withdrawn, so tokens that it signed are no longer valid
            self._keys = keys
        except Exception as error:  # whatever is wrong with auth or its response, the present keys remain in use
            self._log.warning("keys not refreshed", reason=str(error), known=len(self._keys))

    def _remember(self, token: str, caller: Caller) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[token] = caller


class JsonClient(Protocol):
    """HTTP client of auth: kit.http.ServiceClient, or the gateway's own client."""

    async def get_json(self, path: str, /) -> Any:
        """Sends a GET and returns the JSON; NeighbourUnavailable when there is none."""


def verifier_of(auth: JsonClient, clock: Callable[[], float] = time.time) -> Verifier:
    """A verifier that fetches its keys from auth's JWKS endpoint."""
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


def subject(token: str) -> str:
    """Whose token it is, unverified, for one that auth itself has just answered with; empty where it names nobody."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return ""
    return str(claims.get("sub", ""))

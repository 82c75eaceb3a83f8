"""API keys: created, listed, revoked, and exchanged by the gateway for short-lived access tokens of their scopes."""

import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from uuid_utils.compat import uuid7

from kit.errors import NotFound
from kit.wire.auth import ApiKey, ApiKeyMade, ApiKeys, NewApiKey, Scope
from kit.wire.keys import KeyToken
from services.auth import token_secrets
from services.auth.keyring import Keyring
from services.auth.names import showable
from services.auth.permissions import Permissions
from services.auth.problems import ApiKeyRefused, TooManyKeys
from services.auth.scrobbling import SCOPE
from services.auth.store.api_keys import ApiKeyRow, ApiKeyTable
from services.auth.store.rows import Account, moment
from services.auth.token_secrets import ScrobbleSecrets

MOST = 20  # API keys per user
TOKEN_S, REMEMBER_S = 300, 60
"""Lifetime of an API key's token, and for how long the gateway may cache it: a revoked key works no longer than that.
"""
NOTED_EVERY_S = 60.0


class ApiKeyService:
    """Creates, lists, revokes and exchanges API keys."""

    def __init__(
        self,
        table: ApiKeyTable,
        keyring: Keyring,
        permissions: Permissions,
        scrobbles: ScrobbleSecrets,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._table = table
        self._scrobbles = scrobbles
        self._keyring = keyring
        self._permissions = permissions
        self._clock = clock

    async def make(self, account: Account, request: NewApiKey) -> ApiKeyMade:
        """Creates a key; TooManyKeys, Forbidden for a scope that the account has not."""
        self._permissions.check_key(account, request.scopes)
        key, scopes = token_secrets.api_key(), " ".join(dict.fromkeys(request.scopes))
        row = ApiKeyRow(
            uuid7(), account.id, showable(request.name), scopes, key[: token_secrets.KEY_SHOWN], self._clock()
        )
        if not await self._table.add(row, token_secrets.digest(key), MOST):
            raise TooManyKeys(f"you have {MOST} API keys: revoke one at /v1/me/api-keys, then make this one")
        password = self._scrobbles.password(row.id) if SCOPE in request.scopes else None
        return ApiKeyMade(**_shown(row).model_dump(), key=key, scrobble_password=password)

    async def list(self, person: UUID) -> ApiKeys:
        """Lists the user's keys."""
        return ApiKeys(items=[_shown(row) for row in await self._table.of(person)])

    async def revoke(self, person: UUID, key: UUID) -> None:
        """Revokes one of the user's keys; NotFound for unknown keys and those of other users."""
        if not await self._table.remove(person, key):
            raise NotFound(f"you have no API key {str(key)!r}: see /v1/me/api-keys")

    async def exchange(self, key: str) -> KeyToken:
        """Exchanges a key for an access token with its scopes, or a scrobbler's session for one that may send plays;
        ApiKeyRefused."""
        now = self._clock()
        row = await self._row(key, now)
        if row is None:
            raise ApiKeyRefused("this API key is not one of ours, or was revoked: make one at /v1/me/api-keys")
        if row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY_S:
            await self._table.used(row.id, now)
        token = await self._keyring.sign(row.person_id, row.scopes.split(), lifetime_s=TOKEN_S)
        return KeyToken(access_token=token, expires_in=REMEMBER_S)

    async def _row(self, key: str, now: float) -> ApiKeyRow | None:
        if not key.startswith(token_secrets.SESSION_START):
            return await self._table.by_digest(token_secrets.digest(key))
        found = self._scrobbles.key_of_session(key, now)
        row = await self._table.by_id(found) if found else None
        return replace(row, scopes=SCOPE) if row and SCOPE in row.scopes.split() else None


def _shown(row: ApiKeyRow) -> ApiKey:
    scopes: list[Scope] = row.scopes.split()  # type: ignore[assignment]
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=scopes,
        prefix=row.prefix,
        created_at=moment(row.created_at),
        last_used_at=None if row.last_used_at is None else moment(row.last_used_at),
    )

"""Signing keys of access tokens: read from the database, rotated by key_schedule's rules, the same in all processes.

A process caches the keys for READ_S seconds. After an emergency rotation no process signs with the old key for longer
than that; the published key set, which services fetch every five minutes, is equally fresh.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm

from kit import log
from kit.tokens import ALGORITHM, AUDIENCE, ISSUER, LIFETIME_S
from kit.wire.keys import Jwks
from services.auth import key_schedule
from services.auth.key_encryption import KeyEncryption
from services.auth.key_schedule import DAY_S, SigningKey
from services.auth.store.keys import KeyChange, KeyTable

READ_S = 5.0
ID_BYTES = 8

Clock = Callable[[], float]


class Keyring:
    """Signs access tokens and publishes the public keys. `key_days` is how long one key signs."""

    def __init__(self, table: KeyTable, sealer: KeyEncryption, key_days: int, clock: Clock = time.time) -> None:
        self._table = table
        self._sealer = sealer
        self._key_s = key_days * DAY_S
        self._clock = clock
        self._keys: Sequence[SigningKey] = ()
        self._read = -READ_S
        self._opened: tuple[str, Ed25519PrivateKey] | None = None
        self._log = log.get("keys")

    async def sign(
        self, person: UUID, scopes: Iterable[str], session: UUID | None = None, lifetime_s: int = LIFETIME_S
    ) -> str:
        """Signs an access token; WrongSecret when the signing key cannot be decrypted."""
        key_id, private = self._private(key_schedule.signing(await self._current(), self._clock()))
        now = int(self._clock())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(person),
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + lifetime_s,
        }
        if session:
            claims["sid"] = str(session)
        return jwt.encode(claims, private, ALGORITHM, headers={"kid": key_id})

    async def jwks(self) -> Jwks:
        """The public keys: the current one, the next one, and previous ones with unexpired tokens."""
        return Jwks(keys=[_public(key) for key in await self._current()])

    async def rotate(self) -> None:
        """Emergency rotation: replaces all keys by a new one, which invalidates all tokens signed before."""

        def all_new(keys: Sequence[SigningKey]) -> KeyChange:
            return KeyChange([self._new(self._clock())], [key.id for key in keys])

        self._cache(await self._table.change(all_new))
        self._log.warning("signing keys replaced", key=self._keys[0].id)

    async def ping(self) -> str:
        """Readiness check: "ok" when the current signing key can be decrypted."""
        self._private(key_schedule.signing(await self._current(), self._clock()))
        return "ok"

    async def _current(self) -> Sequence[SigningKey]:
        if not 0 <= self._clock() - self._read < READ_S:
            keys = await self._table.all()
            self._cache(await self._table.change(self._due) if self._is_due(keys) else keys)
        return self._keys

    def _cache(self, keys: Sequence[SigningKey]) -> None:
        self._keys, self._read = keys, self._clock()

    def _is_due(self, keys: Sequence[SigningKey]) -> bool:
        now = self._clock()
        return bool(key_schedule.outlived(keys, now)) or key_schedule.next_from(keys, now, self._key_s) is not None

    def _due(self, keys: Sequence[SigningKey]) -> KeyChange:
        now = self._clock()
        begins = key_schedule.next_from(keys, now, self._key_s)
        return KeyChange([] if begins is None else [self._new(begins)], key_schedule.outlived(keys, now))

    def _new(self, signs_from: float) -> SigningKey:
        key_id, private = secrets.token_hex(ID_BYTES), Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes(forms.Encoding.Raw, forms.PublicFormat.Raw)
        raw = private.private_bytes(forms.Encoding.Raw, forms.PrivateFormat.Raw, forms.NoEncryption())
        self._log.info("signing key made", key=key_id, signs_from=signs_from)
        return SigningKey(key_id, public, self._sealer.seal(raw, key_id), signs_from)

    def _private(self, key: SigningKey) -> tuple[str, Ed25519PrivateKey]:
        if self._opened is None or self._opened[0] != key.id:
            raw = self._sealer.open(key.sealed, key.id)
            self._opened = key.id, Ed25519PrivateKey.from_private_bytes(raw)
        return self._opened


def _public(key: SigningKey) -> dict[str, str]:
    """The JWK of an Ed25519 public key (RFC 8037)."""
    form = OKPAlgorithm.to_jwk(Ed25519PublicKey.from_public_bytes(key.public), as_dict=True)
    return {**form, "kid": key.id, "alg": ALGORITHM, "use": "sig"}

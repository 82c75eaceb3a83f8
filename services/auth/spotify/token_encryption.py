"""Encrypts Spotify tokens and PKCE verifiers for the database: Fernet with several keys, so that keys can be rotated.

Each key is derived from a random secret (HKDF, RFC 5869). The first one encrypts, all of them decrypt. The person's id
is encrypted with the content and compared, so that a row that was copied to another person does not open.
"""

import base64
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"segue auth spotify tokens"


class WrongKey(Exception):
    """The ciphertext was encrypted with none of the keys, for another person, or was changed."""


class TokenEncryption:
    """Encrypts and decrypts small JSON objects of a person; `secrets` are random texts, the newest first."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = MultiFernet([Fernet(_derived(secret)) for secret in secrets])

    def seal(self, person: UUID, content: dict[str, Any]) -> bytes:
        """Encrypts with the first key."""
        return self._keys.encrypt(orjson.dumps({"person": str(person), "content": content}))

    def open(self, person: UUID, sealed: bytes) -> dict[str, Any]:
        """Decrypts; WrongKey."""
        try:
            document = orjson.loads(self._keys.decrypt(sealed))
        except InvalidToken:
            raise WrongKey("no key of SEGUE_AUTH_SPOTIFY_KEYS opens this Spotify token") from None
        if document["person"] != str(person):
            raise WrongKey("this Spotify token belongs to another person")
        content: dict[str, Any] = document["content"]
        return content

    def renew(self, sealed: bytes) -> bytes:
        """Encrypts with the first key what another one encrypted; WrongKey."""
        try:
            return self._keys.rotate(sealed)
        except InvalidToken:
            raise WrongKey("no key of SEGUE_AUTH_SPOTIFY_KEYS opens this Spotify token") from None


def _derived(secret: str) -> bytes:
    key = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(key)

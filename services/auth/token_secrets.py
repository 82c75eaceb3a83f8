"""Secrets that say nothing by themselves: refresh tokens and API keys. Only their SHA-256 is stored.

A slow hash guards what people think up; these hold 190 bits of chance and more, which nobody tries through, and a
plain digest can be looked up in an index.

A refresh token is FAMILY.SECRET: 128 bits that stay for the life of a session and 256 that are new at every use. So a
secret that was used before is known for what it is, however old, from one row a session. The family never stands in
an access token: who shows it has held a refresh token.

The token that follows another is derived from it under a key of auth's (HMAC-SHA256), so that two requests which
present one token at once are given the same following one, without any token being stored.
"""

import base64
import hashlib
import hmac
import secrets
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kit.ids import ALPHABET

PURPOSE = b"segue auth refresh tokens"
FAMILY_BYTES, SECRET_BYTES = 16, 32
KEY_START, KEY_LENGTH, KEY_SHOWN = "segue_", 40, 10  # characters of base62: 238 bits, 24 of them shown in lists


class Digests(NamedTuple):
    """What is stored of a refresh token."""

    family: bytes
    token: bytes


def new_family() -> str:
    """The lasting part of a session's refresh tokens."""
    return secrets.token_urlsafe(FAMILY_BYTES)


def refresh_token(family: str) -> str:
    """A fresh refresh token of a family."""
    return f"{family}.{secrets.token_urlsafe(SECRET_BYTES)}"


class Successors:
    """The refresh token that follows each; `secret` is chance, not a password (RFC 5869)."""

    def __init__(self, secret: str) -> None:
        self._key = HKDF(SHA256(), SECRET_BYTES, salt=None, info=PURPOSE).derive(secret.encode())

    def following(self, token: str) -> str:
        """The next token of the same family; as unpredictable as the key to whoever holds the token."""
        secret = hmac.digest(self._key, token.encode(errors="surrogatepass"), "sha256")
        return f"{family_of(token)}.{base64.urlsafe_b64encode(secret).rstrip(b'=').decode()}"


def family_of(token: str) -> str:
    """The lasting part; of a text that is none of ours, something that no session has."""
    return token.partition(".")[0]


def digests(token: str) -> Digests:
    """What a refresh token is found by."""
    return Digests(digest(family_of(token)), digest(token))


def api_key() -> str:
    """A fresh API key."""
    return KEY_START + "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))


def digest(secret: str) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()

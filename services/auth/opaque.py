"""Secrets that say nothing by themselves: refresh tokens and API keys. Only their SHA-256 is stored.

A slow hash guards what people think up; these hold 190 bits of chance and more, which nobody tries through, and a
plain digest can be looked up in an index.

A refresh token is FAMILY.SECRET: 128 bits that stay for the life of a session and 256 that are new at every use. So a
secret that was used before is known for what it is, however old, from one row a session. The family never stands in
an access token: who shows it has held a refresh token.
"""

import hashlib
import secrets
from typing import NamedTuple

from kit.ids import ALPHABET

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

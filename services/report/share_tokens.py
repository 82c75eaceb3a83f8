"""Tokens of share links: 256 random bits; only their SHA-256 is stored, so that a stolen database opens no link."""

import hashlib
import secrets

TOKEN_BYTES = 32
PATTERN = r"^[0-9A-Za-z_-]{43}$"


def new_token() -> str:
    """A new random token, 43 characters of base64url."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> bytes:
    """SHA-256, 32 bytes: the tokens are random, so a slow hash gains nothing."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()

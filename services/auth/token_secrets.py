"""Opaque random secrets: refresh tokens, API keys and the tokens of mailed links. Only their SHA-256 is stored.

A slow hash is needed for passwords only; these have 190 random bits and more, which cannot be guessed, and a plain
digest can be looked up by index.

A refresh token is FAMILY.SECRET: 128 bits constant for the session's lifetime and 256 bits that are new at every use.
So a reused secret, however old, is detected from one row per session. The family is never part of an access token, so
presenting it proves possession of a refresh token.

The successor of a token is derived from it with a key of auth's (HMAC-SHA256), so that two concurrent requests with
one token get the same successor, without any token being stored. The token of a mailed link is derived in the same way
from the id of its mail, so that the queue of mails holds no token and another attempt mails the same link. Scrobble
passwords, and the sessions that they begin, are derived from the id of an API key.
"""

import base64
import hashlib
import hmac
import re
import secrets
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kit.ids import ALPHABET

PURPOSE = b"segue auth refresh tokens"
PURPOSE_OF_MAILED = b"segue auth mailed tokens"
PURPOSE_OF_SCROBBLES = b"segue auth scrobble passwords"
SESSION_START, PASSWORD_LENGTH = "scrobble_", 24
_SESSION = re.compile(rf"{SESSION_START}([0-9a-f]{{32}})([0-9a-f]{{8}})([0-9a-f]{{32}})")
FAMILY_BYTES, SECRET_BYTES = 16, 32
KEY_START, KEY_LENGTH, KEY_SHOWN = "segue_", 40, 10  # characters of base62: 238 bits, 24 of them shown in lists


class Digests(NamedTuple):
    """The stored digests of a refresh token."""

    family: bytes
    token: bytes


def new_family() -> str:
    """A new family: the constant part of a session's refresh tokens."""
    return secrets.token_urlsafe(FAMILY_BYTES)


def refresh_token(family: str) -> str:
    """A new random refresh token of a family."""
    return f"{family}.{secrets.token_urlsafe(SECRET_BYTES)}"


class Successors:
    """Derives the successor of a refresh token; `secret` is random, not a password (HKDF, RFC 5869)."""

    def __init__(self, secret: str) -> None:
        self._key = _key_of(secret, PURPOSE)

    def following(self, token: str) -> str:
        """The successor in the same family; unpredictable without the key, even to the token's holder."""
        secret = hmac.digest(self._key, token.encode(errors="surrogatepass"), "sha256")
        return f"{family_of(token)}.{_text(secret)}"


class MailedTokens:
    """Derives the token of a mailed link from the mail's id; `secret` as for Successors."""

    def __init__(self, secret: str) -> None:
        self._key = _key_of(secret, PURPOSE_OF_MAILED)

    def of(self, mail: UUID) -> str:
        """The token: 256 bits, unpredictable without the key, the same at every attempt to send the mail."""
        return _text(hmac.digest(self._key, mail.bytes, "sha256"))


class ScrobbleSecrets:
    """Derives scrobble passwords, and sessions that end by themselves, from the ids of API keys; `secret` as for
    Successors. Both have 128 bits and more that nobody can guess."""

    def __init__(self, secret: str) -> None:
        self._key = _key_of(secret, PURPOSE_OF_SCROBBLES)

    def password(self, key: UUID) -> str:
        """The password: 24 characters, always the same for one API key. Not 32 of hex, which mpdscribble takes for the
        MD5 of a password."""
        return _text(hmac.digest(self._key, b"password|" + key.bytes, "sha256"))[:PASSWORD_LENGTH]

    def session(self, key: UUID, expires: int) -> str:
        """A session that ends at `expires`, in seconds since 1970."""
        return f"{SESSION_START}{key.hex}{expires:08x}{self._mac(b'session', key.bytes, b'%d' % expires)}"

    def key_of_session(self, session: str, now: float) -> UUID | None:
        """The API key of a session; None when it has ended or is none of ours."""
        if not (found := _SESSION.fullmatch(session)):
            return None
        key, expires = UUID(found[1]), int(found[2], 16)
        if expires <= now or not hmac.compare_digest(self.session(key, expires), session):
            return None
        return key

    def _mac(self, *parts: bytes) -> str:
        return hmac.digest(self._key, b"|".join(parts), "sha256").hex()[:32]


def _key_of(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), SECRET_BYTES, salt=None, info=purpose).derive(secret.encode())


def _text(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def family_of(token: str) -> str:
    """The family part of a token; of any other text, a value that no session has."""
    return token.partition(".")[0]


def digests(token: str) -> Digests:
    """The digests by which a refresh token is looked up."""
    return Digests(digest(family_of(token)), digest(token))


def api_key() -> str:
    """A new random API key."""
    return KEY_START + "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))


def digest(secret: str) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()

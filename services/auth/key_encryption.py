"""Private keys leave for the database sealed: AES-256-GCM under a key derived from the secret (RFC 5869)."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES, KEY_BYTES = 12, 32
PURPOSE = b"segue auth signing keys"


class WrongSecret(Exception):
    """What is sealed was sealed with another secret, or changed."""


class KeyEncryption:
    """Seals and opens; `secret` is chance, not a password, so that one round of HKDF is enough."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode()))

    def seal(self, content: bytes, name: str) -> bytes:
        """Nonce and ciphertext, good under this name only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """The content; WrongSecret when the secret or the name is another."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
        except InvalidTag:
            raise WrongSecret(
                "the signing keys in auth's database were sealed with another secret: set SEGUE_AUTH_SECRET (embedded: "
                "the file auth.key in the data folder) to that one again, or make new keys with "
                "python -m services.auth.rotate, after which everybody's access tokens are renewed"
            ) from None

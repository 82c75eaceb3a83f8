"""Encrypts private signing keys for the database: AES-256-GCM with a key derived from the secret (HKDF, RFC 5869)."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES, KEY_BYTES = 12, 32
PURPOSE = b"segue auth signing keys"


class WrongSecret(Exception):
    """The ciphertext was encrypted with another secret, or was changed."""


class KeyEncryption:
    """Encrypts and decrypts; `secret` is random, not a password, so that HKDF without stretching suffices."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode()))

    def seal(self, content: bytes, name: str) -> bytes:
        """Encrypts: nonce and ciphertext, with the name as associated data."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """Decrypts; WrongSecret when the secret or the name differs."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
        except InvalidTag:
            raise WrongSecret(
                "the signing keys in auth's database were sealed with another secret: set SEGUE_AUTH_SECRET (embedded: "
                "the file auth.key in the data folder) to that one again, or make new keys with "
                "python -m services.auth.rotate, after which everybody's access tokens are renewed"
            ) from None

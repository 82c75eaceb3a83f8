"""A signer of access tokens for tests of the services that check them: real keys, real signatures, no accounts."""

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from kit.tokens import ACCOUNT, ALGORITHM, AUDIENCE, ISSUER, LIFETIME_S, SCOPES

ALL = (*SCOPES, ACCOUNT)


class Issuer:
    """One signing key and the JWKS that publishes it."""

    def __init__(self, key_id: str = "test-1") -> None:
        self.key_id = key_id
        self.private = Ed25519PrivateKey.generate()

    @property
    def jwks(self) -> dict[str, Any]:
        """The document that auth serves at /.well-known/jwks.json."""
        return {"keys": [self.public]}

    @property
    def public(self) -> dict[str, Any]:
        """The public key, as RFC 8037 writes it."""
        key = OKPAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**key, "kid": self.key_id, "alg": ALGORITHM, "use": "sig"}

    def token(self, person: UUID, scopes: Iterable[str] = ALL, **claims: Any) -> str:
        """An access token; `claims` override what it says, None leaves a claim out."""
        now = int(time.time())
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(person),
            "sid": str(uuid4()),
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + LIFETIME_S,
        } | claims
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(payload, self.private, ALGORITHM, headers={"kid": self.key_id})

    def bearer(self, person: UUID, scopes: Iterable[str] = ALL) -> dict[str, str]:
        """The header of a signed-in person."""
        return {"authorization": f"Bearer {self.token(person, scopes)}"}

    @property
    def transport(self) -> httpx2.MockTransport:
        """Answers for auth's JWKS address, and nothing else."""

        def answer(request: httpx2.Request) -> httpx2.Response:
            if request.url.path == "/.well-known/jwks.json":
                return httpx2.Response(200, json=self.jwks)
            return httpx2.Response(404)

        return httpx2.MockTransport(answer)

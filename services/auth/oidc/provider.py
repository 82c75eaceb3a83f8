"""The port to an OpenID Connect provider: the only file that calls it, by Authlib over requests, in threads.

OpenID Connect Core 1.0 sections 3.1.2 and 3.1.3 (authorization code flow), Discovery 1.0, PKCE (RFC 7636). An ID token
is believed only with a signature by a key of the provider, asymmetric, and with its issuer, audience, times and nonce
right. Only the addresses of the discovery document are called, redirects are not followed.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kit.errors import Overloaded
from kit.settings import LOOPBACK
from services.auth.problems import OidcRefused, OidcUnavailable

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
SCOPE = "openid email profile"
LEEWAY_S = 60
KNOWN_S = 3600.0
"""Seconds for which the discovery document and the keys are kept."""
THREADS, MOST_WAITING, CONNECT_S = 4, 32, 3.05
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Client:
    """Segue as the provider knows it."""

    issuer: str
    client_id: str
    secret: str | None
    redirect_uri: str
    timeout_s: float

    def __repr__(self) -> str:
        return f"Client({self.issuer!r}, {self.client_id!r})"


class OidcProvider:
    """Calls one provider; OidcUnavailable when it cannot be asked, OidcRefused when what it says does not hold."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="oidc")
        self._under_way = 0
        self._known: tuple[float, dict[str, Any], KeySet] | None = None

    def close(self) -> None:
        """Ends the threads; calls under way are left to their timeouts."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def authorize_url(self, state: str, nonce: str, verifier: str) -> str:
        """The provider's page that asks the person to sign in."""
        return await self._run(partial(self._authorize_url, state, nonce, verifier))

    async def claims(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """Exchanges a code; the verified claims about the person: `iss`, `sub`, and what there is of `email`,
        `email_verified`, `name`."""
        return await self._run(partial(self._claims, code, verifier, nonce))

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._under_way >= MOST_WAITING:
            raise Overloaded("too many people sign in at once: try again in a moment", retry_after_s=5)
        self._under_way += 1
        try:
            async with asyncio.timeout(4 * self._client.timeout_s):
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (TimeoutError, requests.RequestException):
            raise OidcUnavailable("the provider does not answer: try again in a minute", retry_after_s=60) from None
        finally:
            self._under_way -= 1

    def _authorize_url(self, state: str, nonce: str, verifier: str) -> str:
        metadata, _ = self._discovered()
        with self._session(metadata) as session:
            address, _ = session.create_authorization_url(
                metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address)

    def _claims(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        metadata, _ = self._discovered()
        with self._session(metadata) as session:
            try:
                token = session.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=self._timeout,
                    allow_redirects=False,
                )
            except (OAuthError, ValueError) as error:
                raise OidcRefused(f"the provider did not take the code ({type(error).__name__}): begin again") from None
            claims = self._verified(metadata, token, nonce)
            return claims if "email" in claims else claims | self._userinfo(session, metadata, claims["sub"])

    def _verified(self, metadata: Mapping[str, Any], token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        options = {
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": self._client.client_id},
            "sub": {"essential": True},
        }
        about = {"nonce": nonce, "client_id": self._client.client_id, "access_token": token.get("access_token")}
        try:
            decoded = self._decoded(str(token["id_token"]))
            claims = CodeIDToken(decoded.claims, decoded.header, options, about)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise OidcRefused(f"the provider's ID token does not hold ({type(error).__name__}): begin again") from None
        return dict(claims)

    def _decoded(self, id_token: str) -> jwt.Token:
        """The token, with keys fetched anew where it is signed by none of those known."""
        _, keys = self._discovered()
        try:
            return jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            _, keys = self._discovered(anew=True)
            return jwt.decode(id_token, keys, algorithms=ALGORITHMS)

    def _userinfo(self, session: OAuth2Session, metadata: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """Claims that the provider keeps out of its ID tokens, of the same subject."""
        if not _encrypted(metadata.get("userinfo_endpoint")):
            return {}
        answer = session.get(metadata["userinfo_endpoint"], timeout=self._timeout, allow_redirects=False)
        found = _document(answer)
        if found.get("sub") != subject:
            raise OidcRefused("the provider's userinfo is about somebody else")
        return {name: found[name] for name in ("email", "email_verified", "name") if name in found}

    def _discovered(self, *, anew: bool = False) -> tuple[dict[str, Any], KeySet]:
        now = time.monotonic()
        if self._known and not anew and now - self._known[0] < KNOWN_S:
            return self._known[1:]
        address = f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = _document(self._get(address))
        if str(metadata.get("issuer", "")).rstrip("/") != self._client.issuer.rstrip("/"):
            raise OidcUnavailable("the provider's discovery document names another issuer: see SEGUE_AUTH_OIDC_ISSUER")
        if missing := [name for name in ENDPOINTS if not _encrypted(metadata.get(name))]:
            raise OidcUnavailable(f"the provider's discovery document has no https address for {missing[0]}")
        try:
            keys = KeySet.import_key_set({"keys": _document(self._get(metadata["jwks_uri"]))["keys"]})
        except (JoseError, KeyError, TypeError, ValueError):
            raise OidcUnavailable("the provider's keys are not understood") from None
        self._known = (now, metadata, keys)
        return metadata, keys

    def _get(self, address: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(address, timeout=self._timeout, allow_redirects=False)

    def _session(self, metadata: Mapping[str, Any]) -> OAuth2Session:
        session = OAuth2Session(
            self._client.client_id,
            self._client.secret,
            token_endpoint_auth_method=_authentication(self._client.secret, metadata),
            scope=SCOPE,
            redirect_uri=self._client.redirect_uri,
            code_challenge_method="S256",
        )
        session.trust_env = False  # a .netrc would replace the Authorization header
        return session

    @property
    def _timeout(self) -> tuple[float, float]:
        return CONNECT_S, self._client.timeout_s


def _authentication(secret: str | None, metadata: Mapping[str, Any]) -> str:
    """How the client authenticates at the token endpoint; client_secret_basic is the default of Discovery 1.0."""
    offered = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if secret is None:
        return "none"
    return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"


def _document(answer: requests.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except requests.JSONDecodeError:
        document = None
    if answer.status_code != 200 or not isinstance(document, dict):
        raise OidcUnavailable("the provider's answer is not understood: try again in a minute", retry_after_s=60)
    return document


def _encrypted(address: object) -> bool:
    parts = urlsplit(address if isinstance(address, str) else "")
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)

"""An OpenID Connect provider over real HTTP, of our own: codes, PKCE, ID tokens signed by PyJWT, userinfo.

Segue reads its tokens by another library (Authlib), so that a misreading is not made twice. `flaw` spoils ID tokens.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "segue-at-home", "the secret of the client: 1%+/"
Flaw = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class OidcProvider:
    """Its people by subject, its keys, and the codes given out; its page signs in the first of its people at once.

    `userinfo_only`: claims are kept out of ID tokens.
    """

    url: str = ""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    flaw: Flaw | None = None
    signer: Callable[[dict[str, Any]], str] | None = None
    userinfo_only: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turn_keys()

    def turn_keys(self) -> None:
        """Signs with a new key from now on; the old one is known no more."""
        self.key, self.kid = rsa.generate_private_key(65537, 2048), secrets.token_hex(4)

    def agree(self, url: str, subject: str) -> dict[str, str]:
        """What a person does on the provider's page: the query of the address that the browser is sent back to."""
        request = dict(parse_qsl(urlsplit(url).query))
        assert (request["client_id"], request["response_type"]) == (CLIENT_ID, "code")
        assert request["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = request | {"sub": subject}
        return {"code": code, "state": request["state"]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """One request to the server."""
        self.requests.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self._discovery()
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [public | {"kid": self.kid, "use": "sig", "alg": "RS256"}]}
        if path == "/token":
            return self._token(form, authorization)
        if path == "/authorize":
            sent_back = self.agree(f"?{urlencode(form)}", next(iter(self.people)))
            return 302, f"{form['redirect_uri']}?{urlencode(sent_back)}"
        if path == "/userinfo":
            subject = self.tokens.get(authorization.removeprefix("Bearer "))
            return (200, {"sub": subject} | self.people[subject]) if subject else (401, {})
        return 404, {}

    def _discovery(self) -> dict[str, Any]:
        pages = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | {
            f"{name}_endpoint": f"{self.url}/{page}" for name, page in pages.items()
        }

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        request = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if unquote(given) != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return 401, {"error": "invalid_client"}
        if request is None or challenge.rstrip(b"=").decode() != request["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form.get("redirect_uri") != request["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        self.tokens[access] = request["sub"]
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": self._id_token(request)}

    def _id_token(self, request: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "sub": request["sub"], "aud": CLIENT_ID, "nonce": request["nonce"]}
        claims |= {"iat": now, "exp": now + 300, **({} if self.userinfo_only else self.people[request["sub"]])}
        claims = self.flaw(claims) if self.flaw else claims
        if self.signer:
            return self.signer(claims)
        return jwt.encode(claims, self.key, "RS256", headers={"kid": self.kid})


@contextmanager
def serving(provider: OidcProvider) -> Iterator[OidcProvider]:
    """Serves the provider on a port of the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            parts = urlsplit(self.path)
            form, authorization = dict(parse_qsl(body or parts.query)), self.headers.get("authorization") or ""
            status, document = provider.answer(parts.path, form, authorization)
            content = json.dumps(document).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("location", document)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            with suppress(OSError):  # a test in this process may take all file descriptors for a moment
                server.serve_forever(0.1)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield provider
    finally:
        ended.set()
        server.shutdown()
        server.server_close()

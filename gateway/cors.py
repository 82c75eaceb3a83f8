"""Which other web origins' pages may call the API (the Fetch standard's CORS protocol), as pure ASGI.

Never with credentials mode: we set no cookies, and a token in a header is the page's own to send.
"""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.headers import Header

METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
REQUEST_HEADERS = b"authorization, content-type, idempotency-key, if-none-match, x-api-key, x-request-id"
RATE_LIMIT = ("ratelimit-limit", "ratelimit-policy", "ratelimit-remaining", "ratelimit-reset")
EXPOSED = ", ".join(("etag", "location", *RATE_LIMIT, "retry-after", "www-authenticate", "x-request-id"))
MAX_AGE_S = b"7200"  # as long as Chromium remembers a preflight


class Cors:
    """Answers preflights itself and tells the browser which answers a page of another origin may read.

    Stands outside the limits: refusals must be readable too, and a preflight asks nothing of anybody.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.encode() for origin in origins)
        self._any = b"*" in self._origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"])
        allowed = self._allowed(given.get(b"origin"))
        if scope["method"] == "OPTIONS" and b"origin" in given and b"access-control-request-method" in given:
            await send({"type": "http.response.start", "status": 204, "headers": self._preflight(allowed)})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_with_cors(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._told(message.get("headers", ()), allowed)
            await send(message)

        await self._app(scope, receive, send_with_cors)

    def _allowed(self, origin: bytes | None) -> bytes | None:
        if self._any:
            return b"*" if origin else None
        return origin if origin in self._origins else None

    def _preflight(self, allowed: bytes | None) -> list[Header]:
        """An origin that is not allowed gets no word of permission, which is the protocol's no."""
        told: list[Header] = [(b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")]
        if allowed:
            told += [
                (b"access-control-allow-origin", allowed),
                (b"access-control-allow-methods", METHODS),
                (b"access-control-allow-headers", REQUEST_HEADERS),
                (b"access-control-max-age", MAX_AGE_S),
            ]
        return told

    def _told(self, headers: Sequence[Header], allowed: bytes | None) -> list[Header]:
        told = MutableHeaders(raw=list(headers))
        if not self._any:
            told.add_vary_header("Origin")  # a cache must not show one origin's answer to another
        if allowed:
            told["access-control-allow-origin"] = allowed.decode()
            told["access-control-expose-headers"] = EXPOSED
        return told.raw

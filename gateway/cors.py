"""CORS: Starlette's middleware with this API's headers and methods, for the configured web origins.

Without credentials mode: we set no cookies, and pages send tokens in a header themselves. It is outside the rate
limits, because refusals must be readable by pages too, and a preflight causes no load on services. A dialect whose
contract has CORS headers of its own sends them itself.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-api-key",
    "x-request-id",
)
RATE_LIMIT = ("ratelimit-limit", "ratelimit-policy", "ratelimit-remaining", "ratelimit-reset")
EXPOSED = (
    *("content-disposition", "etag", "idempotency-replayed", "location", *RATE_LIMIT, "retry-after"),
    *("www-authenticate", "x-request-id"),
)
MAX_AGE_S = 7200  # as long as Chromium remembers a preflight


class _Cors(CORSMiddleware):
    """Starlette's middleware, but responses to disallowed origins receive no CORS headers, and paths that begin with
    one of `elsewhere` are left alone."""

    def __init__(self, app: ASGIApp, origins: Sequence[str], elsewhere: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=frozenset(origins),
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            expose_headers=EXPOSED,
            max_age=MAX_AGE_S,
        )
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers, or passes the request on."""
        if self._elsewhere and scope["type"] == "http" and scope["path"].startswith(self._elsewhere):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Passes the response on; for a disallowed origin with `Vary: Origin` alone."""
        origin = request_headers.get("Origin")
        if origin is None or self.is_allowed_origin(origin):
            await super().send(message, send, request_headers)
            return
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            MutableHeaders(scope=message).add_vary_header("Origin")
        await send(message)


def cors(origins: Sequence[str], elsewhere: Sequence[str] = ()) -> list[Middleware]:
    """The middleware that allows these origins ("*" for all) to read responses; an empty list without origins.

    Paths that begin with one of `elsewhere` send CORS headers of their own."""
    return [Middleware(_Cors, origins=origins, elsewhere=tuple(elsewhere))] if origins else []

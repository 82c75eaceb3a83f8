"""Which other web origins' pages may call the API: Starlette's CORS middleware with this API's headers and methods.

Never with credentials mode: we set no cookies, and a token in a header is the page's own to send. It stands outside the
limits: refusals must be readable too, and a preflight asks nothing of anybody.
"""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = ("authorization", "content-type", "idempotency-key", "if-none-match", "x-api-key", "x-request-id")
RATE_LIMIT = ("ratelimit-limit", "ratelimit-policy", "ratelimit-remaining", "ratelimit-reset")
EXPOSED = ("etag", "location", *RATE_LIMIT, "retry-after", "www-authenticate", "x-request-id")
MAX_AGE_S = 7200  # as long as Chromium remembers a preflight


def cors(origins: Sequence[str]) -> list[Middleware]:
    """The middleware that lets pages of these origins ("*" for all) read answers; none without an origin."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=frozenset(origins),
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            expose_headers=EXPOSED,
            max_age=MAX_AGE_S,
        )
    ]

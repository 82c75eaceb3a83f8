"""CORS: Starlette's middleware with this API's headers and methods, for the configured web origins.

Without credentials mode: we set no cookies, and pages send tokens in a header themselves. It is outside the rate
limits, because refusals must be readable by pages too, and a preflight causes no load on services.
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
    """The middleware that allows these origins ("*" for all) to read responses; an empty list without origins."""
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

"""Filters headers between caller and service. All headers not listed here pass unchanged.

Dropped from requests: hop-by-hop headers (RFC 9110 section 7.6.1), API keys, which are not forwarded, and every header
by which a caller could claim another identity or address. Underscores count as hyphens, because some frameworks treat
them alike.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from multidict import CIMultiDict

Header = tuple[bytes, bytes]

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# Handled or replaced by the gateway: its server replies to Expect, the HTTP client sets Host.
OURS = frozenset({b"host", b"expect", b"x-request-id", b"traceparent", b"x-api-key"})
IDENTITY = frozenset({b"forwarded", b"x-real-ip", b"x-client-ip", b"true-client-ip", b"cf-connecting-ip", b"via"})
IDENTITY_PREFIXES = (b"x-user", b"x-segue-", b"x-forwarded-", b"x-auth-", b"x-remote-", b"remote-", b"x-authenticated-")
NOT_ONWARD = HOP_BY_HOP | OURS | IDENTITY
# The gateway's own server sets date and server, its request context the request id.
NOT_BACK = HOP_BY_HOP | {b"date", b"server", b"x-request-id"}
# Never dropped because of Connection: every message needs them on every hop.
NEVER_OPTIONS = frozenset({b"", b"close", b"keep-alive", b"content-length", b"authorization"})
REMEMBERED_BYTES = 64  # longest header name that is cached, so that invented names cannot fill the memory


def passed_headers(headers: Iterable[Header], added: Mapping[str, str]) -> CIMultiDict[str]:
    """The request headers for the service: the caller's that pass, and `added`, which replace the caller's."""
    headers = list(headers)
    named = connection_options(headers)
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers:
        passed = _onward(name) if len(name) <= REMEMBERED_BYTES else _onward.__wrapped__(name)
        if passed and name not in named:
            kept.add(passed, text(value))
    kept.update(added)
    return kept


@lru_cache(maxsize=1024)
def _onward(name: bytes) -> str | None:
    """The decoded name of a header that passes, else None. Cached: the same few dozen occur in all requests."""
    plain = name.replace(b"_", b"-")
    return None if plain in NOT_ONWARD or plain.startswith(IDENTITY_PREFIXES) else name.decode("latin-1")


def outbound_headers(headers: Iterable[Header], *, bodyless: bool) -> list[Header]:
    """The response headers for the caller; `bodyless` responses (204, 304) lose Content-Length."""
    lowered = [(name.lower(), value) for name, value in headers]
    dropped = NOT_BACK | connection_options(lowered)
    if bodyless:
        dropped |= {b"content-length"}
    return [(name, value) for name, value in lowered if name not in dropped]


def from_here(headers: Iterable[Header], service: str) -> list[Header]:
    """Headers in which a Location with the service's own URL is reduced to its path."""
    inside = service.encode() + b"/"
    return [
        (name, value.removeprefix(inside[:-1]) if name == b"location" and value.startswith(inside) else value)
        for name, value in headers
    ]


def connection_options(headers: Iterable[Header]) -> frozenset[bytes]:
    """Names of headers that Connection declares hop-by-hop for this message."""
    lines = [value for name, value in headers if name == b"connection"]
    if not lines:
        return frozenset()
    return frozenset(part.strip().lower() for line in lines for part in line.split(b",")) - NEVER_OPTIONS


def text(value: bytes) -> str:
    """Decodes a header value such that the client's UTF-8 encoding gives the same bytes back, where possible."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")

"""Which headers cross the gateway. Everything not named here passes byte for byte.

Dropped on the way in: hop-by-hop headers (RFC 9110 section 7.6.1), API keys, which end at the door, and every header
by which a caller could claim to be somebody or somewhere else. Underscores count as hyphens, because some frameworks
cannot tell them apart.
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
# Answered or set anew by the gateway: its server replies to Expect itself, the client to the service names the host.
OURS = frozenset({b"host", b"expect", b"x-request-id", b"traceparent", b"x-api-key"})
IDENTITY = frozenset({b"forwarded", b"x-real-ip", b"x-client-ip", b"true-client-ip", b"cf-connecting-ip", b"via"})
IDENTITY_PREFIXES = (b"x-user", b"x-segue-", b"x-forwarded-", b"x-auth-", b"x-remote-", b"remote-", b"x-authenticated-")
NOT_ONWARD = HOP_BY_HOP | OURS | IDENTITY
# The gateway's own server writes date and server, its request context the request id.
NOT_BACK = HOP_BY_HOP | {b"date", b"server", b"x-request-id"}
# What every message needs on every hop, whatever its Connection says.
NEVER_OPTIONS = frozenset({b"", b"close", b"keep-alive", b"content-length", b"authorization"})
REMEMBERED_BYTES = 64  # so that made-up names cannot fill the memory


def inbound_headers(headers: Iterable[Header], added: Mapping[str, str]) -> CIMultiDict[str]:
    """What a service gets to see: the caller's headers that pass, then those `added`, which replace the caller's."""
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
    """The name of a header that passes. The same few dozen come with every request."""
    plain = name.replace(b"_", b"-")
    return None if plain in NOT_ONWARD or plain.startswith(IDENTITY_PREFIXES) else name.decode("latin-1")


def outbound_headers(headers: Iterable[Header], *, bodyless: bool) -> list[Header]:
    """What of a service's headers the caller gets; `bodyless` answers (204, 304) lose their length with their body."""
    lowered = [(name.lower(), value) for name, value in headers]
    dropped = NOT_BACK | connection_options(lowered)
    if bodyless:
        dropped |= {b"content-length"}
    return [(name, value) for name, value in lowered if name not in dropped]


def from_here(headers: Iterable[Header], service: str) -> list[Header]:
    """Headers in which a redirect to the service's own address leads to the same path of the gateway instead."""
    inside = service.encode() + b"/"
    return [
        (name, value.removeprefix(inside[:-1]) if name == b"location" and value.startswith(inside) else value)
        for name, value in headers
    ]


def connection_options(headers: Iterable[Header]) -> frozenset[bytes]:
    """Headers that Connection declares hop-by-hop for this message."""
    lines = [value for name, value in headers if name == b"connection"]
    if not lines:
        return frozenset()
    return frozenset(part.strip().lower() for line in lines for part in line.split(b",")) - NEVER_OPTIONS


def text(value: bytes) -> str:
    """A header value so that encoding it as UTF-8, as the client does, gives the same bytes back where it can."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")

"""Which headers cross the gateway. Everything not named here passes byte for byte.

Dropped on the way in: hop-by-hop headers (RFC 9110 section 7.6.1) and every header by which a caller could claim to be
somebody or somewhere else. Underscores count as hyphens, because some frameworks cannot tell them apart.
"""

from collections.abc import Iterable

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
OURS = frozenset({b"host", b"expect", b"x-request-id", b"traceparent"})
IDENTITY = frozenset({b"forwarded", b"x-real-ip", b"x-client-ip", b"true-client-ip", b"cf-connecting-ip", b"via"})
IDENTITY_PREFIXES = (b"x-user", b"x-segue-", b"x-forwarded-", b"x-auth-", b"x-remote-", b"remote-", b"x-authenticated-")
# The gateway's own server writes date and server, its request context the request id.
NOT_BACK = frozenset({b"date", b"server", b"x-request-id"})


def inbound(headers: Iterable[Header]) -> CIMultiDict[str]:
    """What of a caller's headers a service gets to see."""
    headers = list(headers)
    named = connection_options(headers)
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers:
        if not (name in HOP_BY_HOP or name in OURS or name in named or _claims_identity(name)):
            kept.add(name.decode("latin-1"), text(value))
    return kept


def outbound(headers: Iterable[Header], *, bodyless: bool) -> list[Header]:
    """What of a service's headers the caller gets; `bodyless` answers (204, 304) lose their length with their body."""
    lowered = [(name.lower(), value) for name, value in headers]
    named = connection_options(lowered)
    dropped = HOP_BY_HOP | NOT_BACK | named | ({b"content-length"} if bodyless else set())
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
    options = {part.strip().lower() for name, value in headers if name == b"connection" for part in value.split(b",")}
    return frozenset(options - {b"", b"close", b"keep-alive", b"content-length", b"authorization"})


def first(headers: Iterable[Header], wanted: bytes) -> bytes | None:
    """The first value of a header."""
    return next((value for name, value in headers if name == wanted), None)


def text(value: bytes) -> str:
    """A header value so that encoding it as UTF-8, as the client does, gives the same bytes back where it can."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _claims_identity(name: bytes) -> bool:
    plain = name.replace(b"_", b"-")
    return plain in IDENTITY or plain.startswith(IDENTITY_PREFIXES)

"""Determines the client address of a request behind trusted proxies, and the address that the client itself used."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from starlette.types import Scope

from gateway.settings import Networks

UNKNOWN = "unknown"
FORWARDED = (b"x-forwarded-host", b"x-forwarded-proto")


def client_address(peer: str | None, forwarded_for: Sequence[bytes], trusted: Networks) -> str:
    """The nearest address that is not a trusted proxy: the peer, else X-Forwarded-For from right to left."""
    address = peer or UNKNOWN
    hops = [hop.strip() for line in forwarded_for for hop in line.decode("latin-1").split(",")]
    while hops and is_trusted(address, trusted):
        claimed = hops.pop()
        if not _is_address(claimed):
            break
        address = claimed
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_trusted(address: str, trusted: Networks) -> bool:
    """True for the address of a trusted proxy."""
    return bool(trusted) and _is_address(address) and any(ip_address(address) in network for network in trusted)


def forwarded(scope: Scope, trusted: Networks) -> Mapping[str, str]:
    """X-Forwarded-Host and X-Forwarded-Proto as the client's own request had them, from a trusted proxy only."""
    peer = scope["client"][0] if scope.get("client") else ""
    if not is_trusted(peer, trusted):
        return {}
    claims = {name: value for name, value in reversed(scope["headers"]) if name in FORWARDED}
    return {name.decode(): value.decode("latin-1").partition(",")[0].strip() for name, value in claims.items()}


def base_url(scope: Scope, trusted: Networks) -> str:
    """The address of this server as the client wrote it, without a slash at the end."""
    claims, given = forwarded(scope, trusted), dict(reversed(scope["headers"]))
    host = claims.get("x-forwarded-host") or given.get(b"host", b"").decode("latin-1")
    secure = scope["scheme"] == "https" or claims.get("x-forwarded-proto") == "https"
    return f"{'https' if secure else 'http'}://{host}"

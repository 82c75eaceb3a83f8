"""Determines the client address of a request behind trusted proxies (X-Forwarded-For)."""

from collections.abc import Sequence
from ipaddress import ip_address

from gateway.settings import Networks

UNKNOWN = "unknown"


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

"""Groups client addresses for rate limits: an IPv4 address, or the /64 network of an IPv6 address."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network


@lru_cache(maxsize=10_000)
def network_of(address: str) -> str:
    """Returns an IPv4 address itself, or the /64 network of an IPv6 address: one subscriber has that many (RFC 6177).

    An IPv4-mapped IPv6 address gives its IPv4 address; text that is not an address is returned unchanged.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((int(parsed), 64), strict=False))
    return address

"""Which network addresses count as one caller."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network


@lru_cache(maxsize=10_000)
def network_of(address: str) -> str:
    """The address, or the /64 network of an IPv6 one: a single line has that many addresses (RFC 6177).

    An IPv4 address mapped into IPv6 is that IPv4 address; what is no address is returned as it is.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((int(parsed), 64), strict=False))
    return address

"""Limits how many connections one address holds open, so that none uses up the file descriptors of everybody."""

from ipaddress import ip_address
from typing import Protocol

from gateway.settings import Networks
from kit.addresses import network_of


class Connection(Protocol):
    """One open connection. `idle`: no request is under way on it; `end` closes it."""

    @property
    def idle(self) -> bool: ...

    def end(self) -> None: ...


class Connections:
    """The open connections by address (an IPv6 network of /64 is one); `most` 0 sets no limit.

    Trusted proxies are exempt, because they hold the connections of many callers.
    """

    def __init__(self, most: int, trusted: Networks = ()) -> None:
        self._most = most
        self._trusted = trusted
        self._open: dict[str, dict[Connection, None]] = {}

    def admit(self, connection: Connection, address: str) -> bool:
        """Counts a new connection; at the limit it ends the oldest idle one, and is False when none is idle."""
        if not self._most or self._is_trusted(address):
            return True
        held = self._open.setdefault(network_of(address), {})
        if len(held) >= self._most:
            idle = next((one for one in held if one.idle), None)
            if idle is None:
                return False
            del held[idle]
            idle.end()
        held[connection] = None
        return True

    def remove(self, connection: Connection, address: str) -> None:
        """Forgets a connection that ended."""
        network = network_of(address)
        if held := self._open.get(network):
            held.pop(connection, None)
            if not held:
                del self._open[network]

    def _is_trusted(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._trusted)
        except ValueError:
            return False

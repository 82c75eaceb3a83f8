"""Which services there are, which others each calls and where each answers on one machine: the one table of them.

fleet.py, the gateway, the settings of every process and the tests are derived from it. Standard library only: fleet.py
reads it before anything else is installed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

GATEWAY = "gateway"
GATEWAY_PORT = 8000


@dataclass(frozen=True)
class Service:
    """One service, `port_offset` ports above the gateway; `scales` where fleet.py may run several workers of it."""

    name: str
    port_offset: int
    calls: tuple[str, ...] = ()
    scales: bool = False


# Calls run down one line, so whoever is called stands before its callers: that is the order to start them in.
SERVICES = (
    Service("auth", 3),
    Service("catalog", 1, calls=("auth",)),
    Service("recommend", 2, calls=("catalog", "auth"), scales=True),
)


def called_by(caller: str, services: Sequence[Service] = SERVICES) -> tuple[str, ...]:
    """The services that a process asks: the gateway all, a service those of its row. KeyError for no such process."""
    rows = {service.name: service.calls for service in services}
    return tuple(rows) if caller == GATEWAY else rows[caller]


def default_url(name: str, services: Sequence[Service] = SERVICES) -> str:
    """Where a service answers when everything runs on this machine with the gateway on its usual port."""
    [offset] = [service.port_offset for service in services if service.name == name]
    return f"http://127.0.0.1:{GATEWAY_PORT + offset}"


def url_variable(caller: str, called: str) -> str:
    """The environment variable that tells one process where another answers."""
    return f"SEGUE_{caller}_{called}_URL".upper()

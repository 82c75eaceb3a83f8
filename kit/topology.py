"""Service topology: the table of services, the services that each calls, and their ports on one machine.

fleet.py, the gateway, the settings of every process and the tests are derived from it. Standard library only, because
fleet.py imports it before any dependency is installed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

GATEWAY = "gateway"
GATEWAY_PORT = 8000


@dataclass(frozen=True)
class Service:
    """One service, `port_offset` ports above the gateway; `scales` where fleet.py may run several workers of it, and
    `database` where it keeps what people did."""

    name: str
    port_offset: int
    calls: tuple[str, ...] = ()
    scales: bool = False
    database: bool = False


# In start order: a service comes after the services that it calls.
SERVICES = (
    Service("auth", 3, database=True),
    Service("catalog", 1, calls=("auth",), database=True),
    Service("recommend", 2, calls=("catalog", "auth"), scales=True),
    Service("report", 4, calls=("recommend", "catalog", "auth"), database=True),
)

DATABASES = tuple(service.name for service in SERVICES if service.database)
"""Services with a database, in start order."""


def called_by(caller: str, services: Sequence[Service] = SERVICES) -> tuple[str, ...]:
    """The services that a process calls: all for the gateway, else those of its row. KeyError for an unknown name."""
    rows = {service.name: service.calls for service in services}
    return tuple(rows) if caller == GATEWAY else rows[caller]


def default_url(name: str, services: Sequence[Service] = SERVICES) -> str:
    """The URL of a service when all run on this machine with the gateway on its default port."""
    [offset] = [service.port_offset for service in services if service.name == name]
    return f"http://127.0.0.1:{GATEWAY_PORT + offset}"


def url_variable(caller: str, called: str) -> str:
    """The environment variable that sets the URL of `called` for `caller`."""
    return f"SEGUE_{caller}_{called}_URL".upper()

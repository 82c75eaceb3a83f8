"""The programs of the fleet: command, settings and port of each process on this machine."""

import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.topology import GATEWAY, SERVICES, Service, called_by, url_variable
from supervisor.failures import CannotStart
from supervisor.process import ONE_THREAD

LOOPBACK = "127.0.0.1"
GRACE_S = 25
"""Seconds for requests in progress at shutdown; uvicorn then cancels the rest."""

PUBLIC_PROTOCOL = "gateway.http_protocol:BoundedHttp"
"""HTTP protocol with limits for the public port; the services are reached only through the gateway."""


@dataclass(frozen=True)
class Program:
    """One process of the fleet."""

    name: str
    factory: str
    port: int
    settings: Mapping[str, str]
    workers: int = 1
    protocol: str = "httptools"
    host: str = LOOPBACK

    def command(self) -> list[str]:
        """The uvicorn command; without proxy headers, because the gateway evaluates forwarded addresses."""
        return [
            *(sys.executable, "-m", "uvicorn", "--factory", self.factory),
            *("--host", self.host, "--port", str(self.port), "--workers", str(self.workers)),
            *("--loop", "uvloop", "--http", self.protocol, "--ws", "none"),
            *("--no-access-log", "--no-proxy-headers", "--log-level", "warning"),
            *("--timeout-graceful-shutdown", str(GRACE_S), "--timeout-keep-alive", "75"),
        ]


def programs(
    port: int, data: Path, workers: int, services: Sequence[Service] = SERVICES, host: str = LOOPBACK
) -> list[Program]:
    """The programs on free ports, in start order; CannotStart when the public port is taken.

    `host` is the address on which the gateway listens; the services listen on loopback.
    """
    check(port)
    taken = {port}
    in_order = sorted(services, key=lambda service: service.port_offset)
    ports = {service.name: free_port(port + service.port_offset, taken) for service in in_order}

    def service(row: Service) -> Program:
        factory, own = f"services.{row.name}.app:create_app", settings(row.name, ports, data, services)
        return Program(row.name, factory, ports[row.name], own, workers if row.scales else 1)

    own = settings(GATEWAY, ports, data, services)
    door = Program(GATEWAY, "gateway.app:create_app", port, own, protocol=PUBLIC_PROTOCOL, host=host)
    return [*map(service, services), door]


def settings(name: str, ports: Mapping[str, int], data: Path, services: Sequence[Service] = SERVICES) -> dict[str, str]:
    """The settings of a program, with the services that it calls at these ports."""
    urls = {url_variable(name, called): f"http://{LOOPBACK}:{ports[called]}" for called in called_by(name, services)}
    return {"SEGUE_DATA": str(data), **ONE_THREAD, **urls}


def check(port: int) -> None:
    """CannotStart, with advice, when the port cannot be listened on."""
    try:
        listen_once(port)
    except PermissionError as error:
        raise CannotStart(f"Port {port} is reserved. Choose one above 1023: python fleet.py --port 8000") from error
    except OSError as error:
        other = port + 10 if port < 65000 else 8000
        raise CannotStart(
            f"Port {port} is taken by another program. Stop that program, or choose another port: "
            f"python fleet.py --port {other}"
        ) from error


def listen_once(port: int) -> int:
    """Binds a port as a test and returns its number (0: one that the system picks); OSError when impossible."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        number: int = probe.getsockname()[1]
        return number


def free_port(wanted: int, taken: set[int]) -> int:
    """The wanted port if it is free, else one that the system picks; adds it to `taken`."""
    try:
        found = listen_once(wanted if wanted < 65536 else 0)
    except OSError:
        found = listen_once(0)
    if found in taken:
        return free_port(0, taken)
    taken.add(found)
    return found

"""Runs one service in a container, or checks that it is ready: the command and the health check of deploy/Dockerfile.

    python -m supervisor.container SERVICE            replaces itself by the service, on all addresses of the container
    python -m supervisor.container --health SERVICE   exit status 0 when /health/ready answers 200

SERVICE is a service of kit/topology.py, gateway, fleet (all of them in one container), or publish or pipelines, whose
arguments are those of segue-pipeline. `publish` alone publishes the demo release where no release is published yet.
Standard library only.
"""

import asyncio
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from kit.topology import GATEWAY, GATEWAY_PORT, SERVICES
from supervisor.failures import CannotStart
from supervisor.first_publish import publish_first
from supervisor.process import ONE_THREAD
from supervisor.programs import LOOPBACK, PUBLIC_PROTOCOL, Program

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a container's own addresses; what reaches them is decided outside
PORTS = {GATEWAY: GATEWAY_PORT, **{row.name: GATEWAY_PORT + row.port_offset for row in SERVICES}}
FLEET, PUBLISH = "fleet", "publish"
JOBS = (PUBLISH, "pipelines")
BUNDLED = Path("/opt/segue/releases")
"""Where the images of fleet and publish hold the demo release."""
HEALTH_S = 4.0


def command(service: str, arguments: Sequence[str] = ()) -> list[str]:
    """The command of a service's container; ValueError names those that there are."""
    if service in JOBS:
        return [sys.executable, "-m", "pipelines", *arguments]
    if service == FLEET:
        return [sys.executable, "-m", "fleet", "--host", EVERYWHERE, "--releases", str(BUNDLED), *arguments]
    if service not in PORTS:
        raise ValueError(f"there is no service {service!r}: use {', '.join([*PORTS, FLEET, *JOBS])}")
    factory = "gateway.app:create_app" if service == GATEWAY else f"services.{service}.app:create_app"
    protocol = PUBLIC_PROTOCOL if service == GATEWAY else "httptools"
    return [*Program(service, factory, PORTS[service], {}, 1, protocol, EVERYWHERE).command(), *arguments]


def healthy(service: str, host: str = LOOPBACK) -> bool:
    """Whether /health/ready answers 200; a job serves nothing and is healthy while it runs."""
    if service in JOBS:
        return True
    port = GATEWAY_PORT if service == FLEET else PORTS[service]
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/health/ready", timeout=HEALTH_S) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main(arguments: Sequence[str]) -> int:
    """What `python -m supervisor.container` does."""
    if len(arguments) == 2 and arguments[0] == "--health":
        return 0 if healthy(arguments[1]) else 1
    if not arguments or arguments[0].startswith("-"):
        print("usage: python -m supervisor.container [--health] SERVICE", file=sys.stderr)  # noqa: T201
        return 2
    try:
        if list(arguments) == [PUBLISH]:
            asyncio.run(publish_first(Path(os.environ["SEGUE_DATA"]), BUNDLED, os.environ, print, asyncio.Event()))
            return 0
        words = command(arguments[0], arguments[1:])
    except (ValueError, CannotStart) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    environment = dict(os.environ) if arguments[0] in JOBS else {**ONE_THREAD, **os.environ}
    os.execve(words[0], words, environment)  # noqa: S606 - so that signals reach the server itself
    return 0  # unreachable


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

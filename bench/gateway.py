"""CPU cost of one proxied request in the gateway: python -m bench.gateway [requests a round] [rounds]

A gateway and a small service, which also stands in for auth, run as separate uvicorn processes; 16 connections send
GET requests as a guest, as a person with an access token, and with an API key. The figures are user + system time of
the gateway from /proc, which a busy machine disturbs less than wall time: the median of the rounds. The bare service,
called by the same client without a gateway, is the unit that makes figures of two machines comparable. A second
gateway lets a page of another origin read and, where redis-server or valkey-server is installed, counts there: as a
guest one counter a request, at the address for signing in two.
"""

import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.types import Receive, Scope, Send

from tests.tokens import Issuer

CONNECTIONS = 16
NO_LIMIT = "100000000"
BODY = b'{"items": [], "next_cursor": null}'
SERVE = [sys.executable, "-m", "uvicorn", "--no-access-log", "--no-proxy-headers", "--log-level", "error"]
SERVE += ["--loop", "uvloop", "--http", "httptools", "--ws", "none"]


Case = Callable[[], tuple[Any, ...]]
"""Port and process to measure; then the headers to send and the path, where they are not the usual ones."""


async def service(scope: Scope, _receive: Receive, send: Send) -> None:
    """The minimal service, with what the gateway requests from auth."""
    body = os.environ[scope["path"]].encode() if scope["path"] in os.environ else BODY
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """User + system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def send_requests(port: int, requests: int, credentials: str = "", path: str = "/v1/search?q=a") -> None:
    """Sends requests one after another over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\n{credentials}\r\n".encode()
    for _ in range(requests):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"unexpected answer: {head!r}")
        await reader.readexactly(len(BODY))
    writer.close()


async def wait_for(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def measure(port: int, pid: int, requests: int, *credentials_and_path: str) -> float:
    """Microseconds of a process's CPU per request."""
    each = requests // CONNECTIONS
    before = cpu_seconds(pid)
    await asyncio.gather(*(send_requests(port, each, *credentials_and_path) for _ in range(CONNECTIONS)))
    return (cpu_seconds(pid) - before) / (each * CONNECTIONS) * 1e6


async def rounds(cases: dict[str, Case], requests: int, count: int) -> dict[str, float]:
    """The median of every case; the cases alternate so that a busy minute disturbs all of them."""
    seen: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(count + 1):
        for name, case in cases.items():
            figure = await measure(*case()[:2], requests, *case()[2:])
            if turn:  # the first round warms up
                seen[name].append(figure)
    return {name: statistics.median(figures) for name, figures in seen.items()}


@contextmanager
def process(*command: str, **variables: str) -> Iterator[int]:
    """The id of a process that runs until the block ends."""
    started = subprocess.Popen(
        command, env=os.environ | variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield started.pid
    finally:
        started.terminate()
        started.wait()


def main() -> None:
    requests, count = (int(given) for given in [*sys.argv[1:], *["4000", "5"][len(sys.argv) - 1 :]])
    gateway, shared, behind, counters = (free_port() for _ in range(4))
    issuer, person = Issuer(), uuid4()
    key_token = {"access_token": issuer.token(person, ["recommend:read"], sid=None), "expires_in": 60}
    auth = {"/.well-known/jwks.json": json.dumps(issuer.jwks), "/internal/keys:exchange": json.dumps(key_token)}
    settings = {f"SEGUE_GATEWAY_{name}_URL": f"http://127.0.0.1:{behind}" for name in ("CATALOG", "RECOMMEND", "AUTH")}
    settings |= {f"SEGUE_GATEWAY_{name}_PER_MINUTE": NO_LIMIT for name in ("GUEST", "PERSON", "KEY", "SIGN_IN")}
    redis = shutil.which("valkey-server") or shutil.which("redis-server")
    with ExitStack() as opened:
        settings["SEGUE_DATA"] = opened.enter_context(tempfile.TemporaryDirectory())
        upstream = opened.enter_context(
            process(*SERVE, "bench.gateway:service", "--port", str(behind), "--lifespan", "off", **auth)
        )
        serve = [*SERVE, "--factory", "gateway.app:create_app", "--port"]
        door = opened.enter_context(process(*serve, str(gateway), **settings))
        settings["SEGUE_GATEWAY_CORS_ORIGINS"] = "http://bench"
        if redis:
            opened.enter_context(process(redis, "--port", str(counters), "--save", "", "--bind", "127.0.0.1"))
            settings["SEGUE_GATEWAY_LIMITS_STORAGE"] = f"redis://127.0.0.1:{counters}"
        other = opened.enter_context(process(*serve, str(shared), **settings))
        cases: dict[str, Case] = {
            "bare service": lambda: (behind, upstream),
            "guest": lambda: (gateway, door),
            "person": lambda: (gateway, door, f"Authorization: Bearer {issuer.token(person)}\r\n"),
            "API key": lambda: (gateway, door, "X-API-Key: segue_of_the_bench\r\n"),
            "guest, Redis and CORS": lambda: (shared, other, "Origin: http://bench\r\n"),
            "signing in, Redis": lambda: (shared, other, "", "/v1/auth/login"),
        }
        asyncio.run(report(cases, [behind, gateway, shared], requests, count))


async def report(cases: dict[str, Case], ports: list[int], requests: int, count: int) -> None:
    """Prints each case in microseconds and as a multiple of the bare service."""
    for port in ports:
        await wait_for(port)
    found = await rounds(cases, requests, count)
    print(f"CPU per request, median of {count} rounds of {requests} requests:")
    for name, figure in found.items():
        print(f"{name:>22}  {figure:5.0f} us  {figure / found['bare service']:4.1f} x")


if __name__ == "__main__":
    main()

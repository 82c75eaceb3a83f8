"""CPU the gateway spends on one proxied request: python -m bench.gateway [requests]

A gateway and a small service run as uvicorn processes of their own; 16 connections send GET requests. The figure is
the gateway's user + system time from /proc, which a busy machine disturbs less than wall time.
"""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

from starlette.types import Receive, Scope, Send

CONNECTIONS = 16
BODY = b'{"items": [], "next_cursor": null}'
SERVE = [sys.executable, "-m", "uvicorn", "--no-access-log", "--log-level", "error", "--loop", "uvloop", "--ws", "none"]


async def service(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The least a service can do."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """User + system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def ask(port: int, requests: int) -> None:
    """Sends requests one after another over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(requests):
        writer.write(b"GET /v1/search?q=a HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"unexpected answer: {head!r}")
        if b"content-length" in head:
            await reader.readexactly(len(BODY))
        else:
            await reader.readuntil(b"0\r\n\r\n")
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


async def measure(gateway: int, behind: int, pid: int, requests: int) -> float:
    """Microseconds of the gateway's CPU per request."""
    await wait_for(behind)
    await wait_for(gateway)
    await ask(gateway, 500)
    before = cpu_seconds(pid)
    await asyncio.gather(*(ask(gateway, requests // CONNECTIONS) for _ in range(CONNECTIONS)))
    return (cpu_seconds(pid) - before) / (requests // CONNECTIONS * CONNECTIONS) * 1e6


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    gateway, behind = free_port(), free_port()
    environment = os.environ | {
        "SEGUE_GATEWAY_CATALOG_URL": f"http://127.0.0.1:{behind}",
        "SEGUE_GATEWAY_GUEST_PER_MINUTE": "100000000",
        "SEGUE_LOG_LEVEL": os.environ.get("SEGUE_LOG_LEVEL", "info"),
    }
    upstream = subprocess.Popen([*SERVE, "bench.gateway:service", "--port", str(behind), "--lifespan", "off"])
    door = subprocess.Popen(
        [*SERVE, "--factory", "gateway.app:create_app", "--port", str(gateway)],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        print(
            f"{asyncio.run(measure(gateway, behind, door.pid, requests)):.0f} us CPU per request ({requests} requests)"
        )
    finally:
        for process in (door, upstream):
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()

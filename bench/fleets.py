"""Starts a fleet for the benchmarks: the processes of fleet.py, without limits, and accounts with likes."""

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from bench.load import ApiCall, Connection, children, cpu_seconds
from supervisor import programs as fleet
from supervisor.first_publish import newest_release
from supervisor.programs import Program

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_LIMITS = {f"SEGUE_GATEWAY_{name}_PER_MINUTE": "0" for name in ("GUEST", "PERSON", "KEY", "SIGN_IN")}
PASSWORD = "a password for measuring"
PROGRAMS = 5
"""Programs of the fleet: auth, catalog, recommend, report and the gateway."""


@dataclass
class Running:
    """The processes by name, and the port of the gateway."""

    port: int
    programs: list[Program]
    processes: dict[str, "subprocess.Popen[bytes]"]

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, by process name; workers count with their supervisor."""
        return {name: cpu_seconds(process.pid) for name, process in self.processes.items()}


def published_demo(folder: Path) -> Path:
    """A data folder with the committed demo release published."""
    release = newest_release(ROOT / "releases")
    data = folder / "data"
    subprocess.run([sys.executable, "-m", "pipelines", "publish", release, "--data", data], check=True, cwd=ROOT)
    return data


@contextmanager
def running(data: Path, workers: int = 1, **settings: str) -> Iterator[Running]:
    """Runs the fleet until the block ends; log lines go to a temporary folder as in production."""
    port = fleet.listen_once(0)
    programs = fleet.programs(port, data, workers)
    with tempfile.TemporaryDirectory() as logs:
        started = {program.name: start(program, Path(logs), settings) for program in programs}
        try:
            yield Running(port, programs, started)
        finally:
            for process in reversed(started.values()):
                end([process])


@dataclass
class Supervised:
    """fleet.py itself: its process, its child processes, and the port of the gateway."""

    port: int
    pid: int
    programs: list[Program]
    pids: dict[str, int]


@contextmanager
def supervised(data: Path, workers: int = 1) -> Iterator[Supervised]:
    """Runs fleet.py on a data folder until the block ends, its own process included; logs go there too."""
    port = fleet.listen_once(0)
    command = [sys.executable, "fleet.py", "--port", str(port), "--data", str(data), "--workers", str(workers)]
    environment = os.environ | WITHOUT_LIMITS
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        found = _started_by(process.pid, data)
        programs, pids = [program for program, _ in found], {program.name: pid for program, pid in found}
        yield Supervised(port, process.pid, programs, pids)
    finally:
        end([process])


def _started_by(pid: int, data: Path, patience_s: float = 60) -> list[tuple[Program, int]]:
    """The programs of the fleet with their process ids, read from the commands of the processes below it."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        commands = {child: command_of(child) for one in children(pid) for child in (one, *children(one))}
        found = {child: dict(pairwise(words)) for child, words in commands.items() if "--factory" in words}
        if len(found) == PROGRAMS:
            return _named(found, data)
        time.sleep(0.1)
    raise SystemExit(f"fleet.py did not start {PROGRAMS} programs within {patience_s:g} s")


def command_of(pid: int) -> list[str]:
    """Words of a command; a forked process shows its own with spaces between them."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").split()


def _named(found: Mapping[int, Mapping[str, str]], data: Path) -> list[tuple[Program, int]]:
    """Programs with the settings that fleet.py gave them."""
    name = {pid: after["--factory"].removeprefix("services.").partition(".")[0] for pid, after in found.items()}
    ports = {name[pid]: int(after["--port"]) for pid, after in found.items()}

    def program(pid: int, after: Mapping[str, str]) -> Program:
        settings = fleet.settings(name[pid], ports, data)
        factory, port, workers = after["--factory"], int(after["--port"]), int(after["--workers"])
        return Program(name[pid], factory, port, settings, workers, after["--http"])

    return [(program(pid, after), pid) for pid, after in found.items()]


def start(program: Program, logs: Path, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """One process of the fleet."""
    environment = os.environ | WITHOUT_LIMITS | program.settings | settings
    with (logs / program.name).open("wb") as log:
        return subprocess.Popen(program.command(), cwd=ROOT, env=environment, stdout=log, stderr=log)


def end(processes: Any) -> None:
    """Terminates all processes and waits."""
    processes = list(processes)
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(40)


async def ready(port: int, path: str = "/health/ready", patience_s: float = 60) -> None:
    """Returns once the address answers 200."""
    connection, deadline = Connection(port), time.monotonic() + patience_s
    while (await connection.send(ApiCall("GET", path).raw()))[0] != 200:
        if time.monotonic() > deadline:
            raise SystemExit(f"nothing answers 200 at {path} on port {port}")
        await asyncio.sleep(0.1)
    connection.close()


async def imported(programs: list[Program]) -> None:
    """Returns once catalog has imported the whole release."""
    [catalog] = [program.port for program in programs if program.name == "catalog"]
    while (await call(catalog, ApiCall("GET", "/health/ready")))["checks"]["release"] != "ok":  # noqa: ASYNC110
        await asyncio.sleep(0.2)


async def call(port: int, request: ApiCall, expected: int = 200) -> Any:
    """The JSON of one response; ends the benchmark on an unexpected status."""
    connection = Connection(port)
    status, body = await connection.send(request.raw())
    connection.close()
    if status != expected:
        raise SystemExit(f"{request.method} {request.path} answered {status}: {body.decode(errors='replace')[:500]}")
    return orjson.loads(body)


async def person(port: int, name: str, likes: list[str]) -> str:
    """Signs up an account that likes these tracks; returns the access token."""
    body = {"name": name, "email": f"{name}.{secrets.token_hex(4)}@example.com", "password": PASSWORD}
    token: str = (await call(port, ApiCall("POST", "/v1/auth/signup", body=body), 201))["access_token"]
    for first in range(0, len(likes), 500):
        events = [{"track": track, "kind": "like"} for track in likes[first : first + 500]]
        answer = await call(port, ApiCall("POST", "/v1/me/feedback", token, {"events": events}))
        assert all(row["status"] == "stored" for row in answer["results"]), answer
    return token

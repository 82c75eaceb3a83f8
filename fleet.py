"""Starts Segue on this machine and keeps it running: auth, catalog, recommend and the gateway, over loopback.

    python fleet.py [--port 8000] [--data data] [--workers 1] [--verbose]

One Ctrl-C stops everything, a second one at once. Each process is its own process group, so that only we decide when
it stops, and on Linux it asks the kernel to be terminated should we die first. Only the standard library is used.
"""

import argparse
import asyncio
import contextlib
import ctypes
import itertools
import json
import logging
import logging.handlers
import os
import shlex
import signal
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
LOOPBACK = "127.0.0.1"
GRACE_S = 25  # for requests under way; uvicorn cuts what is left
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 10.0
STEADY_S = 30.0  # up for this long, a process has recovered and the next pause is short again
LOG_BYTES, LOG_FILES = 10_000_000, 2
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class CannotStart(Exception):
    """Something outside has to change first; the message says what."""


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, flush=True)


@dataclass(frozen=True)
class Program:
    """One process of the fleet."""

    name: str
    factory: str
    port: int
    settings: Mapping[str, str]
    workers: int = 1
    protocol: str = "httptools"

    def command(self) -> list[str]:
        """uvicorn, quiet; the gateway alone decides whom to believe about forwarded addresses."""
        return [
            *(sys.executable, "-m", "uvicorn", "--factory", self.factory),
            *("--host", LOOPBACK, "--port", str(self.port), "--workers", str(self.workers)),
            *("--loop", "uvloop", "--http", self.protocol, "--ws", "none"),
            *("--no-access-log", "--no-proxy-headers", "--log-level", "warning"),
            *("--timeout-graceful-shutdown", str(GRACE_S), "--timeout-keep-alive", "75"),
        ]


class Child:
    """A program that is started again whenever it ends, until it is told to stop."""

    def __init__(self, program: Program, logs: Path, verbose: bool) -> None:
        self.program = program
        self._verbose = verbose
        self._log = _log_file(program.name, logs)
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    async def keep_running(self) -> None:
        """Returns only after stop()."""
        pause = FIRST_PAUSE_S
        while not self._stopping:
            started = time.monotonic()
            ended = await self._run_once()
            if self._stopping:
                return
            pause = FIRST_PAUSE_S if time.monotonic() - started > STEADY_S else pause
            say(f"{self.program.name} {ended}; starting it again in {pause:g} s (log: {self._log_path()})")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _run_once(self) -> str:
        self._process, output = await start(self.program.command(), os.environ | self.program.settings)
        following = asyncio.create_task(self._follow(output))
        await self._process.wait()
        self.kill()  # workers that outlive their supervisor would hold the port, and our end of its output
        await following
        code = self._process.returncode or 0
        return f"was stopped by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    async def _follow(self, output: asyncio.StreamReader) -> None:
        while line := await _read_line(output):
            text = line.decode(errors="replace").rstrip()
            self._log.info(text)
            if self._verbose or (text := worth_showing(text)):
                say(f"{self.program.name:>9} | {text}")

    def _log_path(self) -> str:
        handler = self._log.handlers[0]
        assert isinstance(handler, logging.FileHandler)
        return handler.baseFilename

    def stop(self) -> None:
        """Asks it to finish what it is doing and end."""
        self._stopping = True
        if self._process and self._process.returncode is None:
            self._process.terminate()

    def kill(self) -> None:
        """Ends it and everything it started, now."""
        if self._process:
            end_group(self._process)


def end_group(process: asyncio.subprocess.Process) -> None:
    """SIGKILL to a process and everything it started; macOS answers EPERM for a group of zombies."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


async def _read_line(stream: asyncio.StreamReader) -> bytes:
    """The next line; one beyond the buffer comes in pieces."""
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as end:
        return end.partial
    except asyncio.LimitOverrunError as overrun:
        return await stream.read(overrun.consumed)


async def start(
    command: list[str], environment: Mapping[str, str]
) -> tuple[asyncio.subprocess.Process, asyncio.StreamReader]:
    """A process in a group of its own, and what it prints.

    The pipe is ours, because wait() on a process with asyncio's own pipe returns only when every worker that inherited
    the pipe has ended too.
    """
    ours, theirs = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=end_with_us(os.getpid()) if LIBC else None,
        )
    finally:
        os.close(theirs)
    output = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(output)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(ours, "rb"))
    return process, output


def end_with_us(parent: int) -> Any:
    """Runs in the child: SIGTERM when the parent dies, also when that happened a moment ago."""

    def ask_kernel() -> None:
        assert LIBC is not None
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


def _log_file(name: str, logs: Path) -> logging.Logger:
    handler = logging.handlers.RotatingFileHandler(logs / f"{name}.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.Logger(f"fleet.{name}")
    logger.addHandler(handler)
    return logger


def worth_showing(line: str) -> str:
    """What the terminal gets of a log line: plain text as it is, JSON from warnings upwards, the rest nothing."""
    try:
        event = json.loads(line)
        level, text = event.pop("level"), event.pop("event")
    except (ValueError, AttributeError, KeyError):
        return line
    if level in ("debug", "info"):
        return ""
    details = " ".join(f"{key}={value}" for key, value in event.items() if key not in ("timestamp", "service", "part"))
    return f"{level}: {text} {details}"


# -- before the start ------------------------------------------------------------------------------------------------
def programs(port: int, data: Path, workers: int) -> list[Program]:
    """The fleet on free ports; CannotStart when the public one is taken."""
    check(port)
    taken = {port}
    urls = {
        name: f"http://{LOOPBACK}:{free_port(port + offset, taken)}"
        for offset, name in enumerate(("catalog", "recommend", "auth"), start=1)
    }

    def program(name: str, *asked: str, workers: int = 1) -> Program:
        settings = {f"SEGUE_{name.upper()}_{other.upper()}_URL": urls[other] for other in asked}
        settings["SEGUE_DATA"] = str(data)
        # One request's matrices are small: more threads than one wait for each other and cost five times the CPU.
        settings |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        factory = f"{'' if name == 'gateway' else 'services.'}{name}.app:create_app"
        where = int(urls[name].rpartition(":")[2]) if name in urls else port
        protocol = "gateway.http_protocol:BoundedHttp" if name == "gateway" else "httptools"
        return Program(name, factory, where, settings, workers, protocol)

    return [
        program("auth"),
        program("catalog", "auth"),
        program("recommend", "catalog", "auth", workers=workers),
        program("gateway", *urls),
    ]


def check(port: int) -> None:
    """CannotStart, with what to do, when nobody may listen there."""
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
    """The port, after trying to listen there (0: one that the system picks); OSError when that is not possible."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        number: int = probe.getsockname()[1]
        return number


def free_port(wanted: int, taken: set[int]) -> int:
    """The wanted port when it is free, else one the system picks; remembered in `taken`."""
    try:
        found = listen_once(wanted if wanted < 65536 else 0)
    except OSError:
        found = listen_once(0)
    if found in taken:
        return free_port(0, taken)
    taken.add(found)
    return found


def newest_release(folder: Path) -> Path | None:
    """The release in this folder that was created last."""
    created = {m.parent: json.loads(m.read_text())["created_at"] for m in folder.glob("*/manifest.json")}
    return max(created, key=lambda release: str(created[release]), default=None)


async def publish_first(data: Path, releases: Path, stop: asyncio.Event) -> None:
    """On the first start, publishes the newest release that came with the code; afterwards yours stays."""
    if (data / "releases" / "CURRENT").exists():
        return
    release = newest_release(releases)
    if release is None:
        raise CannotStart(
            f"There is nothing to recommend from: {data} holds no published release and {releases} none to begin with. "
            f"Build one from your playlists, or the demo: python -m pipelines demo --out {releases}"
        )
    say(f"First start: publishing {release.name} into {data} (once) ...")
    command = [sys.executable, "-m", "pipelines", "publish", str(release), "--data", str(data)]
    process, output = await start(command, os.environ)
    stopped = asyncio.create_task(stop.wait())
    text = asyncio.create_task(output.read())
    await asyncio.wait([stopped, text], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not text.done():
        end_group(process)  # what publishing leaves undone, the next start does again
    said = (await text).decode(errors="replace").strip()
    await process.wait()
    if process.returncode and not stop.is_set():
        raise CannotStart(f"Publishing {release} failed, nothing was changed:\n{said}")


# -- while it runs ---------------------------------------------------------------------------------------------------
async def run(options: argparse.Namespace) -> None:
    """Until a signal comes."""
    began, stop, children = time.monotonic(), asyncio.Event(), list[Child]()
    _on_signals(stop, children)
    data = options.data.resolve()
    fleet = programs(options.port, data, options.workers)
    logs = _folder(data / "logs")
    await publish_first(data, options.releases, stop)
    if stop.is_set():
        say("Stopped.")
        return
    say(f"Starting {', '.join(program.name for program in fleet)} (data and logs in {data}) ...")
    children += [Child(program, logs, options.verbose) for program in fleet]
    running = [asyncio.create_task(child.keep_running()) for child in children]
    guide = asyncio.create_task(greet(options.port, began))
    await stop.wait()
    guide.cancel()
    say("Stopping ...")
    for child in children:
        child.stop()
    _, late = await asyncio.wait(running, timeout=GRACE_S + 3)
    for child in children:
        child.kill()
    await asyncio.gather(*running)
    say("Stopped." if not late else "Stopped; what had not finished was cut off.")


def _on_signals(stop: asyncio.Event, children: list[Child]) -> None:
    def stop_or_kill() -> None:
        if stop.is_set():
            for child in children:
                child.kill()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop_or_kill)


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"Cannot write to {path}: {error.strerror}. Choose another folder with --data") from error
    return path


async def greet(port: int, began: float) -> None:
    """Waits until every process answers, then shows what to try."""
    base = f"http://{LOOPBACK}:{port}"
    while (words := await asyncio.to_thread(readiness, base)) != "ready":
        if time.monotonic() - began > 60 and int(time.monotonic() - began) % 30 == 0:
            say(f"Still waiting: {words}")
        await asyncio.sleep(0.1)
    say(f"Segue runs on {base} (ready after {time.monotonic() - began:.1f} s). Its API, ready to try: {base}/docs")
    track = await _some_track(base)
    say("Try, in another terminal:\n\n" + "\n\n".join(examples(base, track)) + "\n\nCtrl-C stops everything.")


def readiness(base: str) -> str:
    """`ready`, or what is missing."""
    try:
        with urllib.request.urlopen(f"{base}/health/ready", timeout=5) as answer:  # noqa: S310
            return str(json.load(answer)["status"])
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")
    except (OSError, ValueError) as error:
        return f"the gateway does not answer yet ({error})"


async def _some_track(base: str) -> dict[str, Any]:
    """A song that search finds; on the first start the catalogue may still be reading the release."""
    for letter in itertools.cycle("aeiost"):
        if found := await asyncio.to_thread(search, base, letter):
            return found[0]
        await asyncio.sleep(1)
    raise AssertionError("unreachable: the letters never end")


def search(base: str, text: str) -> list[dict[str, Any]]:
    """Songs by the first letters of their title or artist."""
    try:
        url = f"{base}/v1/search?{urllib.parse.urlencode({'q': text, 'limit': 1})}"
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            items: list[dict[str, Any]] = json.load(answer)["items"]
            return items
    except (OSError, ValueError, KeyError):
        return []


def examples(base: str, track: dict[str, Any]) -> list[str]:
    """Three lines for a shell: find a song, songs for a text, songs like a song."""
    title, artist = track["title"], track["artists"][0]["name"]
    query = urllib.parse.urlencode({"q": title, "limit": 3})
    similar = f"{base}/v1/tracks/{track['id']}/similar?limit=5"
    ask = json.dumps({"seeds": [{"text": f"{title} {artist}"}], "limit": 5}, ensure_ascii=False)
    return [
        f"curl {shlex.quote(f'{base}/v1/search?{query}')}",
        f"curl {base}/v1/recommendations -H 'content-type: application/json' -d {shlex.quote(ask)}",
        f"curl {shlex.quote(similar)}",
    ]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Starts Segue on this machine. Ctrl-C stops it.")
    parser.add_argument("--port", type=_port, default=8000, help="where the gateway listens (default %(default)s)")
    shared = Path(os.environ.get("SEGUE_DATA") or "data")
    parser.add_argument("--data", type=Path, default=shared, help="releases, index, database and logs")
    parser.add_argument("--workers", type=_count, default=1, help="processes of recommend (default %(default)s)")
    parser.add_argument("--releases", type=Path, default=ROOT / "releases", help="where a first release is found")
    parser.add_argument("--verbose", action="store_true", help="show every log line, one per request included")
    return parser.parse_args()


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: use a number from 1 to 65535")


def _count(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes: use 1 to 64")


if __name__ == "__main__":
    try:
        asyncio.run(run(arguments()))
    except CannotStart as reason:
        sys.exit(f"Segue cannot start. {reason}")

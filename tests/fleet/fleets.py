"""Starts a real fleet as a subprocess and observes it from outside."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2

from kit.topology import GATEWAY, SERVICES, called_by
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 90.0
PROGRAMS = (*called_by(GATEWAY), GATEWAY)


class Fleet:
    """A running fleet.py: its lines of output, its processes and its address."""

    def __init__(
        self,
        data: Path,
        *arguments: str,
        under: Sequence[str] = (),
        terminal: int = subprocess.PIPE,
        **settings: str,
    ) -> None:
        """`under` stands before the command (nohup); a `terminal` other than a pipe is not read."""
        self.data = data
        self.port = free_port(following=len(SERVICES))
        self.url = f"http://127.0.0.1:{self.port}"
        command = [*under, sys.executable, "fleet.py", "--port", str(self.port), "--data", str(data), *arguments]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | settings,
            stdout=terminal,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.output.append(line)
            self._lines.put(line)
        if self.process.stdout:
            self.process.stdout.close()

    def wait_for_output(self, words: str) -> str:
        """Waits for a line that holds these words."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                line = self._lines.get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is not None and self._lines.empty():
                    break
                continue
            if words in line:
                return line
        raise AssertionError(f"the fleet never said {words!r}:\n{''.join(self.output)}")

    def children(self) -> dict[str, int]:
        """Program name -> process id; not of the workers that a program started itself."""
        found: dict[str, int] = {}
        for pid in descendants(self.process.pid):
            with suppress(OSError):  # it has just ended
                words = command_of(pid)
                found |= {name: pid for name in PROGRAMS if any(f"{name}.app:" in word for word in words)}
        return found

    def address(self, name: str) -> str:
        """Where a program listens; only this machine reaches it."""
        words = command_of(self.children()[name])
        return f"http://127.0.0.1:{words[words.index('--port') + 1]}"

    def signal(self, name: str, number: signal.Signals) -> None:
        """Sends a signal to a program and everything below it."""
        pid = self.children()[name]
        for one in (pid, *descendants(pid)):
            os.kill(one, number)

    def get(self, path: str) -> httpx2.Response | None:
        """The answer, or None while nobody gives one."""
        try:
            return httpx2.get(self.url + path, timeout=5)
        except httpx2.TransportError:
            return None

    def end(self) -> None:
        """Whatever happened, nothing stays behind."""
        everyone = [self.process.pid, *descendants(self.process.pid)]
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                for pid in everyone:
                    if alive(pid):
                        os.kill(pid, signal.SIGKILL)
                self.process.wait()
        self._reader.join()


@contextmanager
def fleet(data: Path, *arguments: str, **settings: Any) -> Iterator[Fleet]:
    running = Fleet(data, *arguments, **settings)
    try:
        yield running
    finally:
        running.end()


def command_of(pid: int) -> list[str]:
    """Words of a command; a forked process shows its own with spaces between them."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ").split()


def descendants(pid: int, *, deep: bool = True) -> list[int]:
    """Processes below this one, from /proc."""
    children = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        if parent == pid:
            children.append(int(entry.name))
    return children + ([grandchild for child in children for grandchild in descendants(child)] if deep else [])


def alive(pid: int) -> bool:
    """Whether the process still runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(true: Callable[[], object], what: str) -> None:
    """Waits until it is; fails when it never is."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")

"""Starts the stand-in as a process of its own, or uses the server that QDRANT_URL names."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import LOOPBACK, free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


class StandIn:
    """A stand-in with its folder; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port(following=1)
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        words = [sys.executable, "-m", "tests.qdrant", str(self.port), str(self.folder)]
        process = subprocess.Popen(words, cwd=ROOT)
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert process.poll() is None, "the stand-in for Qdrant ended"
            assert time.monotonic() < deadline, "the stand-in for Qdrant did not start"
            time.sleep(0.05)
        return process

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, self.port + 1)) == 0

    def start(self) -> None:
        """Starts it again, on the same folder and port."""
        self.process = self._start()

    def end(self) -> None:
        """Ends the process."""
        self.process.terminate()
        self.process.wait(30)


@contextmanager
def stand_in(folder: Path) -> Iterator[StandIn]:
    """A running stand-in."""
    running = StandIn(folder)
    try:
        yield running
    finally:
        running.end()

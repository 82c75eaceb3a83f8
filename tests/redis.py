"""A Valkey or Redis for tests that want a real one: a local binary, else the test skips and says why."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.ports import LOOPBACK, free_port
from tests.real import missing

REDIS_URL = "SEGUE_TEST_REDIS_URL"


def installed_redis() -> str | None:
    """The path of valkey-server or redis-server, if one is installed."""
    return shutil.which("valkey-server") or shutil.which("redis-server")


def redis_program() -> str:
    """The path of valkey-server or redis-server; skips the test where neither is installed."""
    program = installed_redis()
    if program is None:
        missing("redis", f"no Valkey or Redis: set {REDIS_URL} to a server's URL, or install one of the two")
    return program


class RedisServer:
    """A local server without persistence; it can be ended and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://{LOOPBACK}:{self.port}"
        self.start()

    def start(self) -> None:
        """Starts the server and waits until it listens; skips the test where none is installed."""
        program = redis_program()
        command = [program, "--bind", LOOPBACK, "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self.folder)
        while not self._listens():
            assert self.process.poll() is None, f"{program} ended"
            time.sleep(0.01)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, self.port)) == 0

    def end(self) -> None:
        """Ends the server."""
        self.process.kill()
        self.process.wait()

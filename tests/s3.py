"""A real S3-compatible server for tests: moto's, a process of its own on loopback, which keeps objects in memory.

It checks no signatures, so keys that are wrong are not refused; what it answers is S3's protocol.
"""

import subprocess
import sys
import time
from http.client import HTTPConnection

from kit.release_bucket import BucketSettings
from tests.ports import LOOPBACK, free_port

BUCKET = "segue"


class S3Server:
    """The server with one bucket. It can be ended and started again on its port, then empty."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    def settings(self, folder: str) -> BucketSettings:
        """The settings of a folder of its bucket."""
        return BucketSettings(f"s3://{BUCKET}/{folder}", self.endpoint, "us-east-1", "key", "secret")

    def start(self) -> None:
        """Starts the server, waits until it answers, and makes the bucket."""
        command = [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.request("PUT", f"/{BUCKET}") != 200:
            assert self.process.poll() is None, "moto's server ended"
            time.sleep(0.1)

    def request(self, method: str, path: str, body: bytes = b"") -> int:
        """The status of a request without a signature; 0 while nobody listens."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            connection.request(method, path, body)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def end(self) -> None:
        """Ends the server."""
        self.process.kill()
        self.process.wait()

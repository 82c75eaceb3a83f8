"""Starts the process that measures files, and starts it again when a file ends it."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

LIMIT_S = 120.0  # for one file; a minute of sound takes under a second
_PROGRAM = "import sys; sys.path[:] = {path!r}; from pipelines.local_audio import worker; worker.main()"
ENDED = "decoding it ended the process, or took too long"


class MeasuringProcess:
    """One worker process with one thread; a file that ends it is answered with an error."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._running: subprocess.Popen[str] | None = None

    def __enter__(self) -> "MeasuringProcess":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def measured(self, path: Path) -> dict[str, Any]:
        """What worker.answer returns for a path."""
        running = self._running or self._started()
        assert running.stdin is not None
        assert running.stdout is not None
        timer = Timer(self._limit_s, running.kill)
        timer.start()
        try:
            running.stdin.write(json.dumps(str(path.absolute())) + "\n")
            running.stdin.flush()
            line = running.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if not line.endswith("\n"):
            self._stop()
            return {"tags": {}, "error": ENDED}
        found: dict[str, Any] = json.loads(line)
        return found

    def _started(self) -> subprocess.Popen[str]:
        self._running = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # decoders print a warning for each odd frame
            text=True,
        )
        return self._running

    def _stop(self) -> None:
        if self._running:
            self._running.kill()
            self._running.communicate()
            self._running = None

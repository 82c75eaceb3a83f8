"""Starts the process that measures files, and starts it again when a file ends it."""

import json
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Timer
from types import TracebackType
from typing import Any

LIMIT_S = 120.0  # for one file; a minute of sound takes under a second
PATIENCE_S = 5.0  # for a process that closed its output to end
_PROGRAM = "import sys; sys.path[:] = {path!r}; from pipelines.local_audio import worker; worker.main()"
ENDED = "decoding it ended the process"
FAULTS = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGILL, -signal.SIGFPE}  # of a decoder; others may be the machine's


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
        """What worker.measured returns for a path."""
        running = self._running or self._started()
        assert running.stdin is not None
        assert running.stdout is not None
        late = Event()

        def end() -> None:
            late.set()
            running.kill()

        timer = Timer(self._limit_s, end)
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
            return {"tags": {}, **(self._late() if late.is_set() else self._ended(running))}
        found: dict[str, Any] = json.loads(line)
        return found

    def _late(self) -> dict[str, Any]:
        self._stop()
        return {"error": f"it took over {self._limit_s:g} s"}

    def _ended(self, running: "subprocess.Popen[str]") -> dict[str, Any]:
        with suppress(subprocess.TimeoutExpired):
            running.wait(PATIENCE_S)
        self._stop()
        return {"error": ENDED, "lasting": True} if running.returncode in FAULTS else {"error": ENDED}

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

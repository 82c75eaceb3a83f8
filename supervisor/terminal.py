"""Lines for the person at the terminal, written by a thread of its own.

A terminal may be gone (a closed pipe), full (a file on a full disk) or held (Ctrl-S, a reader that does not read).
Each of them costs lines and never stops the fleet.
"""

import os
import queue
import select
import sys
import threading

WAITING = 1000
"""Lines that wait for a held terminal; what comes beyond is counted and left out."""
HELD_S = 1.0


class Terminal:
    """`descriptor` is a file descriptor; None writes nothing."""

    def __init__(self, descriptor: int | None, encoding: str = "utf-8") -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._waiting: queue.Queue[str | None] = queue.Queue(WAITING)
        self._left_out = 0
        self._writer = threading.Thread(target=self._write_all, name="terminal", daemon=True)
        self._writer.start()

    def say(self, text: str) -> None:
        """Hands over one line; never waits, never fails."""
        try:
            self._waiting.put_nowait(text)
        except queue.Full:
            self._left_out += 1

    def close(self, patience_s: float = HELD_S) -> None:
        """Waits a moment for what has been said to be written."""
        try:
            self._waiting.put(None, timeout=patience_s)
        except queue.Full:
            return
        self._writer.join(patience_s)

    def _write_all(self) -> None:
        while (text := self._waiting.get()) is not None:
            self._write(text)
            if self._waiting.empty():
                self._say_left_out()
        self._say_left_out()

    def _say_left_out(self) -> None:
        self._left_out, count = 0, self._left_out
        if count:
            self._write(f"({count} lines were left out while the terminal took none; the logs have them)")

    def _write(self, text: str) -> None:
        if self._descriptor is None:
            return
        rest = (text + "\n").encode(self._encoding, "replace")
        try:
            while rest:
                rest = rest[self._write_some(rest) :]
        except (OSError, ValueError):  # gone or full: the next line may find it well again
            return

    def _write_some(self, data: bytes) -> int:
        assert self._descriptor is not None
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:  # whoever shares the terminal made it non-blocking
            select.select([], [self._descriptor], [], HELD_S)
            return 0


def standard_output() -> Terminal:
    """The terminal of this process; none where the standard output is closed."""
    if sys.stdout is None:
        return Terminal(None)
    return Terminal(sys.stdout.fileno(), sys.stdout.encoding)

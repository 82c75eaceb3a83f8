"""Non-blocking terminal output: a queue and a writer thread.

A terminal may be closed (a broken pipe), full (a file on a full disk) or blocked (Ctrl-S, a reader that does not
read). Each of them loses lines and never blocks the fleet.
"""

import os
import queue
import select
import sys
import threading

WAITING = 1000
"""Lines queued for a blocked terminal; further lines are counted and dropped."""
HELD_S = 1.0


class Terminal:
    """Writes lines to a file descriptor from a thread; None discards them."""

    def __init__(self, descriptor: int | None, encoding: str = "utf-8") -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._waiting: queue.Queue[str | None] = queue.Queue(WAITING)
        self._left_out = 0
        self._writer = threading.Thread(target=self._write_all, name="terminal", daemon=True)
        self._writer.start()

    def print_line(self, text: str) -> None:
        """Queues one line; never blocks, never raises."""
        try:
            self._waiting.put_nowait(text)
        except queue.Full:
            self._left_out += 1

    def close(self, patience_s: float = HELD_S) -> None:
        """Waits up to `patience_s` for queued lines to be written."""
        try:
            self._waiting.put(None, timeout=patience_s)
        except queue.Full:
            return
        self._writer.join(patience_s)

    def _write_all(self) -> None:
        while (text := self._waiting.get()) is not None:
            self._write(text)
            if self._waiting.empty():
                self._print_left_out()
        self._print_left_out()

    def _print_left_out(self) -> None:
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
        except (OSError, ValueError):  # closed or full: it may work again for the next line
            return

    def _write_some(self, data: bytes) -> int:
        assert self._descriptor is not None
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:  # another process that shares the terminal made it non-blocking
            select.select([], [self._descriptor], [], HELD_S)
            return 0


def standard_output() -> Terminal:
    """The terminal of this process; discards lines where the standard output is closed."""
    if sys.stdout is None:
        return Terminal(None)
    return Terminal(sys.stdout.fileno(), sys.stdout.encoding)

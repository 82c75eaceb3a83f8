"""Filters and rate-limits the log lines of a process that the terminal shows.

Shown are JSON lines from warning level upwards and all plain text; repeated lines of a type once, then at most once a
minute with their number, so that malformed requests cannot flood the terminal.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

MINUTE_S = 60.0
PLAIN_LINES = 100
"""Lines of plain text a minute: a traceback from before logging is set up has about 50."""
KINDS = 200
UNSHOWN = ("timestamp", "service", "part", "request_id")
INFO, LOUD = '"level":"info"', ('"level":"warning"', '"level":"error"', '"level":"critical"')
"""Substrings as kit.log writes them; they match only a key's value, because quotes inside texts are escaped. The test
takes 1 us for a request's line, parsing takes 4."""
PrintLine = Callable[[str], None]


class Line(NamedTuple):
    """A line to show. Lines of one kind count as repetitions; `allowed` of them are shown a minute."""

    kind: tuple[str, ...]
    text: str
    allowed: int


@dataclass
class Window:
    """A minute of one kind of line."""

    began: float
    latest: Line
    count: int = 0


class LogLines:
    """The filter of one process's log."""

    def __init__(
        self, name: str, print_line: PrintLine, verbose: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._print_line = print_line
        self._verbose = verbose
        self._clock = clock
        self._windows: dict[tuple[str, ...], Window] = {}

    def show(self, text: str) -> None:
        """Prints the line if it is relevant and within the limit of its kind."""
        if self._verbose:
            self._print(text)
        elif line := worth_showing(text):
            self._count(line)

    def repeat(self) -> None:
        """Prints the number of suppressed repetitions once their minute is over; call it regularly."""
        now = self._clock()
        for kind, window in list(self._windows.items()):
            if now - window.began < MINUTE_S:
                continue
            if (hidden := window.count - window.latest.allowed) > 0:
                again = f"{hidden} more like it within a minute (the log has them)"
                self._print(f"{window.latest.text}; {again}" if window.latest.allowed == 1 else again)
                self._windows[kind] = Window(now, window.latest, window.latest.allowed)
            else:
                del self._windows[kind]

    def _count(self, line: Line) -> None:
        if line.kind not in self._windows and len(self._windows) >= KINDS:
            line = line._replace(kind=("other",))
        window = self._windows.setdefault(line.kind, Window(self._clock(), line))
        window.latest, window.count = line, window.count + 1
        if window.count <= line.allowed:
            self._print(line.text)

    def _print(self, text: str) -> None:
        self._print_line(f"{self._name:>9} | {text}")


def worth_showing(text: str) -> Line | None:
    """The line to show: plain text unchanged, JSON from warning level upwards formatted; None for the rest."""
    if text.startswith("{") and text.endswith("}") and INFO in text and not any(level in text for level in LOUD):
        return None
    try:
        event = json.loads(text)
        level, message = event["level"], event["event"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return Line(("plain",), text, PLAIN_LINES)
    if level in ("debug", "info"):
        return None
    return Line((str(level), str(message), str(event.get("part"))), f"{level}: {message}{_details(event)}", 1)


def _details(event: dict[str, Any]) -> str:
    shown = {key: value for key, value in event.items() if key not in (*UNSHOWN, "level", "event", "exception")}
    words = [f"{key}={value}" for key, value in shown.items()]
    return "".join(f" {word}" for word in [*words, *_exception(event.get("exception"))])


def _exception(exception: Any) -> list[str]:
    """Type and message of the last exception of a chain; the traceback is only in the log."""
    try:
        return [f"({exception[0]['exc_type']}: {exception[0]['exc_value']})"]
    except (TypeError, KeyError, IndexError):
        return []

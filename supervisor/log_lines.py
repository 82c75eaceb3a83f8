"""Which lines of a process's log the terminal shows, and how often.

JSON lines from warnings upwards and everything that is plain text; a kind of warning once, and from then on at most
once a minute with how often it came. So a stranger's malformed requests cannot flood the terminal.
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
"""As kit.log writes them, and only as a key's value, for quotes inside of texts are escaped: a request's line is known
by them in 1 us, parsed in 4."""
Say = Callable[[str], None]


class Line(NamedTuple):
    """A line worth showing. Lines of one kind count as repetitions; `allowed` of them are shown a minute."""

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

    def __init__(self, name: str, say: Say, verbose: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._say = say
        self._verbose = verbose
        self._clock = clock
        self._windows: dict[tuple[str, ...], Window] = {}

    def show(self, text: str) -> None:
        """Says the line when it is worth showing and has not just been said."""
        if self._verbose:
            self._print(text)
        elif line := worth_showing(text):
            self._count(line)

    def repeat(self) -> None:
        """To be called now and then: says how often lines came again, once their minute is over."""
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
        self._say(f"{self._name:>9} | {text}")


def worth_showing(text: str) -> Line | None:
    """Plain text as it is, JSON from warnings upwards in words, the rest not at all."""
    if text.startswith("{") and text.endswith("}") and INFO in text and not any(level in text for level in LOUD):
        return None
    try:
        event = json.loads(text)
        level, said = event["level"], event["event"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return Line(("plain",), text, PLAIN_LINES)
    if level in ("debug", "info"):
        return None
    return Line((str(level), str(said), str(event.get("part"))), f"{level}: {said}{_details(event)}", 1)


def _details(event: dict[str, Any]) -> str:
    shown = {key: value for key, value in event.items() if key not in (*UNSHOWN, "level", "event", "exception")}
    words = [f"{key}={value}" for key, value in shown.items()]
    return "".join(f" {word}" for word in [*words, *_exception(event.get("exception"))])


def _exception(exception: Any) -> list[str]:
    """The last of a chain, by name; its traceback stays in the log."""
    try:
        return [f"({exception[0]['exc_type']}: {exception[0]['exc_value']})"]
    except (TypeError, KeyError, IndexError):
        return []

"""Terminal output: one progress line per stage, and errors as one sentence.

Progress goes to standard error, results to standard output, so `segue-pipeline ingest ... | tail -1` and `2>/dev/null`
work as expected. A line is never wrapped: the terminal does that, and a pipe has no width.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from threading import RLock
from typing import Any
from unicodedata import category

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

NAME_WIDTH = len("cold-start evaluation")  # the longest name of a stage
PIPED_COLUMNS = 160  # columns of tables in a file: none is wider
OUT = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_COLUMNS)
ERR = Console(stderr=True, highlight=False)
EVERY_S = 30.0  # seconds between progress lines of a long stage without a terminal
UNPRINTED = frozenset({"Cc", "Cs", "Zl", "Zp"})  # Unicode categories: controls, surrogates, separators of lines
TURNING = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # bidirectional controls
INTERRUPTED = 130  # the shell's exit status after Ctrl-C: 128 + SIGINT


def printable(text: str) -> str:
    """Text for a terminal: control characters, line breaks, bytes that are no UTF-8 and marks that turn the direction
    of writing become escapes, as names of files and tracks may hold them."""
    return "".join(_escaped(one) if category(one) in UNPRINTED or one in TURNING else one for one in text)


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode()


@dataclass
class Line:
    """The progress line of a running stage; `update` and `count` are the two progress callbacks of stages."""

    name: str
    shown: Any = None
    facts: list[str] = field(default_factory=list)
    reused: bool = False
    updated: float = field(default_factory=time.monotonic)

    def update(self, text: str) -> None:
        """Replaces the text of the line; without a terminal, a new line is printed at most every EVERY_S."""
        text = printable(text)
        if self.shown:
            self.shown.update(f"[bold]{self.name}[/]  {escape(text)}")
        elif time.monotonic() - self.updated > EVERY_S:
            self.updated = time.monotonic()
            _line(f"     [bold]{self.name:<{NAME_WIDTH}}[/] {escape(text)} ...")

    def count(self, done: int, total: int, what: str) -> None:
        """Shows progress in per cent."""
        self.update(f"{what} {100 * done // max(total, 1)} %")

    def fact(self, text: str) -> None:
        """Adds a fact to the line of the finished stage."""
        self.facts.append(text)


@contextmanager
def stage(name: str) -> Iterator[Line]:
    """Shows a stage while it runs, then its facts and duration."""
    line, started = Line(name), time.monotonic()
    with working(name) as line.shown:
        yield line
    took = "reused" if line.reused else f"{time.monotonic() - started:.1f} s"
    facts = f"{escape(', '.join(line.facts))} " if line.facts else ""
    _line(f"[green]done[/] [bold]{name:<{NAME_WIDTH}}[/] {facts}[dim]({took})[/]")


@dataclass
class Steps:
    """Progress of a stage of many steps: a bar on a terminal, elsewhere a line for each finished step."""

    name: str
    total: int
    bar: Progress
    task: TaskID
    done: int = 0
    worked: list[float] = field(default_factory=list)  # seconds of the steps that were not reused

    @contextmanager
    def step(self, what: str) -> Iterator[Line]:
        """Runs one step; its progress text is shown beside the bar."""
        line, started = Line(self.name, _Beside(self.bar, self.task)), time.monotonic()
        line.shown = line.shown if ERR.is_terminal else None
        line.update(what)
        yield line
        self.done += 1
        if not line.reused:
            self.worked.append(time.monotonic() - started)
        self.bar.update(self.task, completed=self.done, left=self.left())
        took = "reused" if line.reused else f"{self.worked[-1]:.1f} s"
        left = f", {self.left()}" if self.left() else ""
        position = f"{self.done} of {self.total}"
        _line(f"[green]done[/] [bold]{self.name:<{NAME_WIDTH}}[/] {position} {escape(what)} [dim]({took}{left})[/]")

    def left(self) -> str:
        """Estimated remaining time, from the mean of the steps that were not reused; empty at the end."""
        if not self.worked or self.done >= self.total:
            return ""
        seconds = sum(self.worked) / len(self.worked) * (self.total - self.done)
        return f"about {seconds / 60:.0f} min left" if seconds >= 60 else f"about {seconds:.0f} s left"


@dataclass
class _Beside:
    """The text beside a bar, updated like that of a line."""

    bar: Progress
    task: TaskID

    def update(self, text: str) -> None:
        self.bar.update(self.task, description=text)


@contextmanager
def steps(name: str, total: int) -> Iterator[Steps]:
    """Shows the current one of `total` steps, elapsed and remaining time."""
    shown = "{task.fields[left]}  {task.description}"
    columns = (BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn(shown), console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        yield Steps(name, total, bar, bar.add_task("", total=total, left=""))


class Spinner:
    """The live line of a terminal: the texts of all that runs, as stages may run side by side."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._texts: dict[object, str] = {}
        self._lock = RLock()
        self._status: Any = None

    def show(self, of: object, text: str | None) -> None:
        """Replaces the text of one; None ends it."""
        with self._lock:
            if text is None:
                self._texts.pop(of, None)
            else:
                self._texts[of] = text
            if self._status is None and self._texts:
                self._status = self._console.status("")
                self._status.start()
            if self._status and self._texts:
                self._status.update("  [dim]|[/]  ".join(self._texts.values()))
            elif self._status:
                self._status.stop()
                self._status = None


class _Shown:
    """One text of the spinner."""

    def update(self, text: str) -> None:
        _SPINNER.show(self, text)


class _Relayed:
    """A text of the spinner of the process that started this one."""

    def update(self, text: str) -> None:
        if _relay:
            _relay("text", text)


_SPINNER = Spinner(ERR)
_relay: Callable[[str, str], None] | None = None


def relay(to: Callable[[str, str], None]) -> None:
    """Has another process print what this one would: `to` gets what `relayed` takes there."""
    global _relay
    _relay = to


def relayed(what: str, content: str, shown: Any) -> None:
    """Prints a line of another process, or updates what `working` yielded for it."""
    if what == "line":
        _line(content)
    elif shown:
        shown.update(content)


@contextmanager
def working(what: str) -> Iterator[Any]:
    """A spinner on a terminal, gone when the block ends; yields an updatable status, None elsewhere."""
    if not ERR.is_terminal:
        yield None
        return
    shown = _Relayed() if _relay else _Shown()
    shown.update(f"[bold]{escape(what)}[/]")
    try:
        yield shown
    finally:
        if isinstance(shown, _Shown):
            _SPINNER.show(shown, None)


def fail(message: str) -> int:
    """Prints an error and returns the exit status."""
    _line(f"[red]segue-pipeline:[/] {escape(' '.join(message.splitlines()))}")
    return 1


def note(message: str) -> None:
    """Prints an unimportant line to standard error."""
    _line(f"[dim]{escape(message)}[/]")


def warn(message: str) -> None:
    """Prints a warning to standard error."""
    _line(f"[yellow]mind[/] {escape(message)}")


def table(shown: RenderableType) -> None:
    """Prints a table to standard output."""
    OUT.print(shown)


def plain(text: str) -> None:
    """Prints a result to standard output: no styles, no wrapping; to a pipe a path's own bytes."""
    if sys.stdout.isatty():
        text = printable(text)
    elif isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _line(markup: str) -> None:
    _relay("line", printable(markup)) if _relay else ERR.print(printable(markup), soft_wrap=True)

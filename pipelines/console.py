"""What a person at a terminal sees: one line a stage, alive while it works, and errors that are one sentence.

Progress goes to standard error, results to standard output: `segue-pipeline ingest ... | tail -1` and `2>/dev/null` do
what one expects. A line is never wrapped: the terminal does that, and a pipe has no width.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

PIPED_COLUMNS = 160  # of tables in a file: none is wider
OUT = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_COLUMNS)
ERR = Console(stderr=True, highlight=False)
EVERY_S = 30.0  # how often a stage that takes long says where it is when nobody watches
INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended: 128 + SIGINT


@dataclass
class Line:
    """The line of a running stage; `say` and `count` are the two progress forms that stages call."""

    name: str
    shown: Any = None
    facts: list[str] = field(default_factory=list)
    reused: bool = False
    told: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """Replaces what the line says now; where lines cannot be replaced, one is added now and then."""
        if self.shown:
            self.shown.update(f"[bold]{self.name}[/]  {escape(text)}")
        elif time.monotonic() - self.told > EVERY_S:
            self.told = time.monotonic()
            _line(f"     [bold]{self.name:<11}[/] {escape(text)} ...")

    def count(self, done: int, total: int, what: str) -> None:
        """The same, from how much is done."""
        self.say(f"{what} {100 * done // max(total, 1)} %")

    def fact(self, text: str) -> None:
        """Something worth keeping when the stage is done."""
        self.facts.append(text)


@contextmanager
def stage(name: str) -> Iterator[Line]:
    """Shows a stage while it runs and its facts and seconds when it is done."""
    line, started = Line(name), time.monotonic()
    with working(name) as line.shown:
        yield line
    took = "reused" if line.reused else f"{time.monotonic() - started:.1f} s"
    facts = f"{escape(', '.join(line.facts))} " if line.facts else ""
    _line(f"[green]done[/] [bold]{name:<11}[/] {facts}[dim]({took})[/]")


@dataclass
class Steps:
    """A stage of many steps: a bar on a terminal, elsewhere a line for each step that is done."""

    name: str
    total: int
    bar: Progress
    task: TaskID
    done: int = 0
    worked: list[float] = field(default_factory=list)  # seconds of the steps that were not reused

    @contextmanager
    def step(self, what: str) -> Iterator[Line]:
        """One step; what it says replaces what stands beside the bar."""
        line, started = Line(self.name, _Beside(self.bar, self.task)), time.monotonic()
        line.shown = line.shown if ERR.is_terminal else None
        line.say(what)
        yield line
        self.done += 1
        if not line.reused:
            self.worked.append(time.monotonic() - started)
        self.bar.update(self.task, completed=self.done, left=self.left())
        took = "reused" if line.reused else f"{self.worked[-1]:.1f} s"
        left = f", {self.left()}" if self.left() else ""
        place = f"{self.done} of {self.total}"
        _line(f"[green]done[/] [bold]{self.name:<11}[/] {place} {escape(what)} [dim]({took}{left})[/]")

    def left(self) -> str:
        """How long the rest may take, from the mean of the steps that were worked on; nothing at the end."""
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
    """Shows which of `total` steps is at work, how long all have taken, and how long the rest may take."""
    shown = "{task.fields[left]}  {task.description}"
    columns = (BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn(shown), console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        yield Steps(name, total, bar, bar.add_task("", total=total, left=""))


@contextmanager
def working(what: str) -> Iterator[Any]:
    """A sign of life on a terminal, gone when the block ends; yields what can be updated, None elsewhere."""
    if not ERR.is_terminal:
        yield None
        return
    with ERR.status(f"[bold]{escape(what)}[/]") as shown:
        yield shown


def fail(message: str) -> int:
    """Says what went wrong and what to do, and gives the exit status."""
    _line(f"[red]segue-pipeline:[/] {escape(message)}")
    return 1


def note(message: str) -> None:
    """A line to standard error that scripts may ignore."""
    _line(f"[dim]{escape(message)}[/]")


def warn(message: str) -> None:
    """A line to standard error that a person should read."""
    _line(f"[yellow]mind[/] {escape(message)}")


def table(shown: RenderableType) -> None:
    """A table, to standard output."""
    OUT.print(shown)


def plain(text: str) -> None:
    """A result, to standard output: no styles, no wrapping."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _line(markup: str) -> None:
    ERR.print(markup, soft_wrap=True)

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


def table(shown: RenderableType) -> None:
    """A table, to standard output."""
    OUT.print(shown)


def plain(text: str) -> None:
    """A result, to standard output: no styles, no wrapping."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _line(markup: str) -> None:
    ERR.print(markup, soft_wrap=True)

"""What a person at a terminal sees: one line a stage, alive while it works, and errors that are one sentence."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)


@dataclass
class Line:
    """The line of a running stage; `say` and `count` are the two progress forms that stages call."""

    name: str
    shown: Any = None
    facts: list[str] = field(default_factory=list)
    reused: bool = False

    def say(self, text: str) -> None:
        """Replaces what the line says now."""
        if self.shown:
            self.shown.update(f"[bold]{self.name}[/]  {escape(text)}")

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
    if OUT.is_terminal:
        with OUT.status(f"[bold]{name}[/]") as shown:
            line.shown = shown
            yield line
    else:
        yield line
    took = "reused" if line.reused else f"{time.monotonic() - started:.1f} s"
    OUT.print(f"[green]done[/] [bold]{name:<10}[/] {escape(', '.join(line.facts))} [dim]({took})[/]")


def fail(message: str) -> int:
    """Says what went wrong and what to do, and gives the exit status."""
    ERR.print(f"[red]segue-pipeline:[/] {escape(message)}", soft_wrap=True)
    return 1


def note(message: str) -> None:
    """A line to standard error that scripts may ignore."""
    ERR.print(f"[dim]{escape(message)}[/]")


def plain(text: str) -> None:
    """A line that programs may read: no styles, no wrapping."""
    sys.stdout.write(text + "\n")

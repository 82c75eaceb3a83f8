"""Tables of figures that are readable in a terminal and valid Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, headings, and rows of as many cells; the first column is text."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        lines = [self.headings, *self.rows]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.headings))]
        rule = "|".join(["", "-" * (widths[0] + 2), *(f"{'-' * (width + 1)}:" for width in widths[1:]), ""])
        shown = [_line(line, widths) for line in lines]
        return "\n".join([self.caption, "", shown[0], rule, *shown[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    others = (f" {cell:>{width}} " for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "|".join(["", f" {cells[0]:<{widths[0]}} ", *others, ""])


def show(tables: Sequence[Table], out: Path | None) -> None:
    """Prints the tables, and writes them to a file when one is given."""
    text = "\n\n".join(map(str, tables)) + "\n"
    print(text, end="")
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text)

"""Opens a CSV file of a person's export as rows by column name, with mended text."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from kit.formats.csv_dialect import LONGEST_FIELD, LONGEST_RECORD, TOO_LONG, Records
from kit.formats.encoding import encoding_of
from kit.formats.text import from_bytes, mended
from kit.formats.user_exports.records import UNREADABLE, Skipped

HEAD = 4096


class Cells(NamedTuple):
    """A row: its line and its values by the file's own column names."""

    line: int
    values: dict[str, str]


def opened(path: Path) -> IO[str]:
    """The file as text; bytes that are not UTF-8 become lone surrogates."""
    with path.open("rb") as file:
        encoding = encoding_of(file.read(HEAD))
    errors = "surrogateescape" if encoding == "utf-8-sig" else "ignore"
    return path.open(encoding=encoding, errors=errors, newline="")


def bounded_lines(file: IO[str]) -> Iterator[str]:
    """The lines of the file, without U+0000; a line of more than LONGEST_FIELD characters is cut there."""
    return (line.replace("\0", "") for line in iter(lambda: file.readline(LONGEST_FIELD), ""))


def records(file: IO[str]) -> Iterator[tuple[int, list[str] | None]]:
    """Yields (last line, values) of each record of a table without a known header; None where it cannot be split, or
    is longer than LONGEST_RECORD."""
    csv.field_size_limit(LONGEST_FIELD)
    number = length = 0

    def lines() -> Iterator[str]:
        nonlocal number, length
        readline = file.readline
        while line := readline(LONGEST_FIELD):
            number += 1
            length += len(line)
            if length > LONGEST_RECORD:
                raise csv.Error(TOO_LONG)
            yield line.replace("\0", "") if "\0" in line else line

    reader = csv.reader(lines())
    while True:
        length = 0
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
            reader = csv.reader(lines())
        else:
            yield number, values


def clean(cell: str) -> str:
    """A cell as text: Windows-1252 decoded, lone surrogates removed."""
    return cell if cell.isascii() else mended(from_bytes(cell) or mended(cell))


def cleaned(cells: list[str]) -> list[str]:
    """The cells of a row, each cleaned; a row of ASCII stays as it is."""
    return cells if "".join(cells).isascii() else [clean(cell) for cell in cells]


def rows(path: Path) -> Iterator[Cells | Skipped]:
    """Yields the rows below the header; a row of another width is Skipped, because its values may have shifted."""
    with opened(path) as file:
        records = Records(file)
        header = records.header
        for line, values, fault, _ in records:
            if fault or len(values) != len(header):
                yield Skipped(line, UNREADABLE)
            else:
                yield Cells(line, dict(zip(header, cleaned(values), strict=True)))

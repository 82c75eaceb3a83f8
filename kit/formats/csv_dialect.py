"""How a delimited text file is written: its encoding, its delimiter, and where one record ends and the next begins."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

LONGEST_FIELD = 1 << 17  # characters: a quote that is never closed ends here instead of eating the file
DELIMITERS = ",;\t|"
_HEAD = 4096
_STATED = re.compile(r'^"?sep=(?P<delimiter>.)"?$', re.IGNORECASE)  # Excel's own first line
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Record(NamedTuple):
    """One record: its first line (from 1) and values, or why it cannot be read and the text that stood there."""

    line: int
    values: list[str]
    fault: str | None = None
    said: str = ""


def encoding_of(head: bytes) -> str:
    """UTF-16 by its byte-order mark or, without one, by every other byte being zero; else UTF-8."""
    if head[:2] in _WIDE:
        return "utf-16"
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        others = head[0::2] if name == "utf-16-le" else head[1::2]
        if len(head) > 3 and zeros.count(0) > 0.8 * len(zeros) and not others.count(0):
            return name
    return "utf-8-sig"


def open_text(path: Path) -> IO[str]:
    """The file as text. Bytes that are not UTF-8 arrive as lone surrogates (kit.formats.text.from_bytes reads them)."""
    with path.open("rb") as file:
        encoding = encoding_of(file.read(_HEAD))
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    return path.open(encoding=encoding, errors=errors, newline="")


class Records:
    """The records of a table after its header.

    A record that the quoting rules cannot split is read again line by line: a quote inside a quoted value that was
    not doubled stays in the value when a delimiter or the end of the line follows the closing one only.
    """

    def __init__(self, file: IO[str]) -> None:
        csv.field_size_limit(LONGEST_FIELD)
        self._file = file
        self._lines = 0
        first = self._next_line()
        if stated := _STATED.match(first.lstrip("\ufeff").strip()):
            self.delimiter = stated["delimiter"]
            first = self._next_line()
        else:
            self.delimiter = max(DELIMITERS, key=_outside_quotes(first).count)
        self.header = next(csv.reader([first], delimiter=self.delimiter, skipinitialspace=True), [])

    def _next_line(self) -> str:
        self._lines += 1
        return self._file.readline(LONGEST_FIELD)

    def __iter__(self) -> Iterator[Record]:
        taken: list[str] = []

        def lines() -> Iterator[str]:
            while line := self._next_line():
                taken.append(line)
                yield line
            self._lines -= 1

        reader = csv.reader(lines(), delimiter=self.delimiter, skipinitialspace=True, strict=True)
        while True:
            first = self._lines + 1
            taken.clear()
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield from self._line_by_line(first, taken, str(error))
                continue
            if len(values) != len(self.header) and len(taken) > 1:
                yield from self._line_by_line(first, taken, "a quote that is never closed")
            elif values:
                yield Record(first, values)

    def _line_by_line(self, first: int, lines: list[str], why: str) -> Iterator[Record]:
        for at, line in enumerate(list(lines)):
            text = line.rstrip("\r\n")
            if not text:
                continue
            values = loosely_split(text, self.delimiter)
            if values is None:
                yield Record(first + at, [], why, text)
            else:
                yield Record(first + at, values)


def loosely_split(text: str, delimiter: str) -> list[str] | None:
    """The values of one line; a quote ends a quoted value only before a delimiter or the end. None: it never ends."""
    values, at = [], 0
    quoted = re.compile(rf' *"((?:[^"]|"(?! *(?:{re.escape(delimiter)}|$)))*)" *(?={re.escape(delimiter)}|$)')
    while True:
        if match := quoted.match(text, at):
            values.append(match.group(1).replace('""', '"'))
            at = match.end()
        elif text[at:].lstrip(" ").startswith('"'):
            return None
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            values.append(text[at:end])
            at = end
        if at >= len(text):
            return values
        at += 1


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)

"""Detects the delimiter of a CSV file and splits it into records, tolerating unescaped quotes."""

import csv
import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from kit.formats.text import from_bytes, mended

LONGEST_FIELD = 1 << 17  # characters: an unclosed quote ends here instead of consuming the file
LONGEST_RECORD = 1 << 19  # characters: values with line breaks, each of them closed, end here
TOO_LONG = "a record that does not end"
DELIMITERS = ",;\t|"
_STATED = re.compile(r'^"?sep=(?P<delimiter>.)"?$', re.IGNORECASE)  # Excel's own first line


_BLANKS = " \t\u00a0\u2000-\u200a\u202f\u3000"
_ODD_BLANK = re.compile('[\t\u00a0\u2000-\u200a\u202f\u3000]"')  # before a quote: the csv module skips spaces only


class Record(NamedTuple):
    """One record: its first line (from 1) and values, or the reason why it cannot be read and the raw text."""

    line: int
    values: list[str]
    fault: str | None = None
    excerpt: str = ""


class Records:
    """Iterates over the records of a table after its header.

    A record that the CSV quoting rules cannot split is read again line by line: an undoubled quote inside a quoted
    value is kept in the value when only the closing quote is followed by a delimiter or the end of the line.
    """

    def __init__(self, file: IO[str]) -> None:
        csv.field_size_limit(LONGEST_FIELD)
        self._file = file
        self._lines = 0
        first = self._first_line()
        if stated := _STATED.match(first.lstrip("\ufeff").strip("\r\n ")):
            self.delimiter = stated["delimiter"]
            first = self._first_line()
        else:
            self.delimiter = max(DELIMITERS, key=_outside_quotes(first).count)
        blank = rf"[{_BLANKS.replace(self.delimiter, '')}]"
        self._blanks = re.compile(rf'(^|{re.escape(self.delimiter)}){blank}+(?=")')
        header = next(csv.reader([self._blanks.sub(r"\1", first)], delimiter=self.delimiter, skipinitialspace=True), [])
        self.header = [mended(from_bytes(name) or name).strip() for name in header]

    def _first_line(self) -> str:
        """The next line that is not blank."""
        while (line := self._next_line()) and not line.strip():
            pass
        return line

    def _next_line(self) -> str:
        self._lines += 1
        return self._file.readline(LONGEST_FIELD)

    def _without_odd_blanks(self, line: str) -> str:
        """The line, which has a quote, without the blanks before quoted values that the csv module would keep."""
        may_have = '\t"' in line if line.isascii() else _ODD_BLANK.search(line)
        return self._blanks.sub(r"\1", line) if may_have else line

    def __iter__(self) -> Iterator[Record]:
        taken: list[str] = []
        reader = self._reader(taken)
        while True:
            first = self._lines + 1
            taken.clear()
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield from self._line_by_line(first, taken, str(error))
                reader = self._reader(taken)
                continue
            if len(taken) > 1 and len(values) != len(self.header):
                yield from self._line_by_line(first, taken, "a quote that is never closed")
            elif values:
                yield Record(first, values)

    def _reader(self, taken: list[str]) -> Iterator[list[str]]:
        """Splits from the next line on and collects the lines of the record in `taken`, which the caller clears."""

        def lines() -> Iterator[str]:
            length, readline = 0, self._file.readline
            while line := readline(LONGEST_FIELD):
                self._lines += 1
                if '"' in line:
                    line = self._without_odd_blanks(line)
                length = len(line) + (length if taken else 0)
                taken.append(line)
                if length > LONGEST_RECORD:
                    raise csv.Error(TOO_LONG)
                yield line

        return csv.reader(lines(), delimiter=self.delimiter, skipinitialspace=True, strict=True)

    def _line_by_line(self, first: int, lines: list[str], why: str) -> Iterator[Record]:
        for at, line in enumerate(list(lines)):
            text = line.rstrip("\r\n")
            if not text:
                continue
            values = loosely_split(text, self.delimiter, len(self.header))
            if values is None:
                yield Record(first + at, [], why, text)
            else:
                yield Record(first + at, values)


def loosely_split(text: str, delimiter: str, width: int) -> list[str] | None:
    """The values of one line, where a quote ends a quoted value only before a delimiter or the end; None if unclosed.

    `"Heroes" (Live)` is read as a value that contains quotes when only that reading gives `width` values.
    """
    values = _quoted(text, delimiter)
    if values is not None and len(values) == width:
        return values
    parts = text.split(delimiter)
    whole = len(parts) == width and all(part.count('"') % 2 == 0 for part in parts)
    return [_unquoted(part) for part in parts] if whole else values


def _unquoted(part: str) -> str:
    stripped = part.strip()
    is_quoted = len(stripped) > 1 and stripped[0] == stripped[-1] == '"' and stripped.count('"') == 2
    return stripped[1:-1] if is_quoted else part


def _quoted(text: str, delimiter: str) -> list[str] | None:
    values, at = [], 0
    leading = re.compile(rf"[^\S{re.escape(delimiter)}]*")
    blanks, end_of_value = rf"[^\S{re.escape(delimiter)}]*", rf"(?:{re.escape(delimiter)}|$)"
    quoted = re.compile(rf'{blanks}"((?:[^"]|"(?!{blanks}{end_of_value}))*)"{blanks}(?={end_of_value})')
    while True:
        if match := quoted.match(text, at):
            values.append(match.group(1).replace('""', '"'))
            at = match.end()
        elif (begins := leading.match(text, at)) and text.startswith('"', begins.end()):
            return None  # at the first unclosed quote: each search for its end goes through the rest of the line
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

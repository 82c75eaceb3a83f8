"""CSV tables of playlist entries, playlists, listens and tracks, in any column order and with common column names.

Comma, semicolon or tab; UTF-8 with or without a byte-order mark, or UTF-16 with one. A row with more or fewer values
than the header has columns is a fault, never a guess: its later values may stand in the wrong columns.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kit.formats.columns import NEEDED, kind_of, understand
from kit.formats.rows import Fault, Row, WrongFile

LONGEST_FIELD = 1 << 17  # characters: a quote that is never closed ends here instead of eating the file
_SAID = 200
_DELIMITERS = ",;\t"


def read_csv(path: Path) -> Iterator[Row | Fault]:
    """The rows of a table. WrongFile when its columns are not those of any table we know."""
    with _open(path) as file:
        yield from _rows(path, file)


def _rows(path: Path, file: IO[str]) -> Iterator[Row | Fault]:
    first = file.readline()
    delimiter = max(_DELIMITERS, key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    columns = understand(header)
    kind = kind_of(columns)
    if kind is None:
        found = ", ".join(repr(name[:40]) for name in header[:12])
        raise WrongFile(f"{path} has the columns {found}: expected {NEEDED}")
    picks = [(ours, header.index(theirs)) for ours, theirs in columns.items()]
    reader = csv.reader(file, delimiter=delimiter)
    csv.field_size_limit(LONGEST_FIELD)
    while True:
        line = reader.line_num + 2
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault(path.name, line, "unreadable row", str(error))
            continue
        if len(values) == len(header):
            row = {ours: values[at] for ours, at in picks}
            yield _checked(path, Row(kind, line, row))
        elif values:
            said = delimiter.join(values)[:_SAID]
            yield Fault(path.name, line, "wrong number of values", f"{len(values)} for {len(header)} columns: {said}")


def _checked(path: Path, row: Row) -> Row | Fault:
    # surrogateescape turns bytes that are not UTF-8 into lone surrogates, which no later file can hold.
    broken = next((text for text in row.values.values() if not text.isascii() and _has_surrogate(text)), None)
    return row if broken is None else Fault(path.name, row.line, "not UTF-8", ascii(broken)[:_SAID])


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _open(path: Path) -> IO[str]:
    with path.open("rb") as file:
        wide = file.read(2) in (b"\xff\xfe", b"\xfe\xff")
    if wide:
        return path.open(encoding="utf-16", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")

"""CSV reader for playlist entries, playlists, listens and tracks, in any column order and with common column names.

The delimiter (comma, semicolon, tab or bar) is stated by a `sep=` line or detected; the encoding is UTF-8 or UTF-16
with or without a byte-order mark, or Windows-1252. A row with more or fewer values than the header has columns is a
Fault, because its later values may be in the wrong columns.
"""

from collections.abc import Iterator
from pathlib import Path

from kit.formats.columns import Columns
from kit.formats.csv_dialect import LONGEST_FIELD, Records
from kit.formats.encoding import open_text, other_bytes_are_windows_1252
from kit.formats.rows import Fault, Row
from kit.formats.text import BYTES, NOT_TEXT, from_bytes, mended

__all__ = ["LONGEST_FIELD", "columns_of", "read_csv"]
_EXCERPT = 200


def read_csv(path: Path) -> Iterator[Row | Fault]:
    """Yields the rows of a CSV table; WrongFile when its columns match no known row type."""
    with open_text(path) as file:
        records = Records(file)
        columns = Columns.of(records.header, path)
        width = len(records.header)
        row = _RowsOf(path, columns).row
        for line, values, fault, excerpt in records:
            if fault:
                yield Fault(path.name, line, "unreadable row", f"{fault}: {mended(excerpt)[:_EXCERPT]}")
            elif len(values) == width:
                yield row(line, values)
            else:
                joined = mended(records.delimiter.join(values))[:_EXCERPT]
                reason = f"{len(values)} for {width} columns: {joined}"
                yield Fault(path.name, line, "wrong number of values", reason)


class _Readable:
    """Decodes the cells of one file; whether its bytes that are not UTF-8 are Windows-1252 is decided once, lazily."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_windows_1252: bool | None = None

    def text(self, cell: str) -> str | None:
        """None when the cell is neither UTF-8 nor Windows-1252."""
        if cell.isascii():
            return cell
        if BYTES.search(cell):
            if self._is_windows_1252 is None:
                self._is_windows_1252 = other_bytes_are_windows_1252(self._path)
            if not self._is_windows_1252:
                return None
        read = from_bytes(cell)
        return None if read is None else mended(read)


def columns_of(path: Path) -> Columns:
    """The parsed header of a CSV table; WrongFile as in read_csv."""
    with open_text(path) as file:
        return Columns.of(Records(file).header, path)


class _RowsOf:
    """Makes rows of the records of one table: the columns that are read, decoded."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._file, self._kind = path.name, columns.kind
        self._names, self._at = list(columns.at), list(columns.at.values())
        self._text = _Readable(path).text

    def row(self, line: int, values: list[str]) -> Row | Fault:
        """The row of a record, or a Fault where a cell is not text. Most rows are ASCII and checked as a whole."""
        cells = [values[at] for at in self._at]
        if not "".join(cells).isascii():
            for index, cell in enumerate(cells):
                if (text := self._text(cell)) is None:
                    return Fault(self._file, line, NOT_TEXT, ascii(cell)[:_EXCERPT])
                cells[index] = text
        return Row(self._kind, line, dict(zip(self._names, cells, strict=True)))

"""CSV reader for playlist entries, playlists, listens and tracks, in any column order and with common column names.

The delimiter (comma, semicolon, tab or bar) is stated by a `sep=` line or detected; the encoding is UTF-8 or UTF-16
with or without a byte-order mark, or Windows-1252. A row with more or fewer values than the header has columns is a
Fault, because its later values may be in the wrong columns.
"""

from collections.abc import Iterator
from pathlib import Path

from kit.formats.columns import Columns
from kit.formats.csv_dialect import LONGEST_FIELD, Record, Records
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
        readable = _Readable(path)
        for record in records:
            if record.fault:
                yield Fault(
                    path.name, record.line, "unreadable row", f"{record.fault}: {mended(record.excerpt)[:_EXCERPT]}"
                )
            elif len(record.values) == width:
                yield _row(path, columns, record, readable)
            else:
                excerpt = mended(records.delimiter.join(record.values))[:_EXCERPT]
                reason = f"{len(record.values)} for {width} columns: {excerpt}"
                yield Fault(path.name, record.line, "wrong number of values", reason)


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


def _row(path: Path, columns: Columns, record: Record, readable: _Readable) -> Row | Fault:
    row: dict[str, str] = {}
    for ours, at in columns.at.items():
        text = readable.text(record.values[at])
        if text is None:
            return Fault(path.name, record.line, NOT_TEXT, ascii(record.values[at])[:_EXCERPT])
        row[ours] = text
    return Row(columns.kind, record.line, row)

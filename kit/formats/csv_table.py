"""CSV tables of playlist entries, playlists, listens and tracks, in any column order and with common column names.

Comma, semicolon, tab or bar, stated by a `sep=` line or found out; UTF-8 or UTF-16 with or without a byte-order mark,
or Windows-1252. A row with more or fewer values than the header has columns is a fault, never a guess: its later
values may stand in the wrong columns.
"""

from collections.abc import Iterator
from pathlib import Path

from kit.formats.columns import Columns
from kit.formats.csv_dialect import LONGEST_FIELD, Records, open_text
from kit.formats.rows import Fault, Row
from kit.formats.text import from_bytes, mended

__all__ = ["LONGEST_FIELD", "columns_of", "read_csv"]
_SAID = 200
NOT_TEXT = "not UTF-8, and not Windows-1252 either (save the file as UTF-8)"


def read_csv(path: Path) -> Iterator[Row | Fault]:
    """The rows of a table. WrongFile when its columns are not those of any table we know."""
    with open_text(path) as file:
        records = Records(file)
        columns = Columns.of(records.header, path)
        width = len(records.header)
        for record in records:
            if record.fault:
                yield Fault(path.name, record.line, "unreadable row", f"{record.fault}: {mended(record.said)[:_SAID]}")
            elif len(record.values) == width:
                yield _row(path, columns, record.line, record.values)
            else:
                said = mended(records.delimiter.join(record.values))[:_SAID]
                reason = f"{len(record.values)} for {width} columns: {said}"
                yield Fault(path.name, record.line, "wrong number of values", reason)


def columns_of(path: Path) -> Columns:
    """What the header of a table says; WrongFile as in read_csv."""
    with open_text(path) as file:
        return Columns.of(Records(file).header, path)


def _row(path: Path, columns: Columns, line: int, values: list[str]) -> Row | Fault:
    row: dict[str, str] = {}
    for ours, at in columns.at.items():
        text = from_bytes(values[at])
        if text is None:
            return Fault(path.name, line, NOT_TEXT, ascii(values[at])[:_SAID])
        row[ours] = mended(text)
    return Row(columns.kind, line, row)

"""Readers for the files people own. A bulk ingest and a person's upload use the same ones.

A reader takes a path and yields, in file order, a `Row` for what it could read and a `Fault`, with file and line, for
what it could not; it never stops at a bad row. Values stay as the file has them (text, numbers, null): what they mean
is decided by who reads. A file that is something else altogether raises `WrongFile`: what was found, what is expected.

A new format is one module with `read_<format>(path) -> Iterator[Row | Fault]` and its line in `recognise.READERS`.
"""

from kit.formats.recognise import Format, read, recognise
from kit.formats.rows import Fault, Row, RowType, WrongFile

__all__ = ["Fault", "Format", "Row", "RowType", "WrongFile", "read", "recognise"]

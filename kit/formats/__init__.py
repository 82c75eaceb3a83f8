"""File readers for playlists, tracks and listens (CSV, Million Playlist Dataset JSON), used by the ingest.

A reader takes a path and yields, in file order, a `Row` for each readable row and a `Fault`, with file and line, for
each unreadable one; it never stops at a bad row. Values stay as the file has them (text, numbers, null) and are
interpreted by the caller. A file of another format raises `WrongFile`, which states what was found and is expected.

A new format is one module with `read_<format>(path) -> Iterator[Row | Fault]` and its line in `recognise.READERS`.
"""

from kit.formats.recognise import Format, read, recognise
from kit.formats.rows import Fault, Row, RowType, WrongFile

__all__ = ["Fault", "Format", "Row", "RowType", "WrongFile", "read", "recognise"]

"""Bounds what the parser of a document may gather: text, an entry or a comment of any length would be held whole.

The streaming parsers of XML and JSON hold a text until its end, and search it again with every piece that they read.
"""

from collections.abc import Iterator
from typing import IO

LONGEST_PART = 1 << 20
"""Bytes without the end of a text or an entry after which a document is malformed."""
LONGEST_LINE = 1 << 12
"""Bytes of a line of a playlist that are read; names and links are shorter."""
PIECE = 1 << 16


class BoundedFile:
    """A file for a parser; `read` raises ValueError at more than LONGEST_PART bytes since `passed` was last called."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._gathered = file, 0

    def read(self, size: int = -1) -> bytes:
        """Reads at most PIECE bytes; ValueError where a part is too long."""
        piece = self._file.read(min(size, PIECE) if size >= 0 else PIECE)
        self._gathered += len(piece)
        if self._gathered > LONGEST_PART:
            raise ValueError(f"a text or an entry of more than {LONGEST_PART} bytes")
        return piece

    def passed(self) -> None:
        """Counts from here: the parser has let go of what it gathered."""
        self._gathered = 0


def lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yields the lines of a file, each cut to LONGEST_LINE bytes."""
    while line := file.readline(LONGEST_LINE):
        yield line
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)

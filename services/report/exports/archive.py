"""A zip that is written piece by piece, and handed out in parts of one size: neither is ever whole in memory."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

import orjson

COMPRESSION = 6


class _Pieces:
    """A file that only takes writes; `take` hands out what has come."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: bytes) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        """Required of files; nothing is kept back."""


class ZipParts:
    """Writes files of JSON Lines one after another. All calls may run in a thread, one at a time."""

    def __init__(self, part_bytes: int, moment: datetime) -> None:
        self._part_bytes, self._moment = part_bytes, moment.timetuple()[:6]
        self._pieces = _Pieces()
        self._zip = zipfile.ZipFile(self._pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)  # type: ignore[call-overload]
        self._file: IO[bytes] | None = None

    def text(self, name: str, content: str) -> None:
        """Adds a file of text."""
        with self._zip.open(self._info(name), "w") as file:
            file.write(content.encode())

    def begin(self, name: str) -> None:
        """Begins a file of JSON Lines."""
        self._file = self._zip.open(self._info(name), "w", force_zip64=True)

    def add(self, rows: Iterable[Any]) -> None:
        """Adds lines to the file that was begun."""
        assert self._file
        for row in rows:
            self._file.write(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE))

    def end(self) -> None:
        """Ends the file that was begun."""
        assert self._file
        self._file.close()
        self._file = None

    def parts(self) -> Iterator[bytes]:
        """The parts that are full by now."""
        waiting = self._pieces.waiting
        while len(waiting) >= self._part_bytes:
            yield bytes(waiting[: self._part_bytes])
            del waiting[: self._part_bytes]

    def close(self) -> bytes:
        """Ends the zip; returns what is left after the last full part, at most a part more than one."""
        self._zip.close()
        return bytes(self._pieces.waiting)

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info

"""Log file of one process with rotation. The process writes to the file itself, so that a slow reader cannot block it.

The supervisor tails the file to show warnings, and rotates it by copy and truncate: the process keeps its descriptor,
opened for appending, and continues in the same file.
"""

import os
import shutil
from pathlib import Path

LOG_BYTES, LOG_FILES = 10_000_000, 2
AT_ONCE = 1_000_000
LONGEST = 100_000
"""Bytes read at once, and of one line."""


class LogFile:
    """The log file `path`, with the older parts `path`.1 and `path`.2 beside it."""

    def __init__(self, path: Path, longest: int = LOG_BYTES) -> None:
        self.path = path
        self._longest = longest
        self._file = -1
        self._read = 0
        self._begun = b""

    def open(self) -> int:
        """Opens the file at each process start and returns a descriptor to write to; OSError."""
        self.close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        self._read = os.fstat(self._file).st_size
        return self._file

    def close(self) -> None:
        """Closes the supervisor's descriptor; the process keeps its own."""
        if self._file >= 0:
            os.close(self._file)
        self._file, self._begun = -1, b""

    def lines(self) -> list[str]:
        """The complete lines written since the last call; OSError."""
        if self._file < 0:
            return []
        self._read = min(self._read, os.fstat(self._file).st_size)  # somebody else may have emptied it
        data = os.pread(self._file, AT_ONCE, self._read)
        self._read += len(data)
        *whole, self._begun = (self._begun + data).split(b"\n")
        if len(self._begun) > LONGEST:
            whole, self._begun = [*whole, self._begun], b""
        return [line.decode(errors="replace").rstrip() for line in whole]

    def shorten(self) -> None:
        """Rotates the file to path.1 once it is long; on a full disk the content is discarded.

        A line written between copy and truncation, some microseconds, is lost.
        """
        if self._file < 0 or os.fstat(self._file).st_size < self._longest:
            return
        try:
            self._keep_copy()
        except OSError:
            self._part(1).unlink(missing_ok=True)
        os.ftruncate(self._file, 0)
        self._read = 0

    def _keep_copy(self) -> None:
        for number in range(LOG_FILES, 1, -1):
            if self._part(number - 1).exists():
                self._part(number - 1).replace(self._part(number))
        shutil.copyfile(self.path, self._part(1))

    def _part(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

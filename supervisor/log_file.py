"""The log of one process: a file that the process itself writes to, so that nobody's reading can hold it up.

We read along to show warnings, and keep the file short. The process holds it open for appending and goes on in the
same file after it was emptied.
"""

import os
import shutil
from pathlib import Path

LOG_BYTES, LOG_FILES = 10_000_000, 2
AT_ONCE = 1_000_000
LONGEST = 100_000
"""Bytes read at once, and of one line."""


class LogFile:
    """`path`, beside it the older parts `path`.1 and `path`.2."""

    def __init__(self, path: Path, longest: int = LOG_BYTES) -> None:
        self.path = path
        self._longest = longest
        self._file = -1
        self._read = 0
        self._begun = b""

    def open(self) -> int:
        """A descriptor for a process to write to, made anew at each start; OSError."""
        self.close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        self._read = os.fstat(self._file).st_size
        return self._file

    def close(self) -> None:
        """Ends our reading; the process keeps what it holds."""
        if self._file >= 0:
            os.close(self._file)
        self._file, self._begun = -1, b""

    def lines(self) -> list[str]:
        """The lines written since the last call, as far as they are whole; OSError."""
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
        """Moves what was written to path.1 once it is long; on a full disk, where no copy fits, it is given up.

        A line written between the copy and the emptying, some microseconds, is lost.
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

"""Opens the files of a release folder that a stranger may have made: plain files inside it, never through a link.

A link would read, or take into the data folder, whatever it points to; opening a pipe waits for ever.
"""

import os
import stat
from io import BufferedReader
from pathlib import Path


class NotAPlainFile(Exception):
    """The name leads through a link, or to something that is no plain file; the message says what to do."""


def open_inside(folder: Path, name: str) -> BufferedReader:
    """The file `name` ("a/b/c") inside the folder; NotAPlainFile, FileNotFoundError."""
    *parents, last = name.split("/")
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for parent in parents:
            inner = _opened(handle, parent, os.O_DIRECTORY, folder / name)
            os.close(handle)
            handle = inner
        return os.fdopen(_opened(handle, last, os.O_NONBLOCK, folder / name), "rb")
    finally:
        os.close(handle)


def _opened(folder: int, name: str, flags: int, whole: Path) -> int:
    """Looked at before it is opened, because opening a device may already do something, and again afterwards."""
    wanted = stat.S_ISDIR if flags & os.O_DIRECTORY else stat.S_ISREG
    if not wanted(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        raise _refused(whole)
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NotAPlainFile(f"{whole} cannot be opened: {error.strerror}") from None
    if not wanted(os.fstat(handle).st_mode):
        os.close(handle)
        raise _refused(whole)
    return handle


def _refused(whole: Path) -> NotAPlainFile:
    return NotAPlainFile(f"{whole} is a link or no plain file: copy the release with the files themselves (cp -RL)")

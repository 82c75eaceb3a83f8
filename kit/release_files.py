"""Safely opens files of an untrusted release folder: regular files inside it only, never through a symbolic link.

A link could expose any file that it points to, or copy it into the data folder; opening a pipe would block for ever.
"""

import os
import stat
from io import BufferedReader
from pathlib import Path


class NotAPlainFile(Exception):
    """The path contains a link or is not a regular file; the message states what to do."""


def open_inside(folder: Path, name: str) -> BufferedReader:
    """Opens the file `name` ("a/b/c") inside the folder; NotAPlainFile, FileNotFoundError."""
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
    """Opens with a file type check before, because opening a device can have side effects, and again afterwards."""
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

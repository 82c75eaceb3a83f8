"""Crash-safe writing of folders: after a crash, kill or full disk either the old or the new one exists."""

import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from glob import escape
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from kit.durable_files import sync_directory
from kit.release import FileEntry

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h
TOKEN_BYTES = 4  # random part of a scratch folder's name
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def room_for(what: str, folder: Path, needed: int, error: type[Exception]) -> Iterator[None]:
    """Raises `error` with a sentence when the disk lacks room for `needed` bytes, before or during the block."""
    free = shutil.disk_usage(folder).free
    message = (
        f"no room for {what} in {folder}: it needs about {needed:,} bytes and {free:,} are free; make room, run again"
    )
    if free < needed:
        raise error(message)
    try:
        yield
    except OSError as fault:
        if fault.errno not in NO_SPACE:
            raise
        raise error(f"{message} ({fault.strerror})") from fault


class HashedFile:
    """A binary file that computes its size and SHA-256 while it is written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._bytes = 0

    def write(self, chunk: bytes) -> int:
        """Writes all of the chunk; OSError with its errno when the disk is full."""
        self._file.write(chunk)
        self._digest.update(chunk)
        self._bytes += len(chunk)
        return len(chunk)

    def entry(self) -> FileEntry:
        """The file's entry in a manifest."""
        return FileEntry(bytes=self._bytes, sha256=self._digest.hexdigest())


class Folder:
    """A folder being filled. `files` holds the entry of every file that is completely on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, FileEntry] = {}

    @contextmanager
    def file(self, name: str) -> Iterator[HashedFile]:
        """Opens a file for writing; it is synced to disk when the block ends."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as raw:
            hashed = HashedFile(raw)
            yield hashed
            raw.flush()
            os.fsync(raw.fileno())
        self.files[name] = hashed.entry()

    def array(self, name: str, array: npt.NDArray[Any]) -> None:
        """Writes a .npy file. Not np.save: on a full disk it reports no errno."""
        with self.file(name) as file:
            np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)

    def streamed(self, name: str, dtype: npt.DTypeLike, count: int, parts: Iterable[npt.NDArray[Any]]) -> None:
        """Writes the .npy file of an array (count,) that comes in parts, the same bytes as `array` writes; ValueError
        for another length."""
        described = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": (count,)}
        with self.file(name) as file:
            np.lib.format.write_array_header_1_0(file, described)
            for part in parts:
                file.write(np.ascontiguousarray(part, dtype).tobytes())
                count -= len(part)
        if count:
            raise ValueError(f"{name}: {count} values are missing for its header")

    def sync(self) -> None:
        """Makes the names of all files durable."""
        for folder in {self.path, *(path for path in self.path.rglob("*") if path.is_dir())}:
            sync_directory(folder)


def exchange_folders(one: Path, other: Path) -> None:
    """Swaps two folders, atomically where the system can; else `one` is missing for a moment."""
    if not _exchanged(one, other):
        aside = one.with_name(f".aside-{one.name}")
        one.rename(aside)
        other.rename(one)
        aside.rename(other)
    sync_directory(one.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """renameat2(2) with RENAME_EXCHANGE; False where it is missing: other systems than Linux, some file systems."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    status: int = call(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), ctypes.c_uint(RENAME_EXCHANGE))
    return status == 0


@contextmanager
def removed_at_end(path: Path) -> Iterator[Path]:
    """Removes a folder that the block creates. The block gets a name, not a folder, so that an interrupt just after
    the creation leaves nothing either; one during the removal is raised when the folder is gone."""
    try:
        yield path
    finally:
        try:
            _remove_if_there(path)
        except KeyboardInterrupt:
            _remove_if_there(path)
            raise


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new empty folder in `parent` for the time of the block; those that killed processes left are removed first."""
    with ExitStack() as closing, removed_at_end(parent / f"{prefix}{token_hex(TOKEN_BYTES)}") as path:
        with locked(parent):
            for left in parent.glob(escape(prefix) + "[0-9a-f]" * 2 * TOKEN_BYTES):
                remove_abandoned(left)
            path.mkdir(mode=0o700)
            closing.callback(os.close, held_while_open(path))
        yield path


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Waits for the lock of the parent folder, so that no cleanup runs between creating a scratch folder and locking
    it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def held_while_open(scratch: Path) -> int:
    """Locks a scratch folder for as long as the returned descriptor is open, at most until the process ends."""
    held = os.open(scratch, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


def remove_abandoned(scratch: Path) -> None:
    """Removes a scratch folder that no process holds: its process was killed. One that may not be opened stays."""
    try:
        handle = os.open(scratch, os.O_RDONLY)
    except OSError:  # its process has just finished, or is another user's
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    else:
        shutil.rmtree(scratch, ignore_errors=True)
    finally:
        os.close(handle)


def _remove_if_there(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)


def remove_folder(path: Path) -> None:
    """Removes a folder; after an interruption the rest begins with .removing-."""
    doomed = path.with_name(f".removing-{path.name}")
    path.rename(doomed)
    doomed.unlink() if doomed.is_symlink() else shutil.rmtree(doomed)


def remove_all(folder: Path, pattern: str) -> None:
    """Removes the leftovers of an interrupted run."""
    for path in folder.glob(pattern):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def sync_file(path: Path) -> None:
    """Makes a file's content durable."""
    with path.open("rb") as file:
        os.fsync(file.fileno())

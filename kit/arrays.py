"""Reads numpy arrays from untrusted files: .npy memory-mapped, .npz fully into memory.

Rows of either can be read one by one, which keeps nothing in memory. Only numeric and text dtypes, never pickle. The
header is validated first and must describe exactly the file's bytes, so a file of 200 bytes that claims 10^18 rows is
refused before anything is allocated.
"""

import math
import os
import struct
import tokenize
import weakref
import zipfile
from collections.abc import Collection, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

PLAIN_KINDS = "biufSU"
LOCAL_HEADER, LENGTHS = struct.Struct("<4s5H3L2H"), struct.Struct("<2H")
"""Of a zip member; its last two numbers are the lengths of what follows it before the bytes of the member."""
_UNREADABLE = (ValueError, SyntaxError, TypeError, EOFError, RecursionError, MemoryError, tokenize.TokenError)
_NO_ARCHIVE = (
    *(zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError),
    *(struct.error, OverflowError),  # of offsets that are no part of the file
)


class NotAnArray(ValueError):
    """The file is not a readable array; the message gives the reason."""


def mapped(path: Path) -> npt.NDArray[Any]:
    """Memory-maps the array of a .npy file, read-only; NotAnArray when the header and the size disagree."""
    with path.open("rb") as file:
        shape, order, dtype = _header(file, os.fstat(file.fileno()).st_size)
        offset = file.tell()
    if not math.prod(shape):
        return np.empty(shape, dtype)  # nothing to map
    # A plain ndarray over the same pages: indexing a np.memmap creates a memmap each time, at 1 us each.
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", offset=offset, shape=shape, order=order))


class RowFile:
    """Rows of a .npy file, read one by one: a mapping would keep the pages around each in the process's memory."""

    def __init__(self, path: Path, start: int = 0, size: int | None = None) -> None:
        """The .npy file stands in `size` bytes from `start`, by default all. NotAnArray when its header and the size
        disagree, or rows do not lie one after another."""
        with path.open("rb") as file:
            file.seek(start)
            length = os.fstat(file.fileno()).st_size
            if size is not None and start + size > length:
                raise NotAnArray(f"it ends beyond the {length:,} bytes of its file")
            self.shape, order, self.dtype = _header(file, length if size is None else size)
            self._offset = file.tell()
        if order != "C" or not self.shape:
            raise NotAnArray("its rows do not lie one after another: write it in C order")
        self._size = math.prod(self.shape[1:]) * self.dtype.itemsize
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._handle)

    def __len__(self) -> int:
        return self.shape[0]

    def rows(self, rows: Sequence[int]) -> npt.NDArray[Any]:
        """(len, ...) of these rows; IndexError for one beyond the file."""
        if rows and not (min(rows) >= 0 and max(rows) < len(self)):
            raise IndexError(f"a row outside 0..{len(self) - 1}")
        handle, size, offset = self._handle, self._size, self._offset
        parts = [os.pread(handle, size, offset + row * size) for row in rows]
        found: npt.NDArray[Any] = np.frombuffer(b"".join(parts), self.dtype).reshape(len(rows), *self.shape[1:])
        return found

    def __getitem__(self, rows: npt.NDArray[np.integer[Any]]) -> npt.NDArray[Any]:
        """The same of an array of rows (len,); one that is repeated, as the seed of a whole list is, is read once."""
        wanted: list[int] = rows.tolist()
        place = {row: number for number, row in enumerate(dict.fromkeys(wanted))}
        found = self.rows(list(place))
        return found if len(place) == len(wanted) else found.take([place[row] for row in wanted], axis=0)


def archived(path: Path, names: Collection[str]) -> dict[str, npt.NDArray[Any]]:
    """Loads the named arrays of a .npz file written by numpy.savez. Compressed members are refused with NotAnArray,
    because one could decompress to any size."""
    try:
        with zipfile.ZipFile(path) as members:
            return {name: _member(members, f"{name}.npy") for name in names}
    except _NO_ARCHIVE as error:
        raise NotAnArray(f"no .npz file with {', '.join(names)}: {error}") from None


def archived_rows(path: Path, name: str) -> RowFile:
    """The rows of one named array of such a file."""
    try:
        with zipfile.ZipFile(path) as members, path.open("rb") as file:
            info = _stored(members, f"{name}.npy")
            members.open(info).close()  # checks the local header
            return RowFile(path, _start(file, info), info.file_size)
    except _NO_ARCHIVE as error:
        raise NotAnArray(f"no .npz file with {name}: {error}") from None


def _start(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    """Where the bytes of a member begin: after its local header (APPNOTE.TXT 4.3.7), its name and its extra field."""
    file.seek(info.header_offset + LOCAL_HEADER.size - LENGTHS.size)
    of_name, of_extra = LENGTHS.unpack(file.read(LENGTHS.size))
    return info.header_offset + LOCAL_HEADER.size + int(of_name) + int(of_extra)


def _stored(members: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    info = members.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
        raise NotAnArray(f"{name} is compressed: write it with numpy.savez")
    return info


def _member(members: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    info = _stored(members, name)
    file = BytesIO(members.read(info))
    shape, order, dtype = _header(file, info.file_size)
    return np.frombuffer(file.read(), dtype).reshape(shape, order=order)


def _header(file: BinaryIO, size: int) -> tuple[tuple[int, ...], Any, np.dtype[Any]]:
    """Reads shape, order and dtype of the next `size` bytes and leaves the file position at the first value."""
    start = file.tell()
    try:
        version = np.lib.format.read_magic(file)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, fortran, dtype = read(file)
    except KeyError:
        raise NotAnArray("its format is newer than 2.0: write it with numpy.save") from None
    except _UNREADABLE as error:
        raise NotAnArray(f"its header cannot be read ({str(error)[:200]})") from None
    if dtype.kind not in PLAIN_KINDS or dtype.hasobject or not dtype.itemsize or not dtype.isnative:
        raise NotAnArray(f"it holds {str(dtype)[:50]}, not plain numbers or text in this machine's byte order")
    if any(length < 0 for length in shape) or file.tell() - start + math.prod(shape) * dtype.itemsize != size:
        raise NotAnArray(f"its header says {str(shape)[:100]} of {dtype}, which is not what its {size:,} bytes hold")
    return shape, "F" if fortran else "C", dtype

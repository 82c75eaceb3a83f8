"""Reads arrays from files that a stranger may have written: .npy memory-mapped, .npz whole.

Only plain numbers and text, never pickle. The header is read first and must describe exactly the bytes that are there,
so a file of 200 bytes that claims 10^18 rows is refused before anything is allocated.
"""

import math
import os
import tokenize
import zipfile
from collections.abc import Collection
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

PLAIN_KINDS = "biufSU"
_UNREADABLE = (ValueError, SyntaxError, TypeError, EOFError, RecursionError, MemoryError, tokenize.TokenError)
_NO_ARCHIVE = (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError)


class NotAnArray(ValueError):
    """The bytes are no array that we read; the message says why."""


def mapped(path: Path) -> npt.NDArray[Any]:
    """The array of a .npy file over its pages, read-only."""
    with path.open("rb") as file:
        shape, order, dtype = _header(file, os.fstat(file.fileno()).st_size)
        offset = file.tell()
    if not math.prod(shape):
        return np.empty(shape, dtype)  # nothing to map
    # As a plain array over the same pages: every index into a memmap makes a memmap, at 1 us each.
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", offset=offset, shape=shape, order=order))


def archived(path: Path, names: Collection[str]) -> dict[str, npt.NDArray[Any]]:
    """The named arrays of a .npz file. Stored as numpy.savez does: a compressed member could unfold to any size."""
    try:
        with zipfile.ZipFile(path) as members:
            return {name: _member(members, f"{name}.npy") for name in names}
    except _NO_ARCHIVE as error:
        raise NotAnArray(f"no .npz file with {', '.join(names)}: {error}") from None


def _member(members: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    said = members.getinfo(name)
    if said.compress_type != zipfile.ZIP_STORED or said.file_size != said.compress_size:
        raise NotAnArray(f"{name} is compressed: write it with numpy.savez")
    file = BytesIO(members.read(said))
    shape, order, dtype = _header(file, said.file_size)
    return np.frombuffer(file.read(), dtype).reshape(shape, order=order)


def _header(file: BinaryIO, size: int) -> tuple[tuple[int, ...], Any, np.dtype[Any]]:
    """Shape, order and dtype; the file then stands at the first value."""
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
    if any(length < 0 for length in shape) or file.tell() + math.prod(shape) * dtype.itemsize != size:
        raise NotAnArray(f"its header says {str(shape)[:100]} of {dtype}, which is not what its {size:,} bytes hold")
    return shape, "F" if fortran else "C", dtype

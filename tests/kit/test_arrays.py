"""Rows of an array in a .npz file, read one by one."""

import struct
from pathlib import Path

import numpy as np
import pytest

from kit.arrays import NotAnArray, archived_rows


def test_rows_of_an_archive_are_those_of_the_array(tmp_path: Path) -> None:
    wanted = np.random.default_rng(1).standard_normal((50, 7)).astype(np.float16)
    np.savez(tmp_path / "some.npz", before=np.arange(3), vectors=wanted, after=np.ones(2))
    rows = archived_rows(tmp_path / "some.npz", "vectors")
    chosen = np.array([49, 0, 7, 7])
    assert rows.shape == wanted.shape
    assert rows[chosen].dtype == np.float16
    assert np.array_equal(rows[chosen], wanted[chosen])
    with pytest.raises(IndexError, match=r"0\.\.49"):
        rows[np.array([50])]


def moved_beyond(archive: bytes) -> bytes:
    """The directory says that the member begins beyond the file."""
    at = archive.rindex(b"PK\x01\x02") + 42
    return archive[:at] + struct.pack("<L", 1 << 30) + archive[at + 4 :]


def lengthened(archive: bytes) -> bytes:
    """The local header gives the member's name more bytes than the archive has."""
    return archive[:26] + struct.pack("<H", 60_000) + archive[28:]


def test_what_is_no_such_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    np.savez_compressed(path, vectors=np.zeros((4, 4)))
    with pytest.raises(NotAnArray, match="compressed"):
        archived_rows(path, "vectors")
    np.savez(path, vectors=np.asfortranarray(np.ones((4, 4))), number=np.float64(1))
    with pytest.raises(NotAnArray, match="C order"):
        archived_rows(path, "vectors")
    with pytest.raises(NotAnArray, match="C order"):
        archived_rows(path, "number")
    with pytest.raises(NotAnArray, match=r"no \.npz file with names"):
        archived_rows(path, "names")
    for damage in (moved_beyond, lengthened):
        np.savez(path, vectors=np.ones((4, 4)))
        path.write_bytes(damage(path.read_bytes()))
        with pytest.raises(NotAnArray):
            archived_rows(path, "vectors")
    path.write_bytes(b"PK" + bytes(40))
    with pytest.raises(NotAnArray, match=r"no \.npz file"):
        archived_rows(path, "vectors")

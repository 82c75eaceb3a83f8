"""float16 rows, as a release stores vectors, as float32: the same numbers as astype gives, sooner.

numpy converts halves one by one; there are only 65,536 of them, so a table knows them all. A product needs no table:
the bits of a half, moved to where float32 has them, are the number times 2^-112 (400 rows of 512 columns: 250 us where
the table takes 500 and astype 800, rows gathered from 154,716).
"""

import numpy as np
import numpy.typing as npt

from kit.release import Floats

TABLE = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
MOVED, KEPT, SCALE = 13, np.int32(-0x70002000), np.float32(2.0**112)
"""Bits between the two mantissas; sign, exponent and mantissa after moving a sign-extended half; 127 - 15 halvings."""


def to_float32(rows: Floats) -> npt.NDArray[np.float32]:
    """A new array of the same shape; rows of any other type are converted as usual."""
    if rows.dtype != np.float16:
        return rows.astype(np.float32)
    found: npt.NDArray[np.float32] = np.take(TABLE, np.ascontiguousarray(rows).view(np.uint16), mode="clip")
    return found


def products(rows: Floats, vector: Floats) -> npt.NDArray[np.float32]:
    """(n,) inner products of rows (n, dim) with a vector (dim,) of values below 60,000; halves must be finite."""
    found: npt.NDArray[np.float32]
    if rows.dtype != np.float16:
        found = rows.astype(np.float32) @ vector.astype(np.float32)
        return found
    bits = np.ascontiguousarray(rows).view(np.int16).astype(np.int32)
    bits <<= MOVED
    bits &= KEPT
    found = bits.view(np.float32) @ (vector.astype(np.float32) * SCALE)
    return found

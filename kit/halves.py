"""float16 rows, as a release stores vectors, as float32: the same numbers as astype gives, sooner.

numpy converts halves one by one; there are only 65,536 of them, so a table knows them all.
"""

import numpy as np
import numpy.typing as npt

from kit.release import Floats

TABLE = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)


def widened(rows: Floats) -> npt.NDArray[np.float32]:
    """A new array of the same shape; rows of any other type are converted as usual."""
    if rows.dtype != np.float16:
        return rows.astype(np.float32)
    found: npt.NDArray[np.float32] = np.take(TABLE, np.ascontiguousarray(rows).view(np.uint16), mode="clip")
    return found

"""Likes that stand out: the oldest, the newest, the rarest, the longest, and the one least like the rest."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from kit.release import Floats, Ints

FEWEST = 10
Kind = Literal["oldest", "newest", "rarest", "longest", "outlier"]


def records(
    year: npt.NDArray[np.floating],
    popularity: npt.NDArray[np.floating],
    duration_ms: npt.NDArray[np.floating],
    directions: Floats,
    placed: Ints,
) -> list[tuple[Kind, int, float]]:
    """(kind, position among the likes, value) for columns (likes,), NaN unknown; none below FEWEST likes.

    `directions` (p, dim) are the unit vectors of the likes at positions `placed` (p,); the outlier is the one with the
    smallest mean cosine to the others, which is its value.
    """
    if len(year) < FEWEST:
        return []
    columns: list[tuple[Kind, npt.NDArray[np.floating], bool]] = [
        ("oldest", year, False),
        ("newest", year, True),
        ("rarest", popularity, False),
        ("longest", duration_ms, True),
    ]
    found = [
        (kind, at, float(column[at])) for kind, column, most in columns if (at := _extreme(column, most)) is not None
    ]
    if len(directions) >= FEWEST:
        similar = (directions @ directions.sum(axis=0) - 1) / (len(directions) - 1)
        least = int(similar.argmin())
        found.append(("outlier", int(placed[least]), round(float(similar[least]), 4)))
    return found


def _extreme(column: npt.NDArray[np.floating], most: bool) -> int | None:
    if not np.isfinite(column).any():
        return None
    return int(np.nanargmax(column) if most else np.nanargmin(column))

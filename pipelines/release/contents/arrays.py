"""Opens arrays of a release and checks dtype, shape and range."""

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from kit.arrays import NotAnArray, mapped
from kit.manifest import BrokenRelease
from kit.release import Release

CHUNK = 1 << 20  # values checked per batch


def opened(release: Release, name: str, dtypes: Collection[str], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """The array of a file; BrokenRelease unless it has one of the dtypes, and the shape (-1 = any length)."""
    try:
        array = mapped(release.path / name)
    except NotAnArray as error:
        raise broken(release, name, str(error)) from None
    fits = array.ndim == len(shape) and all(wanted in (-1, had) for wanted, had in zip(shape, array.shape, strict=True))
    if array.dtype.str[1:] not in dtypes or not fits:
        expected = f"{' or '.join(dtypes)} of shape {shape}"
        raise broken(release, name, f"holds {array.dtype.str[1:]} of shape {array.shape} instead of {expected}")
    return array


def check_range(release: Release, name: str, array: npt.NDArray[Any], low: float, high: float) -> None:
    """BrokenRelease when a value lies outside [low, high]; NaN passes."""
    if array.size and not np.isnan(array).all() and not (np.nanmin(array) >= low and np.nanmax(array) <= high):
        raise broken(release, name, f"has values outside {low} to {high}")


def check_finite(release: Release, name: str, array: npt.NDArray[Any]) -> None:
    """BrokenRelease when a value is infinite or NaN."""
    flat = array.reshape(-1)
    if not all(np.isfinite(flat[at : at + CHUNK]).all() for at in range(0, len(flat), CHUNK)):
        raise broken(release, name, "has values that are not finite")


def broken(release: Release, name: str, what: str) -> BrokenRelease:
    """A BrokenRelease error about a file."""
    return BrokenRelease(f"{release.path / name} {what}: build the release again")

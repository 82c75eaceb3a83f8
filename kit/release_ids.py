"""Looks up ids, MBIDs and ISRCs in the sorted id arrays of a release."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
Rows = npt.NDArray[np.int64]
CODE_BYTES = 41  # "mbid:" and 36 characters


def bytes22(track_ids: Sequence[str]) -> npt.NDArray[np.bytes_]:
    """Ids as bytes22. An MBID is cut to 22 bytes, one of which is a hyphen, so it equals no id."""
    return np.array([track_id.encode("ascii", "replace") for track_id in track_ids], dtype="S22")


def code_of(reference: str) -> bytes:
    """An MBID or ISRC with its prefix, "mbid:" or "isrc:", chosen by its length; empty for any other."""
    kind = {36: b"mbid:", 12: b"isrc:"}.get(len(reference))
    return kind + reference.encode("ascii", "replace") if kind else b""


def looked_up(known: npt.NDArray[np.bytes_], rows: Ints, wanted: npt.NDArray[np.bytes_]) -> Rows:
    """The row (len,) of each wanted value in the sorted `known`, -1 where it is missing."""
    if not len(known) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, rows[at], -1).astype(np.int64)


def rows_of(ids: npt.NDArray[np.bytes_], order: Ints, wanted: npt.NDArray[np.bytes_]) -> Rows:
    """The row (len,) of each wanted id among `ids` (n,), which `order` (n,) sorts; -1 where it is missing: without a
    sorted copy of the ids, which every process that serves the release would hold."""
    if not len(ids) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int64)
    rows = order[np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)]
    return np.where(ids[rows] == wanted, rows, -1).astype(np.int64)

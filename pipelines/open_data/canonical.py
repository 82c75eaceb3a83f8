"""Canonical recordings: maps the key of any recording to its canonical one, in arrays that are memory-mapped.

`build` writes
    keys.npy      (m,) int64, ascending: keys (listens.recording_key) of canonical recordings and of redirected ones
    targets.npy   (m,) uint32: the row of the canonical recording in the dump's table `recordings`
    albums.npy    (n,) int64: the key of the release of each row, 0 where there is none
The dump's canonical_recording_redirect.csv leads from other recordings of a work's recording to the canonical one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from pipelines.open_data.listens import recording_key

VERSION = 1
Keys = npt.NDArray[np.int64]
Rows = npt.NDArray[np.uint32]
UNMAPPED = np.uint32(0xFFFFFFFF)
ROWS_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Canonical:
    """The mapping, opened from a folder that `build` wrote."""

    keys: Keys
    targets: Rows
    albums: Keys

    @classmethod
    def open(cls, folder: Path) -> "Canonical":
        """Maps the arrays into memory."""
        names = ("keys", "targets", "albums")
        return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in names))

    def rows(self, keys: Keys) -> Rows:
        """(k,) the canonical row of each key; UNMAPPED where there is none."""
        if not len(self.keys):
            return np.full(len(keys), UNMAPPED, dtype=np.uint32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.targets[at], UNMAPPED).astype(np.uint32)


def build(tables: Mapping[str, Path], folder: Path) -> Mapping[str, Any]:
    """Writes the arrays from the tables `recordings` and `redirects` of a dump, which may have no redirects."""
    own, albums = _columns(tables["recordings"], "recording_mbid", "release_mbid")
    rows = np.arange(len(own), dtype=np.uint32)
    keys, targets, collided = _distinct(own, rows)
    redirected = 0
    if "redirects" in tables:
        others, into = _columns(tables["redirects"], "recording_mbid", "canonical_recording_mbid")
        found = Canonical(keys, targets, albums).rows(into)
        known = (found != UNMAPPED) & (others != 0) & (Canonical(keys, targets, albums).rows(others) == UNMAPPED)
        redirected = int(known.sum())
        keys, targets, again = _distinct(np.concatenate([keys, others[known]]), np.concatenate([targets, found[known]]))
        collided += again
    for name, array in (("keys", keys), ("targets", targets), ("albums", albums)):
        np.save(folder / f"{name}.npy", array)
    return {"recordings": len(own), "redirected": redirected, "collided": collided}


def _columns(file: Path, *mbids: str) -> list[Keys]:
    """The keys of MBID columns, read in blocks; 0 where there is none."""
    found: list[list[Keys]] = [[] for _ in mbids]
    with pq.ParquetFile(file) as opened:
        for batch in opened.iter_batches(ROWS_AT_ONCE, columns=list(mbids)):
            frame = pl.DataFrame(batch)
            for into, mbid in zip(found, mbids, strict=True):
                into.append(frame.select(recording_key(mbid).fill_null(0)).to_series().to_numpy())
    return [np.concatenate(blocks) if blocks else np.empty(0, dtype=np.int64) for blocks in found]


def _distinct(keys: Keys, targets: Rows) -> tuple[Keys, Rows, int]:
    """Keys in ascending order with their targets; a key of two targets is left out, and the number of those."""
    order = np.lexsort((targets, keys))
    keys, targets = keys[order], targets[order]
    first = np.r_[True, keys[1:] != keys[:-1]] if len(keys) else np.empty(0, dtype=bool)
    other = np.flatnonzero(~first & np.r_[False, targets[1:] != targets[:-1]]) if len(keys) else np.empty(0, dtype=int)
    bad = np.unique(keys[other])
    kept = first & (keys != 0) & ~np.isin(keys, bad)
    return keys[kept], targets[kept], len(bad)

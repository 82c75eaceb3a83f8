"""Counts the entries that differ between two ingests: those of playlists that were added, removed or changed.

Each playlist has a 64-bit sum of a hash of its tracks and positions, so nothing is sorted and cost is linear in the
entries. Two different playlists of the same id and number of entries are taken as equal with a chance of 2^-64.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines import tables
from pipelines.graph import ingested
from pipelines.graph.entry_codes import EntryCodes
from pipelines.ingest.training_input import likes_as_playlists

Hashes = npt.NDArray[np.uint64]
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: Knuth's multiplicative hash


@dataclass(frozen=True, slots=True)
class Changed:
    """The number of entries of playlists that differ, and of all entries of the later ingest."""

    entries: int
    of: int

    @property
    def share(self) -> float:
        """Differing entries over all entries; 1 when there are none."""
        return self.entries / self.of if self.of else 1.0


def changed(earlier: Path, later: Path) -> Changed:
    """Compares the ingests in two folders. A person's likes and listens count as a playlist, as in training."""
    before, after = _playlists(earlier), _playlists(later)
    both = before.join(after, on="playlist_id", how="full", suffix="_after", coalesce=True)
    same = (pl.col("hash") == pl.col("hash_after")) & (pl.col("entries") == pl.col("entries_after"))
    differ = both.filter(~same.fill_null(False)).select(pl.max_horizontal("entries", "entries_after").sum())
    return Changed(int(differ.item() or 0), int(after["entries"].sum()))


def _playlists(folder: Path) -> pl.DataFrame:
    """playlist_id, entries, hash of each playlist."""
    found = ingested.entries(folder, None, likes_as_playlists(tables.read(folder, "listens")))
    coded = found if isinstance(found, EntryCodes) else EntryCodes.of(found)
    with np.errstate(over="ignore"):
        tracks = coded.track_ids.hash(seed=0).to_numpy()[coded.track]
        hashes = _mixed(tracks + coded.position.astype(np.uint64) * MIX)
        sums = np.zeros(len(coded.playlist_ids), np.uint64)
        np.add.at(sums, coded.playlist, hashes)
    counts = np.bincount(coded.playlist, minlength=len(sums))
    frame = pl.DataFrame({"playlist_id": coded.playlist_ids, "entries": counts, "hash": sums})
    return frame.filter(pl.col("entries") > 0)


def _mixed(values: Hashes) -> Hashes:
    """The finaliser of splitmix64, so that sums of hashes do not cancel."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))

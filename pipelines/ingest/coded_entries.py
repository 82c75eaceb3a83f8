"""Merges the entries of all files as integers: rows of the sorted playlists and tracks, 14 bytes an entry.

Sorting and comparing 66 million rows of ids as text takes five times the memory of this machine's; as integers it takes
3 GB. Text is written at the end, a group of rows at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import tables
from pipelines.ingest.part import SavedPart

GROUP = 1_000_000  # entries that are written at once
IDS = 2_000_000  # ids of parts that are looked up at once
CODES = "entry-codes.npz"
Array = npt.NDArray[Any]
_LABEL = np.uint16


@dataclass(frozen=True, slots=True, eq=False)
class CodedEntries:
    """Entries in order of playlist and position: rows of `playlists` and `tracks` (both sorted), and of `labels`."""

    playlists: pl.Series
    tracks: pl.Series
    labels: Sequence[str]
    playlist: Array  # (e,) uint32
    position: Array  # (e,) int32
    track: Array  # (e,) uint32
    label: Array  # (e,) uint16

    @property
    def height(self) -> int:
        """The number of entries."""
        return len(self.track)

    def write(self, folder: Path) -> None:
        """Writes tables.ENTRIES as text, and beside it the same as integers, for stages that count.

        Text is handed over as a dictionary and its numbers, which is how Parquet stores it.
        """
        path, first = folder / "entries.parquet", self._group(slice(0, GROUP))
        with pq.ParquetWriter(path, first.schema, compression="zstd", store_schema=False) as writer:
            writer.write_table(first)
            for start in range(GROUP, self.height, GROUP):
                writer.write_table(self._group(slice(start, start + GROUP)))
        np.savez(folder / CODES, playlist=self.playlist, position=self.position, track=self.track)

    def _group(self, rows: slice) -> pa.Table:
        columns = (
            _text(self.playlists, self.playlist[rows]),
            pa.array(self.position[rows]),
            _text(self.tracks, self.track[rows]),
            _text(pl.Series(self.labels, dtype=pl.String), self.label[rows]),
        )
        return pa.table(dict(zip(tables.ENTRIES, columns, strict=True)))


def _text(values: pl.Series, rows: Array) -> pa.Array:
    """The values of rows, each different one stored once."""
    number = np.zeros(len(values), np.int32)
    number[rows] = 1
    used = np.flatnonzero(number)
    number[used] = np.arange(len(used))
    return pa.DictionaryArray.from_arrays(number[rows], values[used].to_arrow())


def merged(
    parts: Sequence[SavedPart], playlists: pl.Series, tracks: pl.Series, final: Mapping[str, str]
) -> tuple[CodedEntries, int]:
    """The entries of all parts, and the number of repeats of a track at one position, which are dropped.

    playlists, tracks: the sorted ids of the merged tables; final: the id that an id was merged into.
    """
    labels = list(dict.fromkeys(part.label for part in parts))
    columns: tuple[list[Array], ...] = ([], [], [], [])
    with_entries = [part for part in parts if part.has("entries")]
    of_playlists = _rows_of(with_entries, "playlist", playlists, {})
    of_tracks = _rows_of(with_entries, "track", tracks, final)
    for part, playlist, track in zip(with_entries, of_playlists, of_tracks, strict=True):
        entries = part.frame("entries")
        columns[0].append(playlist[entries["playlist"].to_numpy()])
        columns[1].append(entries["position"].to_numpy())
        columns[2].append(track[entries["track"].to_numpy()])
        columns[3].append(np.full(entries.height, labels.index(part.label), _LABEL))
    types = (np.uint32, np.int32, np.uint32, _LABEL)
    arrays = [_joined(column, dtype) for column, dtype in zip(columns, types, strict=True)]
    kept = _order(*arrays[:3])
    repeated = len(arrays[0]) - len(kept)
    return CodedEntries(playlists, tracks, labels, *(array[kept] for array in arrays)), repeated


def _joined(column: list[Array], dtype: Any) -> Array:
    """One array; the list is emptied."""
    array = np.concatenate([np.empty(0, dtype), *column])
    column.clear()
    return array


def _rows_of(
    parts: Sequence[SavedPart], what: str, ids: pl.Series, final: Mapping[str, str]
) -> Iterator[npt.NDArray[np.uint32]]:
    """For each part the rows of `ids` that its own playlists or tracks have; looked up for several parts at once."""
    name = f"{what}_id"
    known = pl.DataFrame({name: ids}).with_row_index("row")
    waiting: list[pl.DataFrame] = []
    for number, part in enumerate(parts):
        waiting.append(part.frame(f"{what}_ids"))
        if number + 1 == len(parts) or sum(frame.height for frame in waiting) >= IDS:
            wanted = pl.concat(waiting)
            wanted = wanted.with_columns(pl.col(name).replace(dict(final))) if final else wanted
            rows = wanted.join(known, on=name, how="left", maintain_order="left")["row"].to_numpy()
            yield from np.split(rows, np.cumsum([frame.height for frame in waiting])[:-1])
            waiting = []


def _order(playlist: Array, position: Array, track: Array) -> npt.NDArray[np.int64]:
    """The rows to keep, in order of playlist, position and file; the first of equal ones."""
    key = (playlist.astype(np.int64) << 32) | position
    order = np.argsort(key, kind="stable")
    key = key[order]
    tied = np.zeros(len(key), bool)
    tied[1:] = key[1:] == key[:-1]
    if not tied.any():
        return order
    tied[:-1] |= tied[1:]
    rows = np.flatnonzero(tied)
    repeats = pl.DataFrame({"key": key[rows], "track": track[order[rows]]}).with_row_index("at")
    first = repeats.unique(["key", "track"], keep="first", maintain_order=True)["at"].to_numpy()
    keep = ~tied
    keep[rows[first]] = True
    return order[keep]

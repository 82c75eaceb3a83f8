"""Playlist entries as integers: rows of the sorted playlist and track ids, as ingest writes them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class EntryCodes:
    """Entries as integers: for each the row of its playlist and of its track in the sorted ids, and its position."""

    playlist_ids: pl.Series
    track_ids: pl.Series
    playlist: npt.NDArray[Any]  # (e,)
    track: npt.NDArray[Any]  # (e,)
    position: npt.NDArray[Any]  # (e,)

    @classmethod
    def of(cls, entries: pl.DataFrame) -> "EntryCodes":
        """Codes of canonical entries (pipelines.tables.ENTRIES)."""
        playlists, tracks = entries["playlist_id"], entries["track_id"]
        playlist_ids, track_ids = playlists.unique().sort(), tracks.unique().sort()
        position = entries["position"].to_numpy()
        return cls(playlist_ids, track_ids, _codes(playlists, playlist_ids), _codes(tracks, track_ids), position)

    def of_playlists(self, playlist_ids: Collection[str]) -> "EntryCodes":
        """The entries of these playlists."""
        return self._where(self.playlist_ids.is_in(list(playlist_ids)).to_numpy()[self.playlist])

    def tracks_of(self, playlist_ids: Collection[str]) -> pl.Series:
        """The ids of the tracks of these playlists, ascending."""
        kept = self.playlist_ids.is_in(list(playlist_ids)).to_numpy()[self.playlist]
        return self.track_ids[np.flatnonzero(np.bincount(self.track[kept], minlength=len(self.track_ids)))]

    def frame(self) -> pl.DataFrame:
        """playlist_id, position and track_id of the entries, as text."""
        playlists, tracks = self.playlist_ids[self.playlist], self.track_ids[self.track]
        return pl.DataFrame({"playlist_id": playlists, "position": self.position, "track_id": tracks})

    def _where(self, kept: npt.NDArray[np.bool_]) -> "EntryCodes":
        arrays = (array[kept] for array in (self.playlist, self.track, self.position))
        return EntryCodes(self.playlist_ids, self.track_ids, *arrays)


def _codes(column: pl.Series, values: pl.Series) -> npt.NDArray[Any]:
    return column.cast(pl.Enum(values)).to_physical().to_numpy()


def distinct_pairs(coded: EntryCodes) -> tuple[Rows, Rows, npt.NDArray[Any]]:
    """The distinct pairs of playlist and track in order, and the first position of each."""
    wide = max(len(coded.track_ids), 1)
    pairs = coded.playlist.astype(np.int64) * wide + coded.track
    order = np.argsort(pairs, kind="stable")
    pairs = pairs[order]
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    positions = np.minimum.reduceat(coded.position[order], first) if len(first) else coded.position
    return *np.divmod(pairs[first], wide), positions

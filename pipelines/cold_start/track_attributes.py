"""Attributes of tracks apart from playlists: audio features, first artist, and the mean vectors of the artist's
tracks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from kit.wire.catalog import FEATURES
from pipelines.graph.playlist_graph import Rows
from pipelines.models.float16_vectors import Float16Vectors
from pipelines.models.interface import Vectors
from pipelines.models.space import TrainedSpace
from pipelines.release.artist_column import artist_column

Mask = npt.NDArray[np.bool_]
COLUMNS = 64
GUESSED = "name_artist"  # features matched by artist and title may be another recording's: inputs, never targets


@dataclass(frozen=True, slots=True, eq=False)
class TrackAttributes:
    """Tracks in rows, with audio features and first artist; artists have numbers shared by everything `of` one
    table."""

    track_ids: list[str]
    features: Vectors  # (n, 12) NaN unknown
    artists: Rows  # (n,) number of the first artist, -1 unknown
    measured: Mask  # (n,) the features were measured on this recording

    @classmethod
    def of(cls, tracks: pl.DataFrame, artists: npt.NDArray[np.integer[Any]] | None = None) -> "TrackAttributes":
        """The tracks of the canonical track table, in its order; artists (n,): numbers of their first artists, where
        they are known."""
        if artists is None:
            artists = artist_column(tracks["artists"].list.first().to_list())
        features = tracks.select(pl.col(name).cast(pl.Float32) for name in FEATURES).to_numpy()
        source = tracks["features_from"]
        return cls(
            tracks["track_id"].to_list(),
            np.asarray(features, np.float32),
            artists.astype(np.int64),
            (source.is_not_null() & (source != GUESSED)).fill_null(False).to_numpy(),
        )

    def __len__(self) -> int:
        return len(self.track_ids)

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> "TrackAttributes":
        """These tracks, in this order."""
        return TrackAttributes(
            [self.track_ids[at] for at in rows], self.features[rows], self.artists[rows], self.measured[rows]
        )

    def find(self, track_ids: Sequence[str]) -> "TrackAttributes":
        """The tracks with these ids, in this order; an unknown id has no features and no artist."""
        at = {track_id: row for row, track_id in enumerate(self.track_ids)}
        rows = np.array([at.get(track_id, -1) for track_id in track_ids], np.int64)
        missing = rows < 0
        features = np.where(missing[:, None], np.nan, self.features[rows]).astype(np.float32)
        artists = np.where(missing, -1, self.artists[rows])
        return TrackAttributes(list(track_ids), features, artists, self.measured[rows] & ~missing)


class ArtistMeans:
    """Mean index and query vector (D,) of each artist's learned tracks."""

    def __init__(self, artists: Rows, space: TrainedSpace) -> None:
        self._artists, self._space = artists, space
        known = artists >= 0
        self._count = np.bincount(artists[known], minlength=int(artists.max(initial=-1)) + 1).astype(np.float32)
        belongs = _belongs(artists, known, len(self._count))
        self._index, self._query = _sums(belongs, space.index), _sums(belongs, space.query)

    def of(self, artists: Rows) -> tuple[Vectors, Vectors]:
        """Index and query means (n, D) by artist number; zeros where the artist has no learned track."""
        at = np.where((artists >= 0) & (artists < len(self._count)), artists, -1)
        return self._mean(at, 0, self._index, 0.0), self._mean(at, 0, self._query, 0.0)

    def without(self, rows: Rows) -> tuple[Vectors, Vectors]:
        """Index and query means (n, D) of learned tracks' artists, leaving out the track itself."""
        at, space = self._artists[rows], self._space
        return self._mean(at, 1, self._index, space.index[rows]), self._mean(at, 1, self._query, space.query[rows])

    def others(self, rows: Rows) -> Mask:
        """(n,) whether the artist of each learned track has another one."""
        at = self._artists[rows]
        return (at >= 0) & (np.append(self._count, 0)[at] > 1)

    def _mean(self, at: Rows, less: int, sums: Vectors, own: Vectors | float) -> Vectors:
        if not len(self._count):
            return np.zeros((len(at), self._space.index.shape[1]), np.float32)
        count = np.where(at >= 0, self._count[at] - less, 0)
        mean: Vectors = ((sums[at] - own) / np.maximum(count, 1)[:, None] * (count > 0)[:, None]).astype(np.float32)
        return mean


def _sums(belongs: sparse.csr_array, vectors: Float16Vectors) -> Vectors:
    """(size, D) sums of the vectors (n, D) of each artist, COLUMNS of them widened at a time."""
    parts = [belongs @ vectors[:, at : at + COLUMNS] for at in range(0, vectors.shape[1], COLUMNS)]
    return np.hstack(parts)


def _belongs(artists: Rows, known: Mask, size: int) -> sparse.csr_array:
    """(size, n) incidence of artist numbers and the tracks whose artist is known."""
    tracks = np.flatnonzero(known)
    return sparse.csr_array((np.ones(len(tracks), np.float32), (artists[tracks], tracks)), (size, len(artists)))

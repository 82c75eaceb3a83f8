"""Playlists in order and audio features of tracks, aligned with the rows of the graph.

`AudioFeatures` is the input of systems S2 and S3: 29 columns. Ten are numbers, the nine continuous audio features and
the duration, scaled to 0..1 by their smallest and largest value; 19 are one-hot: 12 keys, 2 modes, 5 time signatures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.wire.catalog import FEATURES
from pipelines.evaluate import protocol
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.interface import Vectors

CLASSES = {"key": tuple(range(12)), "mode": (0, 1), "time_signature": (1, 2, 3, 4, 5)}
NUMBERS = (*(name for name in FEATURES if name not in CLASSES), "duration_ms")
SCALER, ENCODER = "min_max_scaler.npz", "one_hot_encoder.npz"
COLUMNS = len(NUMBERS) + sum(len(values) for values in CLASSES.values())


@dataclass(frozen=True, slots=True, eq=False)
class AudioFeatures:
    """vectors (n, 29) in 0..1; known (n,) whether any feature is known. Missing: the mean, no class."""

    vectors: Vectors
    known: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, features: Vectors, durations: Vectors) -> "AudioFeatures":
        """Of features (n, 12) as FEATURES orders them and durations (n,) in ms; NaN and a tempo of 0 are unknown."""
        return AudioFeatureScale.fit(features, durations).audio_features(features, durations)


@dataclass(frozen=True, slots=True, eq=False)
class AudioFeatureScale:
    """Maps features to the 29 columns: of each of NUMBERS the smallest, largest and mean known value (10,)."""

    low: Vectors
    high: Vectors
    mean: Vectors

    @classmethod
    def fit(cls, features: Vectors, durations: Vectors) -> "AudioFeatureScale":
        """Fits the scale to tracks, given as for `audio_features`; zeros for a number that no track has."""
        known = [values[~np.isnan(values)] for values in _numbers(features, durations)]
        known = [values if len(values) else np.zeros(1, np.float32) for values in known]
        low, high, mean = ([measure(values) for values in known] for measure in (np.min, np.max, np.mean))
        return cls(np.array(low, np.float32), np.array(high, np.float32), np.array(mean, np.float32))

    def audio_features(self, features: Vectors, durations: Vectors) -> AudioFeatures:
        """Of features (n, 12) as FEATURES orders them and durations (n,) in ms; NaN and a tempo of 0 are unknown."""
        numbers = _numbers(features, durations)
        known = np.asarray(~np.isnan(np.stack(numbers[:-1])).all(axis=0))
        scaled = [self._scaled(at, values) for at, values in enumerate(numbers)]
        column = dict(zip(FEATURES, features.T, strict=True))
        classes = [column[name] == value for name, values in CLASSES.items() for value in values]
        vectors = np.stack([*scaled, *classes], axis=1).astype(np.float32)
        return AudioFeatures(np.where(known[:, None], vectors, np.float32(0)), known)

    def _scaled(self, at: int, values: Vectors) -> Vectors:
        """0..1 between the smallest and the largest known value, the mean where unknown."""
        low, high = float(self.low[at]), float(self.high[at])
        filled = np.where(np.isnan(values), self.mean[at], values)
        return np.asarray((filled - low) / max(high - low, 1e-12), np.float32)

    def save(self, folder: Path) -> None:
        """min_max_scaler.npz: NUMBERS and the three arrays; one_hot_encoder.npz: name and value of each column."""
        np.savez(folder / SCALER, names=np.array(NUMBERS), low=self.low, high=self.high, mean=self.mean)
        columns = [(name, value) for name, values in CLASSES.items() for value in values]
        names, values = (np.array(side) for side in zip(*columns, strict=True))
        np.savez(folder / ENCODER, names=names, values=values)

    @classmethod
    def load(cls, folder: Path) -> "AudioFeatureScale":
        """Reads what `save` wrote; ValueError when the files have other columns."""
        with np.load(folder / ENCODER, allow_pickle=False) as encoder:
            found = list(zip(encoder["names"].tolist(), encoder["values"].tolist(), strict=True))
        with np.load(folder / SCALER, allow_pickle=False) as scaler:
            arrays = [scaler[name] for name in ("names", "low", "high", "mean")]
        wanted = [(name, value) for name, values in CLASSES.items() for value in values]
        if found != wanted or arrays[0].tolist() != list(NUMBERS):
            raise ValueError(f"the scaler and encoder in {str(folder)!r} are of other columns: write them again")
        return cls(*arrays[1:])


def _numbers(features: Vectors, durations: Vectors) -> list[Vectors]:
    """The columns of NUMBERS, NaN where unknown."""
    column = dict(zip(FEATURES, features.T, strict=True))
    column["tempo"] = np.where(column["tempo"] > 0, column["tempo"], np.nan)
    return [*(column[name] for name in NUMBERS[:-1]), durations]


@dataclass(frozen=True, slots=True, eq=False)
class PlaylistSequences:
    """Training playlists as rows in order, repeats at their first position; features (n, 12), durations (n,) in ms."""

    order: Sequence[Rows]
    features: Vectors
    durations: Vectors

    @classmethod
    def of(cls, graph: Graph, entries: pl.DataFrame, tracks: pl.DataFrame) -> "PlaylistSequences":
        """Built from canonical tables: the graph's playlists and tracks, in its numbering."""
        order = ordered(graph, entries, graph.playlist_ids.tolist())
        return cls([rows[rows >= 0] for rows in order], *_audio_columns(graph, tracks))

    def audio_features(self) -> AudioFeatures:
        """The 29 audio columns of each track."""
        return AudioFeatures.of(self.features, self.durations)


def ordered(graph: Graph, entries: pl.DataFrame, playlist_ids: Sequence[str]) -> list[Rows]:
    """The graph's rows of each playlist in order, -1 where it does not hold the track."""
    return [graph.rows(ids) for ids in protocol.ordered_tracks(entries, playlist_ids)]


def _audio_columns(graph: Graph, tracks: pl.DataFrame) -> tuple[Vectors, Vectors]:
    wanted = pl.DataFrame({"track_id": [track_id.decode() for track_id in graph.track_ids]})
    found = wanted.join(tracks, on="track_id", how="left", maintain_order="left")
    values: npt.NDArray[Any] = found.select(pl.col(*FEATURES, "duration_ms").cast(pl.Float32)).to_numpy()
    return np.ascontiguousarray(values[:, :-1], np.float32), np.ascontiguousarray(values[:, -1], np.float32)

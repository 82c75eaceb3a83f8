"""What the graph leaves out: playlists in their order, and how songs sound, row by row of the graph.

`Sound` is the input of systems S2 and S3: 29 columns. Ten are numbers, the nine continuous audio features and the
duration, scaled to 0..1 by their smallest and largest value; 19 are one-hot: 12 keys, 2 modes, 5 time signatures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.wire.catalog import FEATURES
from pipelines import protocol
from pipelines.graph import Graph, Rows
from pipelines.models.interface import Vectors

CLASSES = {"key": tuple(range(12)), "mode": (0, 1), "time_signature": (1, 2, 3, 4, 5)}
NUMBERS = (*(name for name in FEATURES if name not in CLASSES), "duration_ms")
COLUMNS = len(NUMBERS) + sum(len(values) for values in CLASSES.values())


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """vectors (n, 29) in 0..1; known (n,) whether anything was measured. Missing: the mean, no class."""

    vectors: Vectors
    known: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, features: Vectors, durations: Vectors) -> "Sound":
        """Of features (n, 12) as FEATURES orders them and durations (n,) in ms; NaN and a tempo of 0 are unknown."""
        column = dict(zip(FEATURES, features.T, strict=True))
        known = ~np.isnan(np.stack([column[name] for name in NUMBERS[:-1]])).all(axis=0)
        column["tempo"] = np.where(column["tempo"] > 0, column["tempo"], np.nan)
        numbers = [_scaled(column[name]) for name in NUMBERS[:-1]] + [_scaled(durations)]
        classes = [column[name] == value for name, values in CLASSES.items() for value in values]
        vectors = np.stack([*numbers, *classes], axis=1).astype(np.float32)
        return cls(np.where(known[:, None], vectors, np.float32(0)), known)


def _scaled(values: Vectors) -> Vectors:
    """0..1 between the smallest and the largest known value, the mean where it is not known."""
    heard = values[~np.isnan(values)]
    if not len(heard):
        return np.zeros_like(values)
    low, high = float(heard.min()), float(heard.max())
    filled = np.where(np.isnan(values), heard.mean(), values)
    return np.asarray((filled - low) / max(high - low, 1e-12), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Training playlists as rows in order, repeats at their first place; features (n, 12), durations (n,) in ms."""

    order: Sequence[Rows]
    features: Vectors
    durations: Vectors

    @classmethod
    def of(cls, graph: Graph, entries: pl.DataFrame, tracks: pl.DataFrame) -> "Heard":
        """Of canonical tables: the graph's playlists and songs, in its numbering."""
        order = ordered(graph, entries, graph.playlist_ids.tolist())
        return cls([rows[rows >= 0] for rows in order], *_sound(graph, tracks))

    def sound(self) -> Sound:
        """The 29 columns of each song."""
        return Sound.of(self.features, self.durations)


def ordered(graph: Graph, entries: pl.DataFrame, playlist_ids: Sequence[str]) -> list[Rows]:
    """The graph's rows of each playlist in order, -1 where it does not hold the song."""
    return [graph.rows(ids) for ids in protocol.ordered_songs(entries, playlist_ids)]


def _sound(graph: Graph, tracks: pl.DataFrame) -> tuple[Vectors, Vectors]:
    wanted = pl.DataFrame({"track_id": [track_id.decode() for track_id in graph.track_ids]})
    found = wanted.join(tracks, on="track_id", how="left", maintain_order="left")
    values: npt.NDArray[Any] = found.select(pl.col(*FEATURES, "duration_ms").cast(pl.Float32)).to_numpy()
    return np.ascontiguousarray(values[:, :-1], np.float32), np.ascontiguousarray(values[:, -1], np.float32)

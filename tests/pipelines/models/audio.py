"""Audio features of planted tracks: close numbers have close features, and the two halves of sixty differ."""

import numpy as np
import polars as pl

from kit.wire.catalog import FEATURES
from pipelines.cold_start.track_attributes import TrackAttributes
from tests.pipelines.playlists import track, tracks


def planted_tracks(count: int = 81) -> TrackAttributes:
    """Tracks on an arc in the first nine features; tracks from 30 on with another tempo and loudness."""
    number = np.arange(count)
    angle = number * (np.pi / count)
    features = np.full((count, 12), np.nan, np.float32)
    features[:, 0], features[:, 1] = np.cos(angle), np.sin(angle)
    features[:, 3] = np.where(number < 30, -20.0, -5.0)
    return TrackAttributes([track(n) for n in number], features, number // 5, np.ones(count, bool))


def sounding(count, energy):
    """The planted track table with features: track n has energy[n], the others are drawn."""
    rng = np.random.default_rng(5)
    drawn = {name: rng.random(count) for name in FEATURES}
    drawn |= {"energy": np.asarray(energy), "key": rng.integers(0, 12, count), "mode": rng.integers(0, 2, count)}
    drawn |= {
        "tempo": 60 + 120 * drawn["tempo"],
        "time_signature": np.full(count, 4),
        "duration_ms": np.full(count, 2e5),
    }
    table = tracks(count).with_columns(pl.Series(name, values) for name, values in drawn.items())
    return table.with_columns(pl.lit("file").alias("features_from"))

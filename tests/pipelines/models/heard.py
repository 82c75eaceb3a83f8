"""How planted songs sound: nearness in number is nearness in sound, and two halves of sixty sound unlike each other."""

import numpy as np
import polars as pl

from kit.wire.catalog import FEATURES
from pipelines.cold_start.songs import Songs
from tests.pipelines.playlists import song, tracks


def planted_songs(songs: int = 81) -> Songs:
    """Songs on an arc of sound in the first nine features; song 30 and on in another key of tempo and loudness."""
    number = np.arange(songs)
    angle = number * (np.pi / songs)
    features = np.full((songs, 12), np.nan, np.float32)
    features[:, 0], features[:, 1] = np.cos(angle), np.sin(angle)
    features[:, 3] = np.where(number < 30, -20.0, -5.0)
    return Songs([song(n) for n in number], features, number // 5, np.ones(songs, bool))


def sounding(songs, energy):
    """The planted track table with features: song n has energy[n], the others are drawn."""
    rng = np.random.default_rng(5)
    drawn = {name: rng.random(songs) for name in FEATURES}
    drawn |= {"energy": np.asarray(energy), "key": rng.integers(0, 12, songs), "mode": rng.integers(0, 2, songs)}
    drawn |= {
        "tempo": 60 + 120 * drawn["tempo"],
        "time_signature": np.full(songs, 4),
        "duration_ms": np.full(songs, 2e5),
    }
    table = tracks(songs).with_columns(pl.Series(name, values) for name, values in drawn.items())
    return table.with_columns(pl.lit("file").alias("features_from"))

"""Audio feature scaling: twelve audio features to thirteen standardised coordinates, compared by cosine similarity.

Tempo is log2 (octaves), loudness is clipped below at QUIETEST, and the key is a point on a circle, since B is next to
C. An unknown value is NaN, and 0 after scaling, so it does not contribute to the cosine. Training and serving use the
same code, with the mean and standard deviation found in training.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kit.wire.catalog import FEATURES

Array = npt.NDArray[np.float32]

PLAIN = (
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
)
COORDINATES = (*PLAIN, "key_cos", "key_sin", "mode", "time_signature")
QUIETEST = -30.0  # dBFS; 0.2 % of tracks are quieter, mostly faulty measurements
FARTHEST = 4.0  # standard deviations; keeps one extreme value from dominating the direction
SMALLEST_SPREAD = 1e-3

# Weight of each coordinate in the cosine. Key, mode, metre and tempo predict playlist co-occurrence least.
WEIGHTS = np.array([1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.3, 0.3, 0.3, 0.3], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class AudioScale:
    """Mean and standard deviation (13,) of each coordinate, over the tracks where it is known."""

    mean: Array
    sd: Array

    @classmethod
    def fit(cls, features: npt.NDArray[np.floating]) -> "AudioScale":
        """Fits the scale to features (n, 12), NaN unknown; a coordinate unknown in all rows gets mean 0 and sd 1."""
        values = coordinates(features)
        known = np.isfinite(values)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, values, 0).sum(axis=0, dtype=np.float64) / count
        variance = (np.where(known, values - mean, 0) ** 2).sum(axis=0, dtype=np.float64) / count
        sd = np.where(known.any(axis=0), np.maximum(np.sqrt(variance), SMALLEST_SPREAD), 1)
        return cls(mean.astype(np.float32), sd.astype(np.float32))

    def scaled(self, features: npt.NDArray[np.floating]) -> tuple[Array, Array]:
        """Standard scores (n, 13), 0 where unknown, and the mask (n, 13), 1 where known."""
        values = coordinates(features)
        known = np.isfinite(values)
        scores = np.clip((values - self.mean) / self.sd, -FARTHEST, FARTHEST)
        return np.where(known, scores, 0).astype(np.float32), known.astype(np.float32)

    def vectors(self, features: npt.NDArray[np.floating]) -> Array:
        """Unit vectors (n, 13) of the audio space, both index and query; all zero where no feature is known."""
        weighted = self.scaled(features)[0] * WEIGHTS
        lengths = np.linalg.norm(weighted, axis=1, keepdims=True)
        vectors: Array = np.divide(weighted, lengths, out=np.zeros_like(weighted), where=lengths > 0)
        return vectors


def coordinates(features: npt.NDArray[np.floating]) -> Array:
    """Coordinates (n, 13) in the order of COORDINATES from features (n, 12) in the order of FEATURES; NaN unknown.

    Sources write a tempo or metre of 0 and a key of -1 for "not detected": these become NaN.
    """
    column = {name: np.asarray(features[:, at], np.float64) for at, name in enumerate(FEATURES)}
    tempo = np.where(column["tempo"] > 0, column["tempo"], np.nan)
    turn = np.where(column["key"] >= 0, column["key"], np.nan) * (2 * np.pi / 12)
    metre = np.where(column["time_signature"] > 0, column["time_signature"], np.nan)
    column |= {"tempo": np.log2(tempo), "loudness": np.maximum(column["loudness"], QUIETEST)}
    column |= {"key_cos": np.cos(turn), "key_sin": np.sin(turn), "time_signature": metre}
    return np.stack([column[name] for name in COORDINATES], axis=1).astype(np.float32)


def row(features: Mapping[str, float | None]) -> npt.NDArray[np.float64]:
    """Feature row (1, 12) of one track from features by name; a missing or None value becomes NaN."""
    values = [features.get(name) for name in FEATURES]
    return np.array([[np.nan if value is None else value for value in values]], np.float64)

"""The feed-forward network of system S2: audio features to the embedding of tracks outside the graph.

One hidden layer, relu(x W1 + b1) W2 + b2 for the 29 columns x of playlist_sequences.AudioFeatures, trained on the
tracks that have both (mean squared error, scikit-learn). It is served as plain arrays; S2 stores W1, b1, W2, b2 the
same way.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPRegressor

from pipelines.models.interface import Vectors
from pipelines.models.playlist_sequences import AudioFeatures

ARRAYS = ("W1", "b1", "W2", "b2")


@dataclass(frozen=True, slots=True, eq=False)
class TrackMlp:
    """W1 (29, h), b1 (h,), W2 (h, d), b2 (d,)."""

    W1: Vectors
    b1: Vectors
    W2: Vectors
    b2: Vectors

    @classmethod
    def train(
        cls, sound: AudioFeatures, embeddings: Vectors, hidden: int = 64, epochs: int = 30, seed: int = 1
    ) -> "TrackMlp":
        """Fits embeddings (n, d) of the tracks with audio features; ValueError when there is none."""
        if not sound.known.any():
            raise ValueError("no track has audio features: ingest some to place unknown tracks by their sound")
        x, y = sound.vectors[sound.known], embeddings[sound.known]
        network = MLPRegressor(hidden_layer_sizes=(hidden,), random_state=seed)
        for _ in range(epochs):  # fit() would warn that it has not converged
            network.partial_fit(x, y)
        (w1, w2), (b1, b2) = network.coefs_, network.intercepts_
        return cls(*(np.asarray(array, np.float32) for array in (w1, b1, w2, b2)))

    def embed(self, sound: Vectors) -> Vectors:
        """(n, d) embeddings of audio columns (n, 29)."""
        hidden = np.maximum(sound @ self.W1 + self.b1, 0)
        return np.asarray(hidden @ self.W2 + self.b2, np.float32)

    def save(self, path: Path) -> None:
        """As an npz of plain arrays."""
        np.savez(path, **{name: getattr(self, name) for name in ARRAYS})

    @classmethod
    def load(cls, path: Path) -> "TrackMlp":
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(*(arrays[name] for name in ARRAYS))

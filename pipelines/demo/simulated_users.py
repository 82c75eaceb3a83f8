"""Generates the invented listeners: plays, likes and dislikes."""

import numpy as np
import numpy.typing as npt

from pipelines.demo.preferences import Catalogue, Floats, Preference, draw, person
from pipelines.demo.scenes import SCENES

Listen = tuple[int, int, int, int | None]
"""Listener, track row, plays, feedback (1 liked, -1 disliked, None neither)."""


def simulated_users(rng: np.random.Generator, tracks: Catalogue, count: int) -> list[Listen]:
    """The listens of `count` people with tastes drawn as for playlists: 40 to 180 tracks, 12 to 50 of them liked."""
    crowd = np.bincount(tracks.scene, minlength=len(SCENES)).astype(float)
    found: list[Listen] = []
    for listener in range(count):
        preference = person(rng, tracks, crowd / crowd.sum())
        weights = preference.log_weights(tracks)
        played = draw(rng, weights, int(rng.integers(40, 181)))
        found += _rated(rng, listener, weights, played)
        found += [(listener, int(row), 1, -1) for row in _disliked(rng, tracks, preference, played)]
    return found


def _rated(rng: np.random.Generator, listener: int, weights: Floats, played: npt.NDArray[np.int64]) -> list[Listen]:
    """The tracks of highest weight are played most, and some of them are marked as liked."""
    dearness = weights[played] + rng.normal(0, 1.0, len(played))
    rank = np.argsort(np.argsort(-dearness))
    plays = 1 + rng.poisson(14 * np.exp(-rank / (0.2 * len(played))))
    likes = rank < int(rng.integers(12, min(51, len(played))))
    return [
        (listener, int(row), int(times), 1 if liked else None)
        for row, times, liked in zip(played, plays, likes, strict=True)
    ]


def _disliked(
    rng: np.random.Generator, tracks: Catalogue, preference: Preference, played: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Popular tracks of scenes outside the listener's taste."""
    weights = Preference(np.ones(len(SCENES)), appeal=1.2).log_weights(tracks)
    weights[preference.scenes[tracks.scene] >= 0.1] = -np.inf
    weights[played] = -np.inf
    return draw(rng, weights, int(min(rng.integers(4, 16), np.isfinite(weights).sum())))

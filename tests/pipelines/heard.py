"""How planted songs sound: nearness in number is nearness in sound, and two halves of sixty sound unlike each other."""

import numpy as np

from pipelines.cold_start.songs import Songs
from tests.pipelines.playlists import song


def planted_songs(songs: int = 81) -> Songs:
    """Songs on an arc of sound in the first nine features; song 30 and on in another key of tempo and loudness."""
    number = np.arange(songs)
    angle = number * (np.pi / songs)
    features = np.full((songs, 12), np.nan, np.float32)
    features[:, 0], features[:, 1] = np.cos(angle), np.sin(angle)
    features[:, 3] = np.where(number < 30, -20.0, -5.0)
    return Songs([song(n) for n in number], features, number // 5, np.ones(songs, bool))

"""Tastes as weights over all tracks, from which playlists and listeners are drawn.

    log w(track) = .8 log appeal + log scene + style + artist - (year - era)^2 / 2 span^2 - 4 |sound - mood|^2

Tracks are then drawn without replacement with these weights (Gumbel top-k).
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kit.wire.catalog import FEATURES
from pipelines.demo.scenes import SCENES, affinity
from pipelines.demo.tracks import Track

Floats = npt.NDArray[np.float64]

MOOD_AXES = ("energy", "valence", "danceability", "acousticness")
_ELSEWHERE = 0.004  # weight of a scene outside the taste, relative to 1 for one inside
STYLES = 1 + max(len(scene.styles) for scene in SCENES)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The tracks as arrays; `cold` tracks are so new that they are in no playlist."""

    scene: npt.NDArray[np.int64]
    style: npt.NDArray[np.int64]  # scene * STYLES + style
    artist: npt.NDArray[np.int64]
    year: Floats
    log_appeal: Floats
    mood: Floats  # (n, 4) in the order of MOOD_AXES
    cold: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, tracks: list[Track], features: Floats, cold: npt.NDArray[np.bool_]) -> "Catalogue":
        """The arrays of a list of songs and their (n, 12) features."""
        appeal = np.array([track.appeal for track in tracks])
        return cls(
            scene=np.array([track.scene for track in tracks]),
            style=np.array([track.scene * STYLES + track.style for track in tracks]),
            artist=np.array([track.artist for track in tracks]),
            year=np.array([track.year for track in tracks], dtype=float),
            log_appeal=np.log(appeal / appeal.max()),
            mood=features[:, [FEATURES.index(axis) for axis in MOOD_AXES]],
            cold=cold,
        )


@dataclass(frozen=True, slots=True)
class Preference:
    """Scene weights (13,), boosts in log units, and perhaps an era and a mood."""

    scenes: Floats
    styles: dict[int, float] = field(default_factory=dict)
    artists: dict[int, float] = field(default_factory=dict)
    era: tuple[float, float] | None = None  # middle year, span in years
    mood: Floats | None = None  # (4,) levels of MOOD_AXES
    appeal: float = 0.8

    def log_weights(self, tracks: Catalogue) -> Floats:
        """(n,) log weights; -inf for cold tracks."""
        weights = self.appeal * tracks.log_appeal + np.log(self.scenes + _ELSEWHERE)[tracks.scene]
        for style, boost in self.styles.items():
            weights = weights + boost * (tracks.style == style)
        for artist, boost in self.artists.items():
            weights = weights + boost * (tracks.artist == artist)
        if self.era is not None:
            weights = weights - (tracks.year - self.era[0]) ** 2 / (2 * self.era[1] ** 2)
        if self.mood is not None:
            weights = weights - 4 * ((tracks.mood - self.mood) ** 2).sum(axis=1)
        return np.where(tracks.cold, -np.inf, weights)


def around(scene: int, width: float = 0.3) -> Floats:
    """(13,) weights of one scene and of its neighbours, `width` times their affinity."""
    here = SCENES[scene].name
    return np.array([1.0 if other.name == here else width * affinity(here, other.name) for other in SCENES])


def person(rng: np.random.Generator, tracks: Catalogue, audience: Floats) -> Preference:
    """A random taste: one to three scenes, mostly neighbours of the first; favourite styles and artists; the years of
    youth."""
    first = int(rng.choice(len(SCENES), p=audience))
    scenes = around(first, 0.25)
    for _ in range(int(rng.choice(3, p=[0.35, 0.4, 0.25]))):
        near = around(first, 1.0) ** 1.5 + 0.05
        near[first] = 0
        other = int(rng.choice(len(SCENES), p=near / near.sum()))
        scenes = np.maximum(scenes, rng.uniform(0.35, 0.9) * around(other, 0.15))
    styles = rng.choice(np.unique(tracks.style[scenes[tracks.scene] >= 0.3]), size=3, replace=False)
    era = float(rng.uniform(1968, 2020)), float(rng.uniform(7, 22))
    draft = Preference(scenes, dict.fromkeys(map(int, styles), 1.1), era=era)
    favourites = tracks.artist[draw(rng, draft.log_weights(tracks), int(rng.integers(5, 12)))]
    return Preference(scenes, draft.styles, dict.fromkeys(map(int, favourites), 1.3), era)


def draw(rng: np.random.Generator, log_weights: Floats, count: int) -> npt.NDArray[np.int64]:
    """`count` different tracks, each next one with probability in proportion to its weight among those left."""
    keys = log_weights + rng.gumbel(size=len(log_weights))
    chosen = np.argpartition(-keys, count)[:count]
    return chosen[np.argsort(-keys[chosen])]

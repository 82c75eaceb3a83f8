"""From places to scores: modes, dials and targets. Pure numpy over the candidates of one request."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from kit.release import Floats, Ints
from kit.wire.recommend import Dials, Mode

POPULARITY_PULL = 2.0
FAMILIARITY_PUSH = 0.6
TARGET_PULL = 0.5
"""Weights against a score scaled to 0..1 over the candidates: a full turn of the popularity dial outweighs the
whole range of scores, a song by a seed's artist loses 0.6 at full adventure, and a standard deviation from every
target costs 0.5."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """The dials in force: the mode's own, overridden by what the caller set."""

    adventurous: float = 0.0
    popularity: float = 0.5
    variety: float = 0.0
    per_artist: int | None = None
    one_version: bool = True

    @property
    def neutral(self) -> bool:
        """True when nothing moves a song from its place."""
        return self.adventurous == 0 and self.popularity == 0.5


PRESETS = {
    Mode.SIMILAR: Preferences(one_version=False),
    Mode.BALANCED: Preferences(variety=0.2, per_artist=3),
    Mode.DISCOVER: Preferences(adventurous=0.8, popularity=0.4, variety=0.4, per_artist=1),
    Mode.DEEP_CUTS: Preferences(adventurous=0.2, popularity=0.1, variety=0.2, per_artist=2),
    Mode.HITS: Preferences(popularity=0.9, variety=0.2, per_artist=3),
}


def preferences(mode: Mode, dials: Dials) -> Preferences:
    """The mode's preset with the dials that the caller turned."""
    preset = PRESETS[mode]
    if not dials.model_fields_set:
        return preset
    turned = {name: value for name, value in dict(dials).items() if value is not None}
    return Preferences(**{**{name: getattr(preset, name) for name in Preferences.__slots__}, **turned})


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is known of each candidate, row-aligned."""

    rows: Ints  # (c,)
    scores: Floats  # (c,) of their places, falling
    popularity: Floats  # (c,) percentile 0..100, NaN where never in a playlist
    artist: Ints  # (c,)
    features: Floats  # (c, 12), NaN where unknown

    def first(self, count: int) -> "Candidates":
        """The nearest of them."""
        return Candidates(
            self.rows[:count],
            self.scores[:count],
            self.popularity[:count],
            self.artist[:count],
            self.features[:count],
        )


def scores(
    candidates: Candidates, wish: Preferences, targets: Floats, spread: Floats, familiar: Collection[int]
) -> Floats:
    """(c,) final score. With neutral dials and no target it is that of the place itself.

    `targets` (12,) NaN where nothing is wished; `spread` (12,) one standard deviation; `familiar` the seeds' artists.
    """
    wished = ~np.isnan(targets)
    if wish.neutral and not wished.any():
        return candidates.scores.astype(np.float64)
    score = _scaled(candidates.scores)
    score += POPULARITY_PULL * (wish.popularity - 0.5) * (np.nan_to_num(candidates.popularity) / 50.0 - 1.0)
    score -= FAMILIARITY_PUSH * wish.adventurous * np.isin(candidates.artist, list(familiar))
    if wished.any():
        score -= TARGET_PULL * _distance(candidates.features[:, wished], targets[wished], spread[wished])
    return score


def _scaled(values: Floats) -> Floats:
    """Scores as 0..1 over the candidates."""
    low, high = float(values.min()), float(values.max())
    return (values.astype(np.float64) - low) / max(high - low, 1e-12)


def _distance(features: Floats, targets: Floats, spread: Floats) -> Floats:
    """(c,) mean distance to the targets in standard deviations, at most 3 each; an unknown value counts as 1.5."""
    distances = np.minimum(np.abs(features - targets) / spread, 3.0)
    mean: Floats = np.where(np.isnan(distances), 1.5, distances).mean(axis=1)
    return mean

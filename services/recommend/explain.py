"""Why a song was chosen, from evidence that can be checked: shares of the score, playlists together, near features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kit.release import STATE_LEARNED, Floats, Ints, Release
from kit.wire.catalog import FEATURES
from kit.wire.recommend import Reason, SeedShare
from services.recommend.scale import FeatureScale
from services.recommend.seeds import SeedVectors
from services.recommend.taste import Taste

NEAR = 0.1
"""A feature is near when no more than this share of the release's songs lies between the two: 19 % of random pairs."""
TOLD = ("energy", "tempo", "valence", "danceability", "acousticness")
"""Features worth telling, most audible first. Instrumentalness, speechiness and liveness are noise in most songs;
loudness goes with energy."""
SHOWN_FEATURES = 3
SHOWN_SEEDS = 10
"""Seeds told with a reason, those with the greatest shares. All 500 for each of 500 songs would be 25 MB of JSON and
1.4 s of CPU."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the reasons of one answer are drawn from."""

    release: Release
    taste: Taste
    scale: FeatureScale

    def reasons(self, rows: Sequence[int], vectors: Floats) -> list[Reason]:
        """One reason per row; `vectors` (rows, dim) are their index vectors in the taste's space."""
        shares = self.taste.shares(vectors)
        return [self._reason(row, share) for row, share in zip(rows, shares, strict=True)]

    def _reason(self, row: int, shares: Floats) -> Reason:
        order = np.argsort(-shares, kind="stable")
        first = self.taste.seeds[int(order[0])]
        together = self._together(first.row, row)
        near = self._near(row, first)
        return Reason(
            text=sentence(first, len(self.taste.seeds), self._placed(row), together, near),
            seeds=_shown(self.taste.seeds, shares, order),
            together_in=together or None,
            near_in=near,
            space="audio" if self.taste.space == "audio" else "graph",
        )

    def _placed(self, row: int) -> str | None:
        """What a song without listening data was placed by; None for a learned one."""
        if int(self.release.column("state")[row]) == STATE_LEARNED:
            return None
        heard = not np.isnan(self.release.column("features")[row]).all()
        return "its sound" if heard else "its artist"

    def _together(self, seed: int, row: int) -> int:
        """Training playlists that hold both, read from either song's list of nearest neighbours; 0 when in neither."""
        for of, other in ((seed, row), (row, seed)):
            if of >= 0:
                rows, counts = self.release.neighbours(of)
                found = np.flatnonzero(rows == other)
                if len(found):
                    return int(counts[found[0]])
        return 0

    def _near(self, row: int, seed: SeedVectors) -> list[str]:
        """Features in which the song is near the seed that its sentence starts with."""
        features = np.asarray(self.release.column("features")[row], dtype=np.float64)
        distance = np.abs(self.scale.ranks(features) - self.scale.ranks(seed.features))
        near = [name for name in TOLD if distance[FEATURES.index(name)] < NEAR]
        return near[:SHOWN_FEATURES]


def sentence(seed: SeedVectors, seeds: int, placed: str | None, together: int, near: Sequence[str]) -> str:
    """One line that starts with the seed that brought most of the score."""
    name = seed.title or "The sound you asked for"
    facts = []
    if placed:
        facts.append(f"no listening data: placed by {placed}")
    if together:
        facts.append(f"in {together} playlist{'s' if together > 1 else ''} together")
    if near:
        facts.append(f"close in {_listed(near)}")
    if not facts:
        facts.append("liked by the same playlists" if seeds == 1 else "between your seeds")
    return f"{name}: {', '.join(facts)}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _shown(seeds: Sequence[SeedVectors], shares: Floats, order: Ints) -> list[SeedShare]:
    """The seeds with the largest shares, largest first."""
    return [
        SeedShare(
            track=seeds[i].track_id,
            features=seeds[i].track_id is None,
            title=seeds[i].title,
            share=round(float(shares[i]), 4),
        )
        for i in order[:SHOWN_SEEDS]
    ]

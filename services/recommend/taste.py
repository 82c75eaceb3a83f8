"""What seeds and dislikes ask for: one query vector in one space, and each seed's part of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kit.query import Pooled, Pooling
from kit.release import Floats
from services.recommend.seeds import SeedVectors

AVOIDANCE = 0.5
"""How strongly avoided tracks push their surroundings away, against a pull of 1. Half keeps songs that stand near a
seed and an avoided track at once, below those that stand near the seed alone."""


@dataclass(frozen=True, slots=True)
class Taste:
    """The question for the index, the seeds it was made of, and how to split a score among them."""

    space: str
    vector: Floats  # (dim,)
    seeds: list[SeedVectors]
    liked: Pooled

    def shares(self, hits: Floats) -> Floats:
        """(hits, seeds) each seed's part of the liking in the score of hits (hits, dim)."""
        return self.liked.shares(hits)


def taste(poolings: dict[str, Pooling], seeds: Sequence[SeedVectors], avoid: Sequence[SeedVectors]) -> Taste | None:
    """Seeds with a place in the learned space are asked there; if none has one, in the audio space; else None."""
    for space in ("graph", "audio"):
        used = [seed for seed in seeds if space in seed.query]
        if space in poolings and used:
            liked = _pool(poolings[space], space, used)
            pushed = [seed for seed in avoid if space in seed.query]
            vector = liked.vector
            if pushed:
                vector = vector - np.float32(AVOIDANCE) * _pool(poolings[space], space, pushed).vector
            return Taste(space, vector, used, liked)
    return None


def _pool(pooling: Pooling, space: str, seeds: Sequence[SeedVectors]) -> Pooled:
    vectors = np.stack([seed.query[space] for seed in seeds])
    return pooling.pool(vectors, np.array([seed.weight for seed in seeds]))

"""Learned reranker: a small neural network that reorders the candidates of one retrieval, in numpy alone.

Per candidate x (kit/ranker_features.py, scaled to mean 0 and deviation 1 over the training lists) the score is

    s(x) = v relu(B relu(A x + a) + b) + w x

Trained by pipelines.learning_to_rank.ranker. A release may carry one as ranker.npz, for the blocks of its `graph`
space; then recommend ranks by it, and `evaluate --release` measures it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kit import cooccurrence
from kit.arrays import archived
from kit.manifest import GRAPH
from kit.query import Vector
from kit.ranker_features import OF_COOCCURRENCE, ItemFeatures, Matrix, features, names
from kit.release import Block, BrokenRelease, Floats, Release

FILE, COLUMN = "ranker.npz", "commonness"
DEPTH = 200
"""Number of candidates to rerank: NDCG@100 needs more than 100, and 200 take less than a millisecond."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranker:
    """The network's arrays; `names` (f,) are the features that it was trained on, in order."""

    names: npt.NDArray[np.str_]
    mean: Matrix  # (f,)
    deviation: Matrix  # (f,)
    first: Matrix  # (h, f)
    first_bias: Matrix  # (h,)
    second: Matrix  # (g, h)
    second_bias: Matrix  # (g,)
    last: Matrix  # (g,)
    direct: Matrix  # (f,)

    @property
    def reads_cooccurrence(self) -> bool:
        """Whether its features include those of OF_COOCCURRENCE."""
        return str(self.names[-1]) == OF_COOCCURRENCE[-1]

    def scores(self, features: Matrix) -> Matrix:
        """Scores (c,) of features (c, f); larger is better."""
        x = (features - self.mean) / self.deviation
        hidden = np.maximum(x @ self.first.T + self.first_bias, 0)
        hidden = np.maximum(hidden @ self.second.T + self.second_bias, 0)
        scores: Matrix = hidden @ self.last + x @ self.direct
        return scores

    def order(
        self,
        blocks: Sequence[Block],
        query: Vector,
        seeds: ItemFeatures,
        hits: Floats,
        known: ItemFeatures,
        sums: Matrix | None = None,
    ) -> npt.NDArray[np.int64]:
        """Permutation (c,) that reranks the hits (c, D), which come best first.

        sums (c,) are those of the co-occurrence table, for a ranker that reads them; ValueError when it gets none.

        Cold-start tracks keep their ranks: the training lists have none, and the ranker would put three times as many
        of them among the first ten, with lower precision (docs/models.md, "As served").
        """
        if self.reads_cooccurrence and sums is None:
            raise ValueError("this ranker was trained with a co-occurrence table: give it the sums of the candidates")
        scores = self.scores(features(blocks, query, seeds, hits, known, sums if self.reads_cooccurrence else None))
        if not known.placed.any():
            return np.argsort(-scores, kind="stable")
        order, free = np.arange(len(scores)), np.flatnonzero(~known.placed)
        order[free] = free[np.argsort(-scores[free], kind="stable")]
        return order

    @classmethod
    def of(cls, release: Release) -> "Ranker | None":
        """Loads the ranker of a release, None when it has none; BrokenRelease when it does not fit the blocks."""
        if FILE not in release.manifest.files:
            return None
        path = release.path / FILE
        try:
            found = cls.load(path)
        except (OSError, ValueError, KeyError) as error:
            raise BrokenRelease(f"{path} cannot be read: {error}; build or copy the release again") from None
        space = release.manifest.spaces.get(GRAPH)
        if space is None or not found.fits(space.blocks):
            raise BrokenRelease(f"{path} was trained for other blocks than the release has: build the release again")
        if found.reads_cooccurrence and cooccurrence.FILES[0] not in release.manifest.files:
            raise BrokenRelease(f"{path} needs a co-occurrence table, which is not listed: build the release again")
        return found

    def fits(self, blocks: Sequence[Block]) -> bool:
        """Whether it was trained for a space of these blocks, with consistent shapes and finite values."""
        wide, hidden, narrow = self.names.size, self.first_bias.size, self.second_bias.size
        shapes = {
            "names": (wide,),
            "mean": (wide,),
            "deviation": (wide,),
            "first": (hidden, wide),
            "first_bias": (hidden,),
            "second": (narrow, hidden),
            "second_bias": (narrow,),
            "last": (narrow,),
            "direct": (wide,),
        }
        right = all(getattr(self, name).shape == shape for name, shape in shapes.items())
        known = [names(blocks), names(blocks, cooccurring=True)]
        return right and self.names.tolist() in known and self._is_finite()

    def _is_finite(self) -> bool:
        numbers = [getattr(self, field.name) for field in fields(self) if field.name != "names"]
        finite = all(array.dtype.kind == "f" and np.isfinite(array).all() for array in numbers)
        return finite and bool((self.deviation > 0).all())

    def save(self, path: Path) -> None:
        """Writes one .npz of plain arrays."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "Ranker":
        """Loads a file that `save` wrote."""
        return cls(**archived(path, [field.name for field in fields(cls)]))


def log_popularity(item_degree: npt.NDArray[np.integer[Any]], playlists: int) -> Matrix:
    """Log (n,) of the share of playlists that hold each track; a track in no playlist counts as in one."""
    shares = (np.maximum(item_degree, 1) / max(playlists, 1)).astype(np.float32)
    logs: Matrix = np.log(shares)
    return logs


def known_log_popularity(release: Release) -> Floats:
    """The log popularity column (n,) of a release with a ranker, zeros for any other."""
    if FILE not in release.manifest.files:
        return np.zeros(release.size, np.float32)
    return np.asarray(release.column(COLUMN))

"""Fused with the ranker: one lookup, then the first candidates in the order of kit.ranker."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kit.ranker import DEPTH, Ranker, names
from pipelines import ranker as training
from pipelines.graph import Graph, Rows, top_rows
from pipelines.models.fused import Fused
from pipelines.models.interface import Artists, Progress, Scores
from pipelines.ranker import Lookup, RankerSettings


@dataclass(frozen=True, slots=True)
class Reranked:
    """The space's settings and the ranker's."""

    fused: Fused = field(default_factory=Fused)
    ranker: RankerSettings = field(default_factory=RankerSettings)
    name: str = "reranked"

    @classmethod
    def seeded(cls, seed: int) -> "Reranked":
        """The defaults with another seed."""
        return cls(Fused.seeded(seed), RankerSettings(seed=seed))

    def settings(self) -> dict[str, Any]:
        return asdict(self)

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "RerankedScorer":
        trained = self.train(graph, artists, progress)
        space = self.fused.train(graph, artists, progress)
        return RerankedScorer(Lookup.of(graph, artists, space), trained)

    def train(self, graph: Graph, artists: Artists, progress: Progress) -> Ranker | None:
        """The ranker, from a space that has not seen the playlists which teach it; None when they are too few."""
        rest, held = training.held_out(graph, self.ranker)
        if min(rest.matrix.shape) < 2 or not held:
            return None
        lookup = Lookup.of(rest, artists, self.fused.train(rest, artists, progress))
        taught = training.lessons(lookup, held, self.ranker, progress)
        return training.fit(taught, names(lookup.space.blocks), self.ranker, progress)


@dataclass(frozen=True, slots=True, eq=False)
class RerankedScorer:
    """Scores of the lookup; the first candidates get scores above all others, in the ranker's order."""

    lookup: Lookup
    ranker: Ranker | None
    allowed: npt.NDArray[np.bool_] | None = None  # (n,)

    def within(self, allowed: npt.NDArray[np.bool_]) -> "RerankedScorer":
        """The same with candidates from these songs."""
        return replace(self, allowed=allowed)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        found = np.zeros((len(seeds), len(self.lookup.space.index)), np.float32)
        for line, rows in enumerate(seeds):
            if len(rows):
                found[line] = self._of(rows)
        return found

    def _of(self, seeds: Rows) -> Scores:
        asked = self.lookup.asked(seeds)
        scores: Scores = self.lookup.space.index @ asked.vector
        open_scores = scores.copy()
        open_scores[seeds] = -np.inf
        if self.allowed is not None:
            open_scores[~self.allowed] = -np.inf
        first = top_rows(open_scores, DEPTH)
        if self.ranker and len(first):
            order = np.argsort(-self.ranker.scores(self.lookup.features(asked, seeds, first)), kind="stable")
            above = np.float32(scores.max()) + 1
            scores[first[order]] = above + np.arange(len(first), 0, -1, dtype=np.float32)
        return scores

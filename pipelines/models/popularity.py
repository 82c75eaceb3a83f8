"""Popularity: ranks tracks by item degree, whatever the seeds. The baseline that every model must beat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.interface import Artists, Progress, Scores


@dataclass(frozen=True, slots=True)
class Popularity:
    """No settings."""

    name: str = "popularity"

    def settings(self) -> dict[str, Any]:
        return {}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "PopularityScorer":  # noqa: ARG002
        return PopularityScorer(graph.item_degree.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class PopularityScorer:
    """Scores are item degrees."""

    counts: Scores  # (n,)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        return np.tile(self.counts, (len(seeds), 1))

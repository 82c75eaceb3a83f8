"""Popularity: the tracks in the most playlists, whatever the seeds. The floor that every model must pass."""

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
    """Scores are counts of playlists."""

    counts: Scores  # (n,)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        return np.tile(self.counts, (len(seeds), 1))

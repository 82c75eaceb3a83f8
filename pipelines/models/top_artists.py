"""Top artists: the most popular track of each of the most popular artists, whatever the seeds, as system S4 does it.

S4 shows nine. The ranking goes in rounds: after the first track of every artist come the second ones. Tracks without a
known artist come last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.graph.playlist_graph import Graph, Rows, numbered, top_rows
from pipelines.models.interface import Artists, Progress, Scores

SHOWN = 9


@dataclass(frozen=True, slots=True)
class TopArtists:
    """No settings. An artist's popularity is the sum of its tracks' item degrees."""

    name: str = "top_artists"

    def settings(self) -> dict[str, Any]:
        return {}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "TopArtistsScorer":  # noqa: ARG002
        turns = Turns.of(numbered(artists), graph.item_degree)
        return TopArtistsScorer(turns.scores(np.bincount(turns.artists + 1, graph.item_degree)[1:]))


@dataclass(frozen=True, slots=True, eq=False)
class TopArtistsScorer:
    """The same ranking for every list of seeds."""

    ranking: Scores  # (n,)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        return np.tile(self.ranking, (len(seeds), 1))

    def top(self, count: int = SHOWN) -> Rows:
        """The rows that S4 would show."""
        return top_rows(self.ranking, count)


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Round-robin ranking by artist: artists (n,) numbers, -1 unknown; turn (n,) 0 for an artist's most popular track.

    Tracks without a known artist come after all others.
    """

    artists: npt.NDArray[np.int64]
    turn: npt.NDArray[np.int64]

    @classmethod
    def of(cls, artists: npt.NDArray[np.int64], item_degree: npt.NDArray[np.integer[Any]]) -> "Turns":
        """Equally popular tracks of an artist are ordered by row."""
        order = np.lexsort((np.arange(len(artists)), -item_degree, artists))
        starts = np.searchsorted(artists[order], artists[order])
        turn = np.empty(len(artists), np.int64)
        turn[order] = np.arange(len(artists)) - starts
        turn[artists < 0] += turn.max(initial=-1) + 1
        return cls(artists, turn)

    def scores(self, artist_scores: npt.NDArray[Any]) -> Scores:
        """(n,) minus the rank of each track by the `artist_scores` (artists,) of its artist, equal ones by number."""
        rank = np.empty(len(artist_scores) + 1, np.int64)
        rank[np.argsort(-artist_scores, kind="stable")] = np.arange(len(artist_scores))
        rank[-1] = len(artist_scores)
        order = np.argsort(self.turn * len(rank) + rank[self.artists])  # one key, all distinct, sorts faster than two
        scores = np.empty(len(order), np.float32)
        scores[order] = -np.arange(len(order))
        return scores

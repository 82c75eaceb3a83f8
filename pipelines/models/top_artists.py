"""Top artists: the most popular track of each of the most popular artists, whatever the seeds, as system S4 does it.

S4 shows nine. The ranking goes on in turns: after the first track of every artist come the second ones. A track whose
artist nobody knows comes after all others.
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
    """No settings. An artist is as popular as its tracks together."""

    name: str = "top_artists"

    def settings(self) -> dict[str, Any]:
        return {}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "TopArtistsScorer":  # noqa: ARG002
        turns = Turns.of(numbered(artists), graph.item_degree)
        return TopArtistsScorer(turns.scores(np.bincount(turns.artists + 1, graph.item_degree)[1:]))


@dataclass(frozen=True, slots=True, eq=False)
class TopArtistsScorer:
    """The same ranking for everyone."""

    ranking: Scores  # (n,)

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        return np.tile(self.ranking, (len(seeds), 1))

    def shown(self, top: int = SHOWN) -> Rows:
        """The rows S4 would show."""
        return top_rows(self.ranking, top)


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Tracks in turns of their artists: artists (n,) numbers, -1 unknown; turn (n,) 0 for an artist's most popular.

    Tracks that nobody is known for take their turns after all others.
    """

    artists: npt.NDArray[np.int64]
    turn: npt.NDArray[np.int64]

    @classmethod
    def of(cls, artists: npt.NDArray[np.int64], item_degree: npt.NDArray[np.integer[Any]]) -> "Turns":
        """Equally popular tracks of an artist take turns by row."""
        order = np.lexsort((np.arange(len(artists)), -item_degree, artists))
        starts = np.searchsorted(artists[order], artists[order])
        turn = np.empty(len(artists), np.int64)
        turn[order] = np.arange(len(artists)) - starts
        turn[artists < 0] += turn.max(initial=-1) + 1
        return cls(artists, turn)

    def scores(self, liking: npt.NDArray[Any]) -> Scores:
        """(n,) minus the place of each track when artists are ranked by `liking` (artists,), equal ones by number."""
        rank = np.empty(len(liking) + 1, np.int64)
        rank[np.argsort(-liking, kind="stable")] = np.arange(len(liking))
        rank[-1] = len(liking)
        order = np.argsort(self.turn * len(rank) + rank[self.artists])  # one key, all different, sorts faster than two
        scores = np.empty(len(order), np.float32)
        scores[order] = -np.arange(len(order))
        return scores

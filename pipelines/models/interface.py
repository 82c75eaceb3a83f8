"""What every model here is: something that learns from a graph and then scores tracks for lists of seeds."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipelines.graph.playlist_graph import Graph, Rows

Scores = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
Artists = Sequence[str | None]
Progress = Callable[[str], None]


class Scorer(Protocol):
    """A trained model."""

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        """(len(seeds), n) a score of every track for each list of seed rows, in a new array; larger is better."""
        ...


@runtime_checkable
class Restrictable(Protocol):
    """A scorer that looks only among some tracks, as an index with a filter does, instead of dropping others later."""

    def within(self, allowed: npt.NDArray[np.bool_]) -> Scorer:
        """The scorer of a catalogue of the tracks that allowed (n,) marks; what it says of others counts for
        nothing."""
        ...


class Model(Protocol):
    """A model with its settings; fitting leaves it unchanged."""

    @property
    def name(self) -> str:
        """As the leaderboard shows it."""
        ...

    def settings(self) -> dict[str, Any]:
        """Everything the result depends on besides the data."""
        ...

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> Scorer:
        """Learns from the graph; `artists` (n,) names the first artist of each row."""
        ...


def silent(_: str) -> None:
    """A progress that says nothing."""


def seed_matrix(seeds: Sequence[Rows], tracks: int) -> sparse.csr_array:
    """(len(seeds), tracks) float32, 1 where a track is a seed."""
    lengths = [len(rows) for rows in seeds]
    columns = np.concatenate([np.asarray(rows, np.int64) for rows in seeds]) if seeds else np.empty(0, np.int64)
    lines = np.repeat(np.arange(len(seeds)), lengths)
    return sparse.csr_array((np.ones(len(columns), np.float32), (lines, columns)), shape=(len(seeds), tracks))

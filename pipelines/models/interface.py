"""Protocols of models and scorers: a model is fitted to a graph and gives a scorer of tracks for lists of seeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipelines.graph.playlist_graph import Graph, Rows

Scores = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
Artists = Sequence[str | None]
Progress = Callable[[str], None]
Names = Mapping[str, str]
"""The name of each playlist that has one, by playlist id."""
NO_NAMES: Names = {}


class Scorer(Protocol):
    """A trained model: scores every track for lists of seeds."""

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        """Scores (len(seeds), n) of every track for each list of seed rows, in a new array; larger is better."""
        ...


@runtime_checkable
class Restrictable(Protocol):
    """A scorer that can be restricted to some tracks, as an index with a filter, instead of filtering afterwards."""

    def within(self, allowed: npt.NDArray[np.bool_]) -> Scorer:
        """The scorer of a catalogue of the tracks that allowed (n,) marks; its scores of other tracks are undefined."""
        ...


@runtime_checkable
class NamedScorer(Protocol):
    """A scorer that also reads the name of the list to be continued."""

    def named_scores(self, seeds: Sequence[Rows], names: Sequence[str | None]) -> Scores:
        """As `Scorer.scores`; names (len(seeds),) of the lists, None for a list without one."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TwoStageList:
    """Rows (c,) of tracks in the order of the first stage and in that of both, and the scores (c,) of the first stage,
    largest first, which the second leaves in their places."""

    first: Rows
    both: Rows
    scores: Scores


@runtime_checkable
class TwoStageScorer(Protocol):
    """A scorer whose second stage reorders what the first has found; it gives lists, not the scores of all tracks."""

    def within(self, allowed: npt.NDArray[np.bool_]) -> "TwoStageScorer":
        """As `Restrictable.within`."""
        ...

    def ranked(self, seeds: Sequence[Rows], names: Sequence[str | None], depth: int) -> list[TwoStageList]:
        """The `depth` best allowed tracks for each list of seeds, which are left out; names (len(seeds),) of the lists,
        None for a list without one."""
        ...


class Model(Protocol):
    """A model with its settings; fitting leaves it unchanged."""

    @property
    def name(self) -> str:
        """The name on the leaderboard."""
        ...

    def settings(self) -> dict[str, Any]:
        """Everything the result depends on besides the data."""
        ...

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> Scorer:
        """Trains on the graph; `artists` (n,) names the first artist of each row."""
        ...


def silent(_: str) -> None:
    """A progress callback that prints nothing."""


def seed_matrix(seeds: Sequence[Rows], tracks: int) -> sparse.csr_array:
    """(len(seeds), tracks) float32, 1 where a track is a seed."""
    lengths = [len(rows) for rows in seeds]
    columns = np.concatenate([np.asarray(rows, np.int64) for rows in seeds]) if seeds else np.empty(0, np.int64)
    lines = np.repeat(np.arange(len(seeds)), lengths)
    return sparse.csr_array((np.ones(len(columns), np.float32), (lines, columns)), shape=(len(seeds), tracks))

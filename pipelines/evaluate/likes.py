"""The likes protocol: a part of the likes of known people is hidden and must be recommended. Each playlist is a person.

Of each playlist a random fifth is hidden; the rest of *all* playlists is training data, and ten tracks that are not in
it are recommended to each. Precision at 10 is that of system S1's library: all hits over all possible hits, min(10,
hidden tracks) for each. `5-core` and `full` are those of protocol.py: 5-core drops hidden tracks outside the catalogue,
full counts tracks outside training as missed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines import tables
from pipelines.evaluate import model_factory, protocol
from pipelines.evaluate.figure import Figure, Source, quotient
from pipelines.evaluate.model_factory import ModelInputs
from pipelines.evaluate.protocol import View
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.playlist_graph import Graph, Rows, top_rows
from pipelines.models.interface import Model, Progress, Scorer, Scores, silent

Floats = npt.NDArray[np.float64]

HIDDEN = 0.2
CUT = 10
BATCH = 128


@runtime_checkable
class ScoresMembers(Protocol):
    """A scorer that uses the vectors it learned for its training users, as the published method does."""

    def member_scores(self, listeners: Rows) -> Scores:
        """(len(listeners), n) for rows of the training graph."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class LikesTask:
    """Training tracks shown[i] and hidden tracks hidden[i] (-1 unknown) of the playlist in row members[i] of
    the graph."""

    graph: Graph
    artists: list[str | None]
    members: Rows
    shown: Sequence[Rows]
    hidden: Sequence[Rows]
    allowed: npt.NDArray[np.bool_]
    training_entries: pl.DataFrame  # the entries shown, in canonical form


@dataclass(frozen=True, slots=True, eq=False)
class Precision:
    """hits and places (people,): hidden tracks among the first ten, and the most there could be."""

    hits: Floats
    most_hits: Floats

    @property
    def value(self) -> float:
        """Precision at 10."""
        return float(self.hits.sum() / self.most_hits.sum())


def hide(entries: pl.DataFrame, seed: int, share: float = HIDDEN) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Training and hidden entries: a random share of each playlist is hidden, at least one of two tracks or more."""
    first = entries.sort("playlist_id", "position").unique(["playlist_id", "track_id"], keep="first")
    once = first.sort("playlist_id", "track_id")
    drawn = once.with_columns(draw=pl.Series(np.random.default_rng(seed).random(once.height)))
    position, length = pl.col("draw").rank("ordinal").over("playlist_id"), pl.len().over("playlist_id")
    few = pl.when(length > 1).then(1).otherwise(0)
    hidden = position <= pl.max_horizontal((length * share).floor(), few)
    marked = drawn.with_columns(hidden=hidden).drop("draw")
    return tuple(marked.filter(keep).drop("hidden") for keep in (~pl.col("hidden"), pl.col("hidden")))  # type: ignore[return-value]


def likes_task(entries: pl.DataFrame, tracks: pl.DataFrame, view: View = "5-core", seed: int = 1) -> LikesTask:
    """Builds the training graph and a query for each playlist with at least one target."""
    shown, hidden = hide(entries, seed)
    graph = graphs.build(shown)
    allowed = protocol.catalogue(graph.item_degree, view)
    names = graph.playlist_ids.tolist()
    targets = [graph.rows(ids) for ids in protocol.ordered_tracks(hidden, names)]
    if view == "5-core":
        targets = [rows[(rows >= 0) & allowed[rows]] for rows in targets]
    members = np.array([row for row, rows in enumerate(targets) if len(rows)], np.int64)
    matrix = graph.matrix
    known = [matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].astype(np.int64) for row in members]
    artists = graphs.artists(graph, tracks)
    return LikesTask(graph, artists, members, known, [targets[row] for row in members], allowed, shown)


def precision_of(scorer: Scorer, task: LikesTask) -> Precision:
    """Runs every query of the task and computes precision at 10."""
    hits = [np.isin(found, hidden).sum() for found, hidden in zip(ranked_lists(scorer, task), task.hidden, strict=True)]
    return Precision(np.array(hits, float), np.array([min(CUT, len(rows)) for rows in task.hidden], float))


def ranked_lists(scorer: Scorer, task: LikesTask) -> Iterator[Rows]:
    """Ten rows for each member, best first, equal scores by row."""
    for start in range(0, len(task.members), BATCH):
        shown = task.shown[start : start + BATCH]
        scores = member_scores(scorer, task.members[start : start + BATCH], shown)
        scores[:, ~task.allowed] = -np.inf
        for row, rows in zip(scores, shown, strict=True):
            row[rows] = -np.inf
            yield top_rows(row, CUT)


def member_scores(scorer: Scorer, members: Rows, shown: Sequence[Rows]) -> Scores:
    """(members, n) scores from the scorer's own vectors of these people where it has any, else from their tracks."""
    return scorer.member_scores(members) if isinstance(scorer, ScoresMembers) else scorer.scores(shown)


def run(
    data: Path,
    models: Sequence[str],
    view: View = "5-core",
    seed: int = 1,
    progress: Progress = silent,
) -> list[Figure]:
    """Precision at 10 of models (model_names.NAMES) on all playlists of an ingested folder, in the order given."""
    entries, tracks = (tables.read(data, name) for name in ("entries", "tracks"))
    task = likes_task(entries, tracks, view, seed)
    source, given = Source.of(data, seed), ModelInputs(task.graph, task.training_entries, tracks, seed)
    found = []
    for name in models:
        model = model_factory.model(name, given)
        results = precision_of(model.fit(task.graph, task.artists, progress), task)
        found.append(figure(model, results, task, source))
        progress(str(found[-1]))
    return found


def figure(model: Model, results: Precision, task: LikesTask, source: Source) -> Figure:
    """Precision at 10 with its interval."""
    value, interval = quotient(results.hits, results.most_hits, source.seed)
    note = f"{len(task.members)} playlists stand for people, catalogue of {int(task.allowed.sum())} tracks"
    return Figure("likes", model.name, "P@10", value, interval, source, model.settings(), note)


def ratios(results: Mapping[str, Precision], ours: str, seed: int) -> dict[str, tuple[float, tuple[float, float]]]:
    """P@10 of `ours` over that of each other model, with the paired interval. All results are of one task."""
    own = results[ours]
    return {name: quotient(own.hits, other.hits, seed) for name, other in results.items() if name != ours}

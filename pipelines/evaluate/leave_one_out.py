"""The leave-one-out protocol of system S4: the last track of each listener is hidden, all others are training data.

The hit rate at 10 is given twice. *Sampled*: the hidden track must rank among the first ten of itself and 100 random
tracks that the listener does not have, as NCF was published. *Full*: among the first ten of the whole catalogue.
Sampled figures are many times larger and may order models otherwise (Krichene and Rendle 2020), so both are reported.
Each playlist counts as a listener, and its last track as the latest one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines import tables
from pipelines.evaluate import model_factory, protocol
from pipelines.evaluate.figure import Figure, Source, quotient
from pipelines.evaluate.likes import member_scores
from pipelines.evaluate.model_factory import ModelInputs
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.interface import Model, Progress, Scorer, silent

SAMPLED = 100
CUT = 10
PEOPLE = 1000  # evaluated listeners, drawn by the seed; all listeners are training data
BATCH = 128
SAMPLED_HITS, HITS = f"HR@{CUT} among {SAMPLED} sampled", f"HR@{CUT} of the catalogue"


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOneOutTask:
    """For the listener in row members[i]: training tracks, the hidden track, and the sampled negatives."""

    graph: Graph
    artists: list[str | None]
    members: Rows
    shown: Sequence[Rows]
    hidden: Rows  # (m,)
    rivals: Rows  # (m, SAMPLED)
    allowed: npt.NDArray[np.bool_]
    training_entries: pl.DataFrame  # the entries without the last tracks


def leave_one_out_task(
    entries: pl.DataFrame, tracks: pl.DataFrame, seed: int = 1, people: int = PEOPLE
) -> LeaveOneOutTask:
    """Builds the task on the 5-core catalogue: a listener is evaluated when the hidden track is still in the catalogue
    of the remaining entries."""
    names = sorted(entries["playlist_id"].unique())
    order = dict(zip(names, protocol.ordered_tracks(entries, names), strict=True))
    last = pl.DataFrame({"playlist_id": names, "track_id": [order[name][-1] for name in names]})
    training_entries = entries.join(last, on=["playlist_id", "track_id"], how="anti")
    graph = graphs.build(training_entries)
    allowed = protocol.catalogue(graph.item_degree, "5-core")
    hidden = graph.rows(order[name][-1] for name in graph.playlist_ids.tolist())
    able = np.flatnonzero((hidden >= 0) & allowed[hidden])
    rng = np.random.default_rng(seed)
    members = np.sort(rng.permutation(able)[:people])
    matrix = graph.matrix
    shown = [matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].astype(np.int64) for row in members]
    catalogue = np.flatnonzero(allowed)
    rivals = [_rivals(catalogue, np.append(shown[i], hidden[row]), rng) for i, row in enumerate(members)]
    artists = graphs.artists(graph, tracks)
    return LeaveOneOutTask(
        graph, artists, members, shown, hidden[members], np.array(rivals, np.int64), allowed, training_entries
    )


def _rivals(catalogue: Rows, owned: Rows, rng: np.random.Generator) -> Rows:
    """SAMPLED negatives: tracks that the listener does not have, with repeats where the catalogue has fewer."""
    free = np.setdiff1d(catalogue, owned)
    drawn: Rows = rng.choice(free, SAMPLED, replace=len(free) < SAMPLED)
    return drawn


def target_ranks(scorer: Scorer, task: LeaveOneOutTask) -> tuple[Rows, Rows]:
    """(m,) rank of each hidden track, from 1, among its negatives and in the catalogue; ties rank before it."""
    sampled, full = [], []
    for start in range(0, len(task.members), BATCH):
        batch = range(start, min(start + BATCH, len(task.members)))
        shown = [task.shown[i] for i in batch]
        scores = member_scores(scorer, task.members[batch.start : batch.stop], shown)
        scores[:, ~task.allowed] = -np.inf
        for i, row in zip(batch, scores, strict=True):
            row[task.shown[i]] = -np.inf
            own = row[task.hidden[i]]
            sampled.append(1 + (row[task.rivals[i]] >= own).sum())
            full.append((row >= own).sum())
    return np.array(sampled, np.int64), np.array(full, np.int64)


def run(data: Path, models: Sequence[str], seed: int = 1, progress: Progress = silent) -> list[Figure]:
    """HR@10 of models (model_names.NAMES) on all playlists of an ingested folder, sampled and full."""
    entries, tracks = (tables.read(data, name) for name in ("entries", "tracks"))
    task, source = leave_one_out_task(entries, tracks, seed), Source.of(data, seed)
    given = ModelInputs(task.graph, task.training_entries, tracks, seed)
    found = []
    for name in models:
        model = model_factory.model(name, given)
        found += figures(model, target_ranks(model.fit(task.graph, task.artists, progress), task), task, source)
        progress(f"{found[-2]}, {found[-1]}")
    return found


def figures(model: Model, ranks: tuple[Rows, Rows], task: LeaveOneOutTask, source: Source) -> list[Figure]:
    """The hit rate at 10 from the ranks among the sampled negatives, and from those in the whole catalogue."""
    note = f"{len(task.members)} playlists stand for listeners, catalogue of {int(task.allowed.sum())} tracks"
    found = []
    for measure, rank in zip((SAMPLED_HITS, HITS), ranks, strict=True):
        value, interval = quotient((rank <= CUT).astype(float), np.ones(len(rank)), source.seed)
        found.append(Figure("leave-one-out", model.name, measure, value, interval, source, model.settings(), note))
    return found

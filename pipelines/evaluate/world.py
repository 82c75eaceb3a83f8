"""A training graph and the continuation task of the held-out playlists."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.evaluate import protocol
from pipelines.evaluate.protocol import EvaluationTask, Positions, View
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.playlist_graph import Graph
from pipelines.models.interface import NO_NAMES, Artists, Names


class CannotEvaluate(Exception):
    """The data or the request cannot be evaluated; the message says what to change."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A training graph and the task made of the held-out playlists."""

    graph: Graph
    artists: list[str | None]
    task: EvaluationTask


def world_of(
    entries: pl.DataFrame,
    tracks: pl.DataFrame,
    train: Sequence[str],
    held: Sequence[str],
    view: View = "5-core",
    positions: Positions = "random",
    seed: int = 1,
    names: Names = NO_NAMES,
) -> World:
    """Builds the graph of the training playlists and the queries of the held-out ones."""
    graph = graphs.build(entries.filter(pl.col("playlist_id").is_in(list(train))))
    artists = graphs.artists(graph, tracks)
    return World(graph, artists, task_of_world(graph, artists, entries, held, view, positions, seed, names))


def task_of_world(
    graph: Graph,
    artists: Artists,
    entries: pl.DataFrame,
    held: Sequence[str],
    view: View,
    positions: Positions,
    seed: int,
    names: Names = NO_NAMES,
) -> EvaluationTask:
    """The queries of held-out playlists for models trained on the graph; CannotEvaluate when there is none."""
    tracks = [graph.rows(ids) for ids in protocol.ordered_tracks(entries, held)]
    allowed, numbers = protocol.catalogue(graph.item_degree, view), graphs.numbered(artists)
    training_playlists = len(graph.playlist_ids)
    called = [names.get(playlist_id) for playlist_id in held]
    task = protocol.continuation_task(
        tracks, allowed, graph.item_degree, numbers, view, positions, seed, training_playlists, called
    )
    check(task)
    return task


def check(task: EvaluationTask) -> None:
    """Raises CannotEvaluate when a task has no query."""
    if not task.queries:
        raise CannotEvaluate(
            f"none of the {task.playlists} held-out playlists has {protocol.SEEDS[0]} seed and {protocol.TARGETS} "
            f"other tracks of the {int(task.allowed.sum())} in the catalogue: give more or longer playlists"
        )

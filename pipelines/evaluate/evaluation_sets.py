"""Evaluation sets of one data set and seed: one training graph, four continuation tasks, the ordered task and the task
without seeds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines import tables
from pipelines.evaluate import ordered_table, splits
from pipelines.evaluate.figure import Source
from pipelines.evaluate.model_factory import ModelInputs
from pipelines.evaluate.ordered import OrderedTask
from pipelines.evaluate.protocol import EvaluationTask, Positions, View
from pipelines.evaluate.world import task_of_world, world_of
from pipelines.graph.playlist_graph import Graph
from pipelines.ingest.training_input import playlist_names
from pipelines.models.interface import Artists

VIEWS: tuple[tuple[View, Positions], ...] = (
    ("5-core", "random"),
    ("5-core", "first"),
    ("full", "random"),
    ("full", "first"),
)
MAIN = "5-core random"  # the task whose further figures and segments are shown


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationSets:
    """The training graph, model inputs and evaluation tasks; tasks by name, "5-core random" first."""

    source: Source
    graph: Graph
    artists: Artists
    given: ModelInputs
    tasks: Mapping[str, EvaluationTask]
    ordered: OrderedTask
    name_only: EvaluationTask | None
    held: int

    def with_model_seed(self, seed: int) -> "EvaluationSets":
        """The same tasks for models that are initialised with another seed."""
        return replace(self, given=replace(self.given, seed=seed))

    @classmethod
    def of(cls, data: Path, seed: int) -> "EvaluationSets":
        """Builds the sets of an ingested folder; CannotEvaluate when its playlists are too few or too short."""
        entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
        train, held = splits.split(playlists, seed)
        names = playlist_names(playlists)
        world = world_of(entries, tracks, train, held, seed=seed, names=names)
        graph, artists = world.graph, world.artists
        tasks = {
            f"{view} {positions}": task_of_world(graph, artists, entries, held, view, positions, seed, names)
            for view, positions in VIEWS
        }
        ordered = ordered_table.task_of(graph, world.task.allowed, entries, tracks, held)
        alone = task_of_world(graph, artists, entries, held, "5-core", "none", seed, names) if names else None
        given = ModelInputs(graph, entries, tracks, seed, names)
        return cls(Source.of(data, seed), graph, artists, given, tasks, ordered, alone, len(held))

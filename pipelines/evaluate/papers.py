"""The exam papers of one data set and seed: one graph is learned once and four exams and the ordered one are asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines import tables
from pipelines.evaluate import ordered_table, protocol
from pipelines.evaluate.figure import Source
from pipelines.evaluate.lineup import Given
from pipelines.evaluate.ordered import OrderedExam
from pipelines.evaluate.protocol import Exam, Positions, View
from pipelines.evaluate.world import exam_of, world_of
from pipelines.graph import Graph
from pipelines.models.interface import Artists

VIEWS: tuple[tuple[View, Positions], ...] = (
    ("closed", "random"),
    ("closed", "first"),
    ("wide", "random"),
    ("wide", "first"),
)
MAIN = "closed random"  # the exam whose further figures and segments are shown


@dataclass(frozen=True, slots=True, eq=False)
class Papers:
    """The training graph, what models are made of, and what they are asked; exams by name, "closed random" first."""

    source: Source
    graph: Graph
    artists: Artists
    given: Given
    exams: Mapping[str, Exam]
    ordered: OrderedExam
    held: int

    def taught_with(self, seed: int) -> "Papers":
        """The same questions for models that draw at random with another seed."""
        return replace(self, given=replace(self.given, seed=seed))

    @classmethod
    def of(cls, data: Path, seed: int) -> "Papers":
        """Of an ingested folder; CannotEvaluate when its playlists are too few or too short."""
        entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
        train, held = protocol.split(playlists, seed)
        world = world_of(entries, tracks, train, held, seed=seed)
        graph, artists = world.graph, world.artists
        exams = {
            f"{view} {positions}": exam_of(graph, artists, entries, held, view, positions, seed)
            for view, positions in VIEWS
        }
        ordered = ordered_table.paper_of(graph, world.exam.allowed, entries, tracks, held)
        given = Given(graph, entries, tracks, seed)
        return cls(Source.of(data, seed), graph, artists, given, exams, ordered, len(held))

"""What a model is judged in: the graph that the training playlists make, and the questions of the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines import graph as graphs
from pipelines.evaluate import protocol
from pipelines.evaluate.protocol import Exam, Positions, View
from pipelines.graph import Graph
from pipelines.models.interface import Artists


class CannotEvaluate(Exception):
    """The data or the request cannot be judged; the message says what to change."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A training graph and the exam that its held-out playlists make."""

    graph: Graph
    artists: list[str | None]
    exam: Exam


def world_of(
    entries: pl.DataFrame,
    tracks: pl.DataFrame,
    train: Sequence[str],
    held: Sequence[str],
    view: View = "closed",
    positions: Positions = "random",
    seed: int = 1,
) -> World:
    """The graph of the training playlists and the questions of the held-out ones."""
    graph = graphs.build(entries.filter(pl.col("playlist_id").is_in(list(train))))
    artists = graphs.artists(graph, tracks)
    return World(graph, artists, exam_of(graph, artists, entries, held, view, positions, seed))


def exam_of(
    graph: Graph,
    artists: Artists,
    entries: pl.DataFrame,
    held: Sequence[str],
    view: View,
    positions: Positions,
    seed: int,
) -> Exam:
    """The questions that held-out playlists ask those who learned the graph; CannotEvaluate when there is none."""
    songs = [graph.rows(ids) for ids in protocol.ordered_songs(entries, held)]
    allowed, numbers = protocol.catalogue(graph.occurrences, view), graphs.numbered(artists)
    taught = len(graph.playlist_ids)
    paper = protocol.exam(songs, allowed, graph.occurrences, numbers, view, positions, seed, taught)
    check(paper)
    return paper


def check(paper: Exam) -> None:
    """CannotEvaluate when an exam asks nothing."""
    if not paper.questions:
        raise CannotEvaluate(
            f"none of the {paper.playlists} held-out playlists has {protocol.SEEDS[0]} seed and {protocol.TARGETS} "
            f"other songs of the {int(paper.allowed.sum())} in the catalogue: give more or longer playlists"
        )

"""Ranks held-out playlists in every way that recommend ranks, for calibration (pipelines/calibration.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kit import next_track
from kit.cooccurrence import CooccurrenceTable
from kit.playlist_names import NameModel
from pipelines.calibration import CalibrationRun, audio_scorer, run_of
from pipelines.cold_start.cold_start_vectors import AudioSpace
from pipelines.evaluate import protocol
from pipelines.evaluate.protocol import EvaluationTask, Positions
from pipelines.graph.playlist_graph import Graph, numbered
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.models.interface import Artists, Progress
from pipelines.models.reranked import TrainedQueryModel
from pipelines.models.reranked_scorer import RerankedScorer
from pipelines.models.sequence import NextScorer
from pipelines.models.space import TrainedSpace


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Held-out playlists (tracks in order, and names) over the graph of the others."""

    graph: Graph
    artists: Artists
    tracks: Sequence[Sequence[str]]
    names: Sequence[str | None]
    seed: int

    def task(self, positions: Positions = "random", model: NameModel | None = None) -> EvaluationTask:
        """Their continuation task on the full catalogue, which is what serving recommends from; with a name model of
        the playlists alone of whose name it knows something."""
        named = model is not None
        kept = [(rows, name) for rows, name in zip(self.tracks, self.names, strict=True) if _usable(name, model)]
        degree = self.graph.item_degree
        rows = [self.graph.rows(list(tracks)) for tracks, _ in kept]
        allowed, artists = protocol.catalogue(degree, "full"), numbered(self.artists)
        names = [name for _, name in kept]
        return protocol.continuation_task(
            rows, allowed, degree, artists, "full", positions, self.seed, names=names if named else None
        )


def _usable(name: str | None, model: NameModel | None) -> bool:
    return model is None or (name is not None and model.vector(name).known)


def calibration_runs(
    held: HeldOut,
    space: TrainedSpace,
    trained: TrainedQueryModel,
    names: NameModel | None,
    table: CooccurrenceTable | None,
    audio: AudioSpace,
    progress: Progress,
) -> list[CalibrationRun]:
    """The runs of all kinds that such a release can serve, as it serves them."""
    trained = trained.of(space.blocks)
    reranked = RerankedScorer(
        Lookup.of(held.graph, held.artists, replace(space, reweighting=trained.reweighting), table), trained.ranker
    )
    progress("ranking held-out playlists")
    runs = [run_of("seeds", reranked, held.task()), run_of("audio", audio_scorer(audio, held.graph), held.task())]
    if table:
        pooling = next_track.pooling_of(space.pooling())
        ordered = NextScorer(space.index, space.query, pooling, table=table)
        runs.append(run_of("sequence", ordered, held.task("first")))
    if names:
        named = replace(reranked, names=names)
        runs.append(run_of("named", named, held.task(model=names)))
        runs.append(run_of("name", named, held.task("none", names)))
    return runs

"""Pair scores for the neighbours protocol: the learned space, each of its blocks alone, and simple baselines.

Being in the same playlist is symmetric and compares tracks of every popularity, so a cosine suits it, whereas the inner
product of the space ranks tracks for a query. In the spectral block a cosine must weight the columns: V alone gives the
256th singular vector the weight of the first. V S^2 does best; its inner products are (Nt N)^2, neighbours of
neighbours.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines import tables
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.evaluate import neighbours, protocol, splits
from pipelines.evaluate.figure import Figure, Source
from pipelines.evaluate.neighbours import Drawn, Floats, Score
from pipelines.evaluate.world import World, world_of
from pipelines.graph.playlist_graph import Graph, Matrix, Rows
from pipelines.models.als import Als
from pipelines.models.content import Content
from pipelines.models.contrastive_gcn import ContrastiveGcn
from pipelines.models.fused import Fused
from pipelines.models.interface import Progress, Vectors, silent
from pipelines.models.space import TrainedSpace

Names = Collection[str]

CHUNK = 20_000  # pairs scored per batch
MODELS = ("content", "als", "contrastive_gcn", "fused")
PEERS = ("popularity", "seen together in training", "audio cosine", "als cosine", "contrastive_gcn cosine")
KINDS: tuple[Drawn, ...] = ("any", "matched")
AGAINST: Mapping[Drawn, str] = {"any": "", "matched": " against equally popular pairs"}
SPECTRAL_POWER = 2.0  # exponent of the singular values; on the inner split AUC .850, .895, .900, .887 at 1, 1.5, 2, 3
SPECTRAL_WEIGHT = 1.5  # relative to the cosine of the gcn block; on the inner split AUC .887, .896, .899 at .5, 1, 1.5


def product(left: Vectors, right: Vectors) -> Score:
    """Inner products of rows of two (n, d) matrices."""

    def score(left_rows: Rows, right_rows: Rows) -> Floats:
        starts = range(0, len(left_rows), CHUNK)
        parts = [
            np.einsum(
                "ij,ij->i", left[left_rows[at : at + CHUNK]], right[right_rows[at : at + CHUNK]], dtype=np.float64
            )
            for at in starts
        ]
        return np.concatenate([*parts, np.empty(0)])

    return score


def cosine(vectors: Vectors) -> Score:
    """Cosines of rows of one matrix; 0 where a row is zero."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return product(unit, unit)


def popularity(item_degree: npt.NDArray[np.integer]) -> Score:
    """Sum of the log degrees of both tracks: the popularity baseline."""
    common = np.log(np.maximum(item_degree, 1))
    return lambda left, right: np.asarray(common[left] + common[right], np.float64)


def seen_together(graph: Graph) -> Score:
    """Cosine of the training playlists that hold both tracks: the co-occurrence baseline."""
    holds, root = Matrix(graph.matrix.T), np.sqrt(graph.item_degree)
    return lambda left, right: neighbours.together(holds, left, right) / (root[left] * root[right])


def of_space(space: TrainedSpace) -> dict[str, Score]:
    """Scores of a space: inner product and cosine of all columns, cosine of each block, and `same_list`, the best."""
    index = space.index.widened()
    both = product(index, space.query.widened())
    scores: dict[str, Score] = {
        "graph index.query": lambda left, right: both(left, right) + both(right, left),
        "graph cosine": cosine(index),
    }
    blocks = {block.name: space.index[:, block.start : block.stop] for block in space.blocks}
    scores |= {f"{name} cosine": cosine(rows) for name, rows in blocks.items()}
    return scores | {"same_list": same_list(space)}


def same_list(space: TrainedSpace) -> Score:
    """SPECTRAL_WEIGHT times the cosine of V S^2, plus the cosine of the gcn block where the space has one."""
    blocks = {block.name: space.index[:, block.start : block.stop] for block in space.blocks}
    values = space.spectra["spectral"]
    spectral = cosine(blocks["spectral"] * (values / values[0]) ** SPECTRAL_POWER)
    if "gcn" not in blocks:
        return spectral
    learned = cosine(blocks["gcn"])
    return lambda left, right: SPECTRAL_WEIGHT * spectral(left, right) + learned(left, right)


@dataclass(frozen=True, slots=True, eq=False)
class PairScores:
    """Metrics of one score on the pairs drawn in one way."""

    kind: Drawn
    model: str
    pairs: neighbours.Pairs
    results: neighbours.PairMetrics


def run(
    data: Path, drawn: Sequence[Drawn] = KINDS, seed: int = 1, progress: Progress = silent, models: Names = MODELS
) -> list[Figure]:
    """Accuracy and AUC of every score on the held-out playlists of an ingested folder, 5-core catalogue."""
    source = Source.of(data, seed)
    return [
        figure for scores in evaluate_pairs(data, drawn, seed, progress, models) for figure in figures(scores, source)
    ]


def evaluate_pairs(
    data: Path, drawn: Sequence[Drawn] = KINDS, seed: int = 1, progress: Progress = silent, models: Names = MODELS
) -> Iterator[PairScores]:
    """Yields the metrics of each score. Popularity and co-occurrence are always included; `models` selects others."""
    entries, playlists, tracks = (tables.read(data, name) for name in ("entries", "playlists", "tracks"))
    train, held = splits.split(playlists, seed)
    world = world_of(entries, tracks, train, held, seed=seed)
    rows = [world.graph.rows(ids) for ids in protocol.ordered_tracks(entries, held)]
    scores = _scores(world, tracks, models, seed, progress)
    for kind in drawn:
        pairs = neighbours.draw(rows, world.task.allowed, kind, seed)
        for name, score in scores.items():
            progress(f"neighbours: {len(pairs.left)} pairs, {name}")
            yield PairScores(kind, name, pairs, neighbours.pair_metrics(score, pairs, seed))


def _scores(world: World, tracks: pl.DataFrame, models: Names, seed: int, progress: Progress) -> dict[str, Score]:
    graph = world.graph
    scores = {"popularity": popularity(graph.item_degree), "seen together in training": seen_together(graph)}
    if "content" in models:
        sequences = Content(TrackAttributes.of(tracks), seed=seed).fit(graph, world.artists, progress)
        scores["audio cosine"] = cosine(sequences.audio_features)
    if "als" in models:
        als = Als(seed=seed).fit(graph, world.artists, progress)
        scores["als cosine"] = cosine(np.asarray(als.solver.item_factors, np.float32))
    if "contrastive_gcn" in models:
        scores["contrastive_gcn cosine"] = cosine(ContrastiveGcn(seed=seed).fit(graph, world.artists, progress).index)
    if "fused" in models:
        scores |= of_space(Fused.seeded(seed).train(graph, world.artists, progress))
    return scores


def figures(scores: PairScores, source: Source) -> list[Figure]:
    """Figures of one score: AUC, accuracy at the other half's threshold, and accuracy at threshold 0."""
    results, pairs = scores.results, scores.pairs
    note = f"{len(pairs.left)} pairs of {pairs.playlists} playlists"
    return [
        Figure("neighbours", scores.model, f"{measure}{AGAINST[scores.kind]}", value, spread, source, note=note)
        for measure, value, spread in (
            ("AUC", results.auc, results.auc_interval),
            ("accuracy", results.accuracy, results.accuracy_interval),
            ("accuracy at threshold 0", results.at_zero, results.at_zero_interval),
        )
    ]

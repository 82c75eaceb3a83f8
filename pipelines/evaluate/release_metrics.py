"""The accuracy figures of a release: its recipe trained without the held-out playlists, evaluated on them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from kit.playlist_names import NameModel
from pipelines.evaluate import metrics, protocol
from pipelines.evaluate.figure import commit
from pipelines.evaluate.protocol import EvaluationTask, TaskMetrics
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.playlist_graph import Graph
from pipelines.learning_to_rank.held_out_queries import Lookup
from pipelines.models.cooccurrence_knn import KEPT, learned_table
from pipelines.models.interface import Names, Progress, Scorer
from pipelines.models.popularity import Popularity
from pipelines.models.reranked import TrainedQueryModel
from pipelines.models.reranked_scorer import RerankedScorer
from pipelines.models.space import TrainedSpace

DRAWS = 2000
FIGURES = ("ndcg@100", "recall@10", "hit_rate@10")


def figures(
    graph: Graph,
    space: TrainedSpace,
    query_model: TrainedQueryModel,
    names: NameModel | None,
    tracks: pl.DataFrame,
    task: EvaluationTask,
    seed: int,
    progress: Progress,
    cooccurring: int = KEPT,
) -> dict[str, Any]:
    """AVG NDCG@100 of the served ranking with its interval and by number of seeds, of the same with the playlists'
    names (null where names are not used), of one lookup, and of popularity."""
    if not task.queries:
        return {"held_playlists": task.playlists, "average_ndcg_100": None}
    progress(f"{len(task.queries)} queries of {task.playlists} held-out playlists")
    artists = graphs.artists(graph, tracks)
    query_model = query_model.of(space.blocks)
    reweighted = replace(space, reweighting=query_model.reweighting)
    searched = Lookup.of(graph, artists, reweighted, learned_table(graph, cooccurring))
    scorer = RerankedScorer(searched, query_model.ranker)
    lookup, ours = protocol.evaluate_before_and_after(scorer, task)
    named = protocol.evaluate_scorer(replace(scorer, names=names), task) if names else None
    common: Scorer = Popularity().fit(graph, artists, progress)
    low, high = metrics.interval(ours.by_playlist(), metrics.resamples(ours.playlists, DRAWS, seed))
    return {
        "protocol": protocol_name(int(task.allowed.sum())),
        "held_playlists": task.playlists,
        "commit": commit(),
        "average_ndcg_100": round(ours.average, 4),
        "interval_95": [round(low, 4), round(high, 4)],
        "with_names_average_ndcg_100": round(named.average, 4) if named else None,
        "one_lookup_average_ndcg_100": round(lookup.average, 4),
        "popularity_average_ndcg_100": round(protocol.evaluate_scorer(common, task).average, 4),
        "by_seeds": {str(k): _shown(ours, k) for k in ours.seed_counts()},
    }


def protocol_name(tracks: int) -> str:
    """The protocol as releases state it. A part of their format: figures are compared where two state the same."""
    return f"continuation, closed catalogue of {tracks} songs, random seeds"


def task(
    graph: Graph, entries: pl.DataFrame, tracks: pl.DataFrame, held: Sequence[str], names: Names, seed: int
) -> EvaluationTask:
    """The continuation task of held-out playlists with their names; it may have no query."""
    held_rows = [graph.rows(ids) for ids in protocol.ordered_tracks(entries, held)]
    allowed = protocol.catalogue(graph.item_degree, "5-core")
    artists = graphs.numbered(graphs.artists(graph, tracks))
    called = [names.get(playlist_id) for playlist_id in held]
    return protocol.continuation_task(held_rows, allowed, graph.item_degree, artists, seed=seed, names=called)


def _shown(results: TaskMetrics, k: int) -> dict[str, float]:
    means = results.means(k)
    return {name: round(means[name], 4) for name in FIGURES}


def sentence(found: dict[str, Any]) -> str:
    """The figures as one sentence for a terminal."""
    if found["average_ndcg_100"] is None:
        return "too few or too short playlists to hold some out"
    low, high = found["interval_95"]
    return (
        f"NDCG@100 {found['average_ndcg_100']:.4f} [{low:.4f}, {high:.4f}] on {found['held_playlists']} held-out "
        f"playlists, popularity {found['popularity_average_ndcg_100']:.4f}"
    )

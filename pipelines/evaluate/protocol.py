"""The continuation protocol: whole playlists are held out; k tracks of each are seeds and the rest are targets.

Repeats count once and seeds are never recommended. `5-core`: tracks and targets are those with at least
CATALOGUE playlists in training, everything else is dropped from the held-out playlist first. `full`:
every track of training may be recommended, and a target outside training counts as a miss.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.evaluate import metrics
from pipelines.graph.playlist_graph import Rows, top_rows
from pipelines.learning_to_rank.view_scan import Ranked
from pipelines.models.interface import NamedScorer, Restrictable, Scorer, TwoStageList, TwoStageScorer

View = Literal["5-core", "full"]
Positions = Literal["random", "first", "none"]

SEEDS = (1, 5, 10, 25)
AVERAGED = (1, 5, 25)
TARGETS = 5
CATALOGUE = 5
BATCH = 128
LISTS = 4096  # queries at once of a scorer that gives lists: a scan reads all vectors once
MOST_SCORES = 1 << 26  # of a batch: 256 MB


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """Seeds and targets of one held-out playlist with k seeds; rows of the catalogue, -1 where it lacks the track."""

    playlist: int
    k: int
    seeds: Rows
    targets: Rows
    name: str | None = None  # of the playlist


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationTask:
    """Queries, the candidate tracks, and per-track attributes that the metrics need."""

    view: View
    positions: Positions
    playlists: int
    queries: list[Query]
    allowed: npt.NDArray[np.bool_]  # (n,)
    percentile: npt.NDArray[np.float64]  # (n,)
    artists: npt.NDArray[np.int64]  # (n,) number of the first artist, -1 unknown
    track_information: npt.NDArray[np.float64]  # (n,) bits, NaN where the number of training playlists is unknown
    tail: npt.NDArray[np.bool_]  # (n,) the rarer half of the candidates


def ordered_tracks(entries: pl.DataFrame, playlist_ids: Sequence[str]) -> list[list[str]]:
    """The tracks of each playlist in order, repeats at their first position."""
    once = (
        entries.filter(pl.col("playlist_id").is_in(list(playlist_ids)))
        .sort("playlist_id", "position")
        .unique(["playlist_id", "track_id"], keep="first", maintain_order=True)
        .group_by("playlist_id", maintain_order=True)
        .agg("track_id")
    )
    tracks = dict(zip(once["playlist_id"], once["track_id"].to_list(), strict=True))
    return [tracks.get(playlist_id, []) for playlist_id in playlist_ids]


def catalogue(item_degree: npt.NDArray[np.integer[Any]], view: View) -> npt.NDArray[np.bool_]:
    """(n,) which tracks may be recommended: those in at least CATALOGUE training playlists (5-core), or in any."""
    return np.asarray(item_degree >= (CATALOGUE if view == "5-core" else 1))


def continuation_task(
    held: Sequence[Rows],
    allowed: npt.NDArray[np.bool_],
    item_degree: npt.NDArray[np.integer[Any]],
    artists: npt.NDArray[np.int64],
    view: View = "5-core",
    positions: Positions = "random",
    seed: int = 1,
    training_playlists: int | None = None,
    names: Sequence[str | None] | None = None,
) -> EvaluationTask:
    """Builds the queries of the held-out playlists.

    held: distinct rows of each playlist in order, -1 for unknown tracks; allowed (n,) candidates; item_degree (n,) in
    training; artists (n,) numbers of the first artists, -1 unknown; training_playlists: their number; names: of the
    held-out playlists. With positions "none" there are no seeds: the name alone, and every track is a target.
    """
    known = [rows[(rows >= 0) & allowed[rows]] if view == "5-core" else rows for rows in held]
    queries = [
        Query(number, k, *_draw(rows, k, positions, np.random.default_rng([seed, number, k])), name)
        for number, (rows, name) in enumerate(zip(known, names or [None] * len(known), strict=True))
        for k in ((0,) if positions == "none" else SEEDS)
        if len(rows) >= max(k, 1) + TARGETS
    ]
    common, rare = metrics.percentiles(item_degree), metrics.tail(item_degree, allowed)
    track_information = metrics.self_information(item_degree, training_playlists)
    return EvaluationTask(view, positions, len(held), queries, allowed, common, artists, track_information, rare)


def _draw(rows: Rows, k: int, positions: Positions, rng: np.random.Generator) -> tuple[Rows, Rows]:
    chosen = np.zeros(len(rows), bool)
    chosen[rng.permutation(len(rows))[:k] if positions == "random" else np.arange(k)] = True
    return rows[chosen], rows[~chosen]


@dataclass(frozen=True, slots=True, eq=False)
class TaskMetrics:
    """Metrics of every query: (queries,) arrays by name, and which playlist and k each belongs to."""

    playlist: npt.NDArray[np.int64]
    k: npt.NDArray[np.int64]
    figures: Mapping[str, npt.NDArray[np.float64]]
    coverage: Mapping[int, float]  # by k: share of the catalogue in any top 10
    playlists: int

    def means(self, k: int) -> dict[str, float]:
        """Mean of every metric over the queries with k seeds that have it."""
        chosen = self.k == k
        return {name: metrics.mean(values[chosen]) for name, values in self.figures.items()} | {
            "coverage@10": self.coverage[k]
        }

    def of(self, name: str, k: int) -> npt.NDArray[np.float64]:
        """(playlists,) one metric with k seeds, NaN where the playlist is too short or does not have it."""
        chosen, found = self.k == k, np.full(self.playlists, np.nan)
        found[self.playlist[chosen]] = self.figures[name][chosen]
        return found

    def seed_counts(self) -> list[int]:
        """The numbers of seeds for which some playlist is long enough."""
        return sorted({int(k) for k in self.k})

    def by_playlist(self, name: str = "ndcg@100") -> npt.NDArray[np.float64]:
        """(playlists, len(AVERAGED)) one metric, NaN where the playlist is too short; (playlists, 1) without seeds."""
        averaged = AVERAGED if set(AVERAGED) & set(self.seed_counts()) else self.seed_counts()
        table = np.stack([self.of(name, k) for k in averaged], axis=1)
        return table[:, ~np.isnan(table).all(axis=0)]

    @property
    def average(self) -> float:
        """AVG: NDCG@100 averaged over k = 1, 5, 25 (those with queries)."""
        return float(np.nanmean(self.by_playlist(), axis=0).mean())


def averaged(runs: Sequence[TaskMetrics]) -> TaskMetrics:
    """The mean over runs of one model, trained with several seeds, on the same queries."""
    first = runs[0]
    figures = {name: np.mean([run.figures[name] for run in runs], axis=0) for name in first.figures}
    coverage = {k: float(np.mean([run.coverage[k] for run in runs])) for k in first.coverage}
    return replace(first, figures=figures, coverage=coverage)


def evaluate_scorer(scorer: Scorer, task: EvaluationTask) -> TaskMetrics:
    """Runs every query of a task and computes its metrics."""
    return metrics_of(ranked_lists(scorer, task), task)


def metrics_of(answered: Iterable[tuple[Query, Rows]], task: EvaluationTask) -> TaskMetrics:
    """Metrics of the ranked lists of all queries, in the task's order; best first, may be short or empty."""
    found: list[dict[str, float]] = []
    shown: dict[int, set[int]] = {}
    for query, ranked in answered:
        hits = np.isin(ranked, query.targets)
        figures = metrics.of_list(hits, len(query.targets)) | _character(ranked[:10], query, task)
        found.append(figures | {"tail_recall@50": _tail_recall(ranked, query, task)})
        shown.setdefault(query.k, set()).update(ranked[:10].tolist())
    names = list(found[0]) if found else []
    return TaskMetrics(
        np.array([q.playlist for q in task.queries], np.int64),
        np.array([q.k for q in task.queries], np.int64),
        {name: np.array([figures[name] for figures in found]) for name in names},
        {k: len(rows) / int(task.allowed.sum()) for k, rows in shown.items()},
        task.playlists,
    )


def ranked_lists(scorer: Scorer, task: EvaluationTask) -> Iterator[tuple[Query, Rows]]:
    """Yields every query with the rows recommended for it, best first, equal scores by row."""
    if isinstance(scorer, TwoStageScorer):
        yield from ((query, ranked.both) for query, ranked in two_stage_lists(scorer, task, metrics.DEPTH))
    else:
        yield from ((query, ranked.rows) for query, ranked in scored_lists(scorer, task, metrics.DEPTH))


def two_stage_lists(
    scorer: TwoStageScorer, task: EvaluationTask, depth: int, named: bool = True
) -> Iterator[tuple[Query, TwoStageList]]:
    """Yields every query with its `depth` best tracks; the scorer reads the playlists' names where `named`."""
    scorer = scorer.within(task.allowed)
    for batch, seeds in _batches(task, LISTS):
        names = [query.name if named else None for query in batch]
        yield from zip(batch, scorer.ranked(seeds, names, depth), strict=True)


def scored_lists(scorer: Scorer, task: EvaluationTask, depth: int) -> Iterator[tuple[Query, Ranked]]:
    """Yields every query with the `depth` best of the scores of all tracks; the scorer reads names where it can."""
    scorer = scorer.within(task.allowed) if isinstance(scorer, Restrictable) else scorer
    for batch, seeds in _batches(task, max(1, min(BATCH, MOST_SCORES // max(len(task.allowed), 1)))):
        if isinstance(scorer, NamedScorer):
            scores = scorer.named_scores(seeds, [q.name for q in batch])
        else:
            scores = scorer.scores(seeds)
        scores[:, ~task.allowed] = -np.inf
        for query, own, row in zip(batch, seeds, scores, strict=True):
            row[own] = -np.inf
            rows = top_rows(row, depth)
            yield query, Ranked(rows, row[rows])


def evaluate_before_and_after(scorer: TwoStageScorer, task: EvaluationTask) -> tuple[TaskMetrics, TaskMetrics]:
    """Metrics of the first stage's lists and of those of both stages, without names."""
    lists = list(two_stage_lists(scorer, task, metrics.DEPTH, named=False))
    first = metrics_of(((query, ranked.first) for query, ranked in lists), task)
    return first, metrics_of(((query, ranked.both) for query, ranked in lists), task)


def _batches(task: EvaluationTask, size: int) -> Iterator[tuple[Sequence[Query], list[Rows]]]:
    """Queries in order, `size` or fewer at a time, with the seeds of each that are in the catalogue."""
    for start in range(0, len(task.queries), size):
        batch = task.queries[start : start + size]
        yield batch, [query.seeds[query.seeds >= 0] for query in batch]


def _character(top: Rows, query: Query, task: EvaluationTask) -> dict[str, float]:
    """Properties of the top 10: popularity, self-information, artist diversity, and the share of the seeds' artists."""
    theirs = task.artists[query.seeds[query.seeds >= 0]]
    same = np.isin(task.artists[top], theirs[theirs >= 0])
    return {
        "popularity_percentile": float(task.percentile[top].mean()) if len(top) else 0.0,
        "same_artist": float(same.mean()) if len(top) else 0.0,
        "artist_variety": metrics.artist_diversity(task.artists[top]),
        "novelty": metrics.mean(task.track_information[top]),
    }


def _tail_recall(ranked: Rows, query: Query, task: EvaluationTask) -> float:
    """Recall at 50 of the targets in the tail, NaN without any; an unknown target is in neither half."""
    known = query.targets[query.targets >= 0]
    rare = known[task.tail[known]]
    return metrics.recall(np.isin(ranked, rare), len(rare), 50) if len(rare) else float("nan")

"""The full evaluation as one JSON document: every model on four continuation tasks, segments, and the other tasks.

`Board` is the document that is written, and the input of the page (pipelines.evaluate.board.page) and the plots:

    seed, commit, data_hash, train_playlists, held_playlists, draws
    seeds, repeated  the seeds of training, and the models trained with each of them (the others: with `seed` alone)
    models     name -> ours, chosen (which playlists chose its settings), settings, fit_cpu_s
    views      view, positions, catalogue, best_peer, best_published, rows: model, average, interval, gain,
               gain_interval, over: published and equal_means -> against, gain, gain_interval,
               figures: k -> name -> mean, by_k: k -> interval of NDCG@100
    segments   segment, says, measure, k, playlists, model, value, interval, against, gain, gain_interval
    tasks      task, model, ours, measure, value, interval, note, against, gain, gain_interval
    between_seeds  view, positions, model, seeds, averages: AVG with each seed, mean, deviation; empty for one seed
    cold       the figures of the cold-start evaluation, null when it did not run

An interval is [low, high] at 95 %. A gain is relative (.05 is 5 %), paired, over the best peer; it is null for peers.
In views and segments a figure is the mean over the training seeds, and a draw takes playlists and one seed of each
model (metrics.drawn_runs), so the interval is that of one training; the other tasks are of the first seed alone.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipelines.evaluate import leaderboard, metrics, model_factory, run_results, runs, segments
from pipelines.evaluate.board import task_rows
from pipelines.evaluate.evaluation_sets import MAIN, EvaluationSets
from pipelines.evaluate.figure import DRAWS
from pipelines.evaluate.leaderboard import EvaluatedModel
from pipelines.evaluate.model_names import ENTRIES, PUBLISHED
from pipelines.evaluate.protocol import TaskMetrics
from pipelines.evaluate.run_results import RunResult
from pipelines.evaluate.runs import Answers, Run

Board = dict[str, Any]
Execute = Callable[[Run], RunResult]
RunsOf = Callable[[str, str], list[TaskMetrics]]
"""The metrics of a model on a task, one for each training seed."""


def run(
    data: Path,
    work: Path,
    names: Sequence[str],
    seed: int,
    execute: Execute,
    cold: Mapping[str, Any] | None = None,
    seeds: Sequence[int] = (),
    repeated: Sequence[str] | None = None,
) -> Board:
    """Evaluates models (model_names.NAMES) on an ingested folder; `execute` computes a run and shows progress.

    `seeds` are further ones for the models alone (all, or those `repeated`): the queries and the split stay those of
    `seed`.
    """
    evaluation_sets, further = EvaluationSets.of(data, seed), [other for other in dict.fromkeys(seeds) if other != seed]
    planned = runs.runs(data, work, evaluation_sets, names, further, repeated)
    results = {(step.query, step.model): execute(step) for step in planned}
    return plain(assembled(evaluation_sets, names, results, further) | {"cold": cold})


def plain(board: Board) -> Board:
    """The board as JSON reads it: lists, and null for NaN."""
    read: Board = orjson.loads(orjson.dumps(board, option=orjson.OPT_NON_STR_KEYS))
    return read


def write(board: Board, path: Path) -> None:
    """Writes the board as JSON."""
    path.write_bytes(orjson.dumps(board, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def assembled(evaluation_sets: EvaluationSets, names: Sequence[str], results: Answers, seeds: Sequence[int]) -> Board:
    """The board without the cold-start evaluation, from cached results alone."""
    source, continued = evaluation_sets.source, {name: results["continuation", name] for name in names}
    queries = ["continuation", *(f"with seed {seed}" for seed in seeds)]

    def runs_of(name: str, task: str) -> list[TaskMetrics]:
        """The metrics of each seed that the model was trained with."""
        found = [results[query, name] for query in queries if (query, name) in results]
        return [run_results.metrics_from(task, answer.values) for answer in found]

    commits = sorted({str(answer.figures["commit"]) for answer in results.values()})
    return {
        "seed": source.seed,
        "commit": ", ".join(commits),
        "data_hash": source.data_hash,
        "train_playlists": len(evaluation_sets.graph.playlist_ids),
        "held_playlists": evaluation_sets.held,
        "draws": DRAWS,
        "models": {name: _model(name, evaluation_sets, answer) for name, answer in continued.items()},
        "seeds": [source.seed, *seeds],
        "repeated": [name for name in names if (queries[-1], name) in results] if seeds else [],
        "views": [_view(task_name, evaluation_sets, continued, runs_of) for task_name in evaluation_sets.tasks],
        "segments": _segments(evaluation_sets, names, runs_of),
        "between_seeds": _between_seeds(evaluation_sets, names, results, seeds) if seeds else [],
        "tasks": list(task_rows.rows(results, source.seed)),
    }


def _model(name: str, evaluation_sets: EvaluationSets, answer: RunResult) -> dict[str, Any]:
    entry = ENTRIES[name]
    return {
        "ours": entry.ours,
        "chosen": entry.chosen,
        "settings": model_factory.model(name, evaluation_sets.given).settings(),
        "fit_cpu_s": answer.figures["fit_cpu_s"],
    }


def _view(
    task_name: str, evaluation_sets: EvaluationSets, continued: Mapping[str, RunResult], runs_of: RunsOf
) -> dict[str, Any]:
    task = evaluation_sets.tasks[task_name]
    found = {
        name: EvaluatedModel(
            model_factory.model(name, evaluation_sets.given), runs_of(name, task_name), answer.figures["fit_cpu_s"]
        )
        for name, answer in continued.items()
    }
    kept = ("model", "average", "interval", "gain", "gain_interval", "over", "figures")
    rows = leaderboard.rows(found, evaluation_sets.source.seed)
    return {
        "view": task.view,
        "positions": task.positions,
        "catalogue": int(task.allowed.sum()),
        "best_peer": leaderboard.best_peer(found),
        "best_published": leaderboard.best_peer(found, PUBLISHED),
        "rows": [
            {name: getattr(row, name) for name in kept}
            | {"by_k": _by_k(row.model, found[row.model].runs, evaluation_sets.source.seed)}
            for row in rows
        ],
    }


def _by_k(name: str, of: Sequence[TaskMetrics], seed: int) -> dict[int, tuple[float, float]]:
    """95 % interval of NDCG@100 with each number of seeds."""
    counts = metrics.resamples(of[0].playlists, DRAWS, seed)
    drawn = {
        k: metrics.drawn_runs([run.of("ndcg@100", k)[:, None] for run in of], counts, seed, name)
        for k in of[0].seed_counts()
    }
    return {k: metrics.interval_of(draws) for k, draws in drawn.items()}


def _between_seeds(
    evaluation_sets: EvaluationSets, names: Sequence[str], results: Answers, seeds: Sequence[int]
) -> list[dict[str, Any]]:
    """Standard deviation of AVG over model seeds; deterministic models are left out."""
    queries, found = ["continuation", *(f"with seed {seed}" for seed in seeds)], []
    for name in names:
        if (queries[-1], name) not in results or _deterministic(name, evaluation_sets, seeds[0]):
            continue
        for task_name, task in evaluation_sets.tasks.items():
            averages = [run_results.metrics_from(task_name, results[query, name].values).average for query in queries]
            about = {"view": task.view, "positions": task.positions, "model": name}
            spread = {"mean": statistics.mean(averages), "deviation": statistics.stdev(averages)}
            found.append(about | {"seeds": [evaluation_sets.source.seed, *seeds], "averages": averages} | spread)
    return found


def _deterministic(name: str, evaluation_sets: EvaluationSets, seed: int) -> bool:
    """Whether another seed leaves the settings of a model as they are."""
    own, other = (
        model_factory.model(name, sets.given) for sets in (evaluation_sets, evaluation_sets.with_model_seed(seed))
    )
    return bool(own.settings() == other.settings())


def _segments(evaluation_sets: EvaluationSets, names: Sequence[str], runs_of: RunsOf) -> list[dict[str, Any]]:
    results = {name: runs_of(name, MAIN) for name in names}
    task = evaluation_sets.tasks[MAIN]
    seed_counts = {query.k for query in task.queries}
    k = segments.SEEDS if segments.SEEDS in seed_counts else min(seed_counts)
    return segments.rows(segments.segments(task, k), results, k, evaluation_sets.source.seed)

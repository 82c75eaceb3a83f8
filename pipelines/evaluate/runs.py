"""Plans the full evaluation: one cached run per model and training graph.

A model is trained once on the training playlists for the four continuation tasks and the ordered task; likes and
leave-one-out hide other tracks, so each of these retrains its models.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from pipelines import tables
from pipelines.evaluate import (
    leave_one_out,
    likes,
    model_factory,
    name_only,
    neighbour_scores,
    ordered,
    ordered_table,
    protocol,
    run_results,
)
from pipelines.evaluate.evaluation_sets import EvaluationSets
from pipelines.evaluate.figure import Figure, Source
from pipelines.evaluate.model_factory import ModelInputs
from pipelines.evaluate.run_results import RunResult
from pipelines.graph.playlist_graph import Graph
from pipelines.models.interface import Artists, Model, Progress, Scorer

LIKES = (
    *("popularity", "item_knn", "item_knn_s1", "als", "als_s1", "als_side", "als_side_reranked", "lmf", "lmf_s1"),
    *("fused", "reweighted", "reranked"),
)
LATEST = (
    *("popularity", "item_knn", "als", "als_side", "als_side_reranked", "ncf", "ncf_s4"),
    *("fused", "reweighted", "reranked"),
)
ORDERED = (
    "popularity",
    "item_knn",
    "als",
    "als_side",
    "als_side_reranked",
    "contrastive_gcn",
    "track_gcn",
    "sequence_lstm",
    "sequence",
    "sequence_near",
    "fused",
    "reweighted",
    "reranked",
)
"""Models of the tasks other than continuation: methods of the systems that published the task, the strongest peers, and
ours."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One step of the evaluation; `query` and `model` identify the result."""

    query: str
    model: str
    evaluate_task: Callable[[Progress], RunResult]

    def __str__(self) -> str:
        return f"{self.query}: {self.model}" if self.model else self.query


def runs(
    data: Path,
    work: Path,
    evaluation_sets: EvaluationSets,
    names: Sequence[str],
    seeds: Sequence[int] = (),
    repeated: Sequence[str] | None = None,
) -> Iterator[Run]:
    """Yields every run in order; the task of likes or leave-one-out is built when it is reached.

    With further seeds every model, or those `repeated`, is trained once more with each of them and evaluated on the
    same tasks.
    """
    for name in names:
        yield _continuation(work, evaluation_sets, name)
    for seed in seeds:
        for name in names if repeated is None else repeated:
            yield _continuation(work, evaluation_sets.with_model_seed(seed), name, f"with seed {seed}")
    for task_models, task_runs in ((LIKES, _likes), (LATEST, _latest)):
        models = [name for name in task_models if name in names]
        if models:
            yield from task_runs(data, work, evaluation_sets.source, models)
    yield Run("neighbours", "", lambda progress: _neighbours(data, work, evaluation_sets.source, names, progress))


def steps(names: Sequence[str], seeds: Sequence[int] = (), repeated: Sequence[str] | None = None) -> int:
    """The number of runs."""
    further = len(names if repeated is None else repeated) * len(seeds)
    return len(names) + further + sum(name in names for name in (*LIKES, *LATEST)) + 1


# -- one training graph, five tasks ------------------------------------------------------------------------------------
def _continuation(work: Path, evaluation_sets: EvaluationSets, name: str, query: str = "continuation") -> Run:
    """The cache key holds the model's own seed: a deterministic model is read from the cache, not trained again."""

    def evaluate_task(progress: Progress) -> RunResult:
        model = model_factory.model(name, evaluation_sets.given)
        about = run_results.of_model(model)
        return run_results.cached_result(
            work, evaluation_sets.source, "continuation", about, lambda: _evaluate(model, evaluation_sets, progress)
        )

    return Run(query, name, evaluate_task)


def _evaluate(model: Model, evaluation_sets: EvaluationSets, progress: Progress) -> RunResult:
    scorer, cpu_s = _train(model, evaluation_sets.graph, evaluation_sets.artists, progress)
    values: dict[str, npt.NDArray[Any]] = {}
    for name, task in evaluation_sets.tasks.items():
        progress(f"{model.name}: {len(task.queries)} queries, {name} seeds")
        values |= run_results.arrays(name, protocol.evaluate_scorer(scorer, task))
    figures: dict[str, Any] = {"commit": evaluation_sets.source.commit, "fit_cpu_s": round(cpu_s, 2)}
    if model.name in ORDERED:
        progress(f"{model.name}: {len(evaluation_sets.ordered.queries)} next tracks")
        results = ordered.ordered_metrics(scorer, evaluation_sets.ordered, evaluation_sets.source.seed)
        figures["ordered"] = _rows(ordered_table.figures(model.name, results, evaluation_sets.source))
        values["ordered"] = results.by_playlist()
    if model.name in name_only.MODELS and evaluation_sets.name_only:
        rows, values["names"] = name_only.figures(model.name, scorer, evaluation_sets.name_only, evaluation_sets.source)
        figures["names"] = _rows(rows)
    return RunResult(figures, values)


def _train(model: Model, graph: Graph, artists: Artists, progress: Progress) -> tuple[Scorer, float]:
    started = time.process_time()
    return model.fit(graph, artists, progress), time.process_time() - started


def _rows(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [
        {"measure": figure.measure, "value": figure.value, "interval": list(figure.interval), "note": figure.note}
        for figure in figures
    ]


# -- tasks that hide other tracks --------------------------------------------------------------------------------------
def _likes(data: Path, work: Path, source: Source, names: Sequence[str]) -> Iterator[Run]:
    entries, tracks = (tables.read(data, name) for name in ("entries", "tracks"))
    task = likes.likes_task(entries, tracks, seed=source.seed)
    given = ModelInputs(task.graph, task.training_entries, tracks, source.seed)

    def evaluate_task(model: Model, progress: Progress) -> RunResult:
        scorer, _ = _train(model, task.graph, task.artists, progress)
        results = likes.precision_of(scorer, task)
        rows = _rows([likes.figure(model, results, task, source)])
        return RunResult({"commit": source.commit, "rows": rows}, {"P@10": results.hits})

    return _runs_of("likes", work, source, given, names, evaluate_task)


def _latest(data: Path, work: Path, source: Source, names: Sequence[str]) -> Iterator[Run]:
    entries, tracks = (tables.read(data, name) for name in ("entries", "tracks"))
    task = leave_one_out.leave_one_out_task(entries, tracks, source.seed)
    given = ModelInputs(task.graph, task.training_entries, tracks, source.seed)

    def evaluate_task(model: Model, progress: Progress) -> RunResult:
        scorer, _ = _train(model, task.graph, task.artists, progress)
        ranks = leave_one_out.target_ranks(scorer, task)
        rows = _rows(leave_one_out.figures(model, ranks, task, source))
        hits = {
            row["measure"]: (rank <= leave_one_out.CUT).astype(float) for row, rank in zip(rows, ranks, strict=True)
        }
        return RunResult({"commit": source.commit, "rows": rows}, hits)

    return _runs_of("leave-one-out", work, source, given, names, evaluate_task)


def _runs_of(
    query: str,
    work: Path,
    source: Source,
    given: ModelInputs,
    names: Sequence[str],
    evaluate_task: Callable[[Model, Progress], RunResult],
) -> Iterator[Run]:
    def runner(name: str) -> Callable[[Progress], RunResult]:
        def run(progress: Progress) -> RunResult:
            model = model_factory.model(name, given)
            return run_results.cached_result(
                work, source, query, run_results.of_model(model), lambda: evaluate_task(model, progress)
            )

        return run

    return (Run(query, name, runner(name)) for name in names)


def _neighbours(data: Path, work: Path, source: Source, names: Sequence[str], progress: Progress) -> RunResult:
    models = [name for name in neighbour_scores.MODELS if name in names]

    def evaluate_task() -> RunResult:
        scores = list(neighbour_scores.evaluate_pairs(data, seed=source.seed, progress=progress, models=models))
        rows = [
            row | {"model": score.model} for score in scores for row in _rows(neighbour_scores.figures(score, source))
        ]
        drawn = {f"AUC{neighbour_scores.AGAINST[score.kind]}/{score.model}": score.results.drawn for score in scores}
        return RunResult({"commit": source.commit, "rows": rows}, drawn)

    return run_results.cached_result(work, source, "neighbours", {"models": models}, evaluate_task)


Answers = Mapping[tuple[str, str], RunResult]
"""Results by task and model."""

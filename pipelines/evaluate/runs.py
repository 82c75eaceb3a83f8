"""Who sits which exam: one step per model and training graph, each a kept answer.

A model learns the training playlists once and answers the four exams and the ordered one; likes and the latest track
hide other tracks, so each teaches the models of that question once more.
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

LIKES = ("popularity", "item_knn", "item_knn_s1", "als", "als_s1", "lmf", "lmf_s1", "fused", "emphasised", "reranked")
LATEST = ("popularity", "item_knn", "als", "ncf", "ncf_s4", "fused", "emphasised", "reranked")
ORDERED = (
    "popularity",
    "item_knn",
    "als",
    "contrastive_gcn",
    "song_gcn",
    "sequence_lstm",
    "sequence",
    "sequence_near",
    "fused",
    "emphasised",
    "reranked",
)
"""Who is asked what beside continuation: methods of the systems that asked it, the strongest peers, and ours."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One step of the whole evaluation; `question` and `model` name the answer."""

    query: str
    model: str
    answer: Callable[[Progress], RunResult]

    def __str__(self) -> str:
        return f"{self.query}: {self.model}" if self.model else self.query


def runs(
    data: Path, work: Path, evaluation_sets: EvaluationSets, names: Sequence[str], seeds: Sequence[int] = ()
) -> Iterator[Run]:
    """Every step, in order; the papers of a question are written when it is reached.

    With further seeds every model learns once more with each of them and answers the same exams.
    """
    for name in names:
        yield _continuation(work, evaluation_sets, name)
    for seed in seeds:
        for name in names:
            yield _continuation(work, evaluation_sets.with_model_seed(seed), name, f"with seed {seed}")
    for asked, write in ((LIKES, _likes), (LATEST, _latest)):
        models = [name for name in asked if name in names]
        if models:
            yield from write(data, work, evaluation_sets.source, models)
    yield Run("neighbours", "", lambda say: _neighbours(data, work, evaluation_sets.source, names, say))


def steps(names: Sequence[str], seeds: Sequence[int] = ()) -> int:
    """How many sittings there are."""
    return len(names) * (1 + len(seeds)) + sum(name in names for name in (*LIKES, *LATEST)) + 1


# -- one graph, five exams ---------------------------------------------------------------------------------------------
def _continuation(work: Path, evaluation_sets: EvaluationSets, name: str, query: str = "continuation") -> Run:
    """The key holds the model's own seed: one that draws nothing is read, not taught again."""

    def answer(say: Progress) -> RunResult:
        model = model_factory.model(name, evaluation_sets.given)
        about = run_results.of_model(model)
        return run_results.cached_result(
            work, evaluation_sets.source, "continuation", about, lambda: _examined(model, evaluation_sets, say)
        )

    return Run(query, name, answer)


def _examined(model: Model, evaluation_sets: EvaluationSets, say: Progress) -> RunResult:
    scorer, cpu_s = _learned(model, evaluation_sets.graph, evaluation_sets.artists, say)
    values: dict[str, npt.NDArray[Any]] = {}
    for name, task in evaluation_sets.tasks.items():
        say(f"{model.name}: {len(task.queries)} questions, {name} seeds")
        values |= run_results.arrays(name, protocol.evaluate_scorer(scorer, task))
    figures: dict[str, Any] = {"commit": evaluation_sets.source.commit, "fit_cpu_s": round(cpu_s, 2)}
    if model.name in ORDERED:
        say(f"{model.name}: {len(evaluation_sets.ordered.queries)} next songs")
        results = ordered.ordered_metrics(scorer, evaluation_sets.ordered, evaluation_sets.source.seed)
        figures["ordered"] = _told(ordered_table.figures(model.name, results, evaluation_sets.source))
        values["ordered"] = results.by_playlist()
    return RunResult(figures, values)


def _learned(model: Model, graph: Graph, artists: Artists, say: Progress) -> tuple[Scorer, float]:
    started = time.process_time()
    return model.fit(graph, artists, say), time.process_time() - started


def _told(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [
        {"measure": one.measure, "value": one.value, "interval": list(one.interval), "note": one.note}
        for one in figures
    ]


# -- questions that hide other tracks
# -----------------------------------------------------------------------------------
def _likes(data: Path, work: Path, source: Source, names: Sequence[str]) -> Iterator[Run]:
    entries, tracks = (tables.read(data, name) for name in ("entries", "tracks"))
    task = likes.likes_task(entries, tracks, seed=source.seed)
    given = ModelInputs(task.graph, task.taught, tracks, source.seed)

    def answer(model: Model, say: Progress) -> RunResult:
        scorer, _ = _learned(model, task.graph, task.artists, say)
        results = likes.precision_of(scorer, task)
        told = _told([likes.figure(model, results, task, source)])
        return RunResult({"commit": source.commit, "rows": told}, {"P@10": results.hits})

    return _asked("likes", work, source, given, names, answer)


def _latest(data: Path, work: Path, source: Source, names: Sequence[str]) -> Iterator[Run]:
    entries, tracks = (tables.read(data, name) for name in ("entries", "tracks"))
    task = leave_one_out.leave_one_out_task(entries, tracks, source.seed)
    given = ModelInputs(task.graph, task.taught, tracks, source.seed)

    def answer(model: Model, say: Progress) -> RunResult:
        scorer, _ = _learned(model, task.graph, task.artists, say)
        ranks = leave_one_out.target_ranks(scorer, task)
        told = _told(leave_one_out.figures(model, ranks, task, source))
        hits = {
            row["measure"]: (rank <= leave_one_out.PLACES).astype(float) for row, rank in zip(told, ranks, strict=True)
        }
        return RunResult({"commit": source.commit, "rows": told}, hits)

    return _asked("latest", work, source, given, names, answer)


def _asked(
    query: str,
    work: Path,
    source: Source,
    given: ModelInputs,
    names: Sequence[str],
    answer: Callable[[Model, Progress], RunResult],
) -> Iterator[Run]:
    def kept(name: str) -> Callable[[Progress], RunResult]:
        def work_out(say: Progress) -> RunResult:
            model = model_factory.model(name, given)
            return run_results.cached_result(
                work, source, query, run_results.of_model(model), lambda: answer(model, say)
            )

        return work_out

    return (Run(query, name, kept(name)) for name in names)


def _neighbours(data: Path, work: Path, source: Source, names: Sequence[str], say: Progress) -> RunResult:
    models = [name for name in neighbour_scores.MODELS if name in names]

    def answer() -> RunResult:
        told = list(neighbour_scores.evaluate_pairs(data, seed=source.seed, progress=say, models=models))
        rows = [row | {"model": one.model} for one in told for row in _told(neighbour_scores.figures(one, source))]
        drawn = {f"AUC{neighbour_scores.AGAINST[one.kind]}/{one.model}": one.results.drawn for one in told}
        return RunResult({"commit": source.commit, "rows": rows}, drawn)

    return run_results.cached_result(work, source, "neighbours", {"models": models}, answer)


Answers = Mapping[tuple[str, str], RunResult]
"""By question and model."""

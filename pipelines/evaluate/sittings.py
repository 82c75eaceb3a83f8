"""Who sits which exam: one step per model and training graph, each a kept answer.

A model learns the training playlists once and answers the four exams and the ordered one; likes and the latest song
hide other songs, so each teaches the models of that question once more.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from pipelines import tables
from pipelines.evaluate import judged, latest, likes, lineup, neighbour_scores, ordered, ordered_table, protocol
from pipelines.evaluate.figure import Figure, Source
from pipelines.evaluate.judged import Answer
from pipelines.evaluate.lineup import Given
from pipelines.evaluate.papers import Papers
from pipelines.graph import Graph
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
class Sitting:
    """One step of the whole evaluation; `question` and `model` name the answer."""

    question: str
    model: str
    answer: Callable[[Progress], Answer]

    def __str__(self) -> str:
        return f"{self.question}: {self.model}" if self.model else self.question


def sittings(
    data: Path, work: Path, papers: Papers, names: Sequence[str], seeds: Sequence[int] = ()
) -> Iterator[Sitting]:
    """Every step, in order; the papers of a question are written when it is reached.

    With further seeds every model learns once more with each of them and answers the same exams.
    """
    for name in names:
        yield _continuation(work, papers, name)
    for seed in seeds:
        for name in names:
            yield _continuation(work, papers.taught_with(seed), name, f"with seed {seed}")
    for asked, write in ((LIKES, _likes), (LATEST, _latest)):
        models = [name for name in asked if name in names]
        if models:
            yield from write(data, work, papers.source, models)
    yield Sitting("neighbours", "", lambda say: _neighbours(data, work, papers.source, names, say))


def steps(names: Sequence[str], seeds: Sequence[int] = ()) -> int:
    """How many sittings there are."""
    return len(names) * (1 + len(seeds)) + sum(name in names for name in (*LIKES, *LATEST)) + 1


# -- one graph, five exams ---------------------------------------------------------------------------------------------
def _continuation(work: Path, papers: Papers, name: str, question: str = "continuation") -> Sitting:
    """The key holds the model's own seed: one that draws nothing is read, not taught again."""

    def answer(say: Progress) -> Answer:
        model = lineup.model(name, papers.given)
        about = judged.of_model(model)
        return judged.kept(work, papers.source, "continuation", about, lambda: _examined(model, papers, say))

    return Sitting(question, name, answer)


def _examined(model: Model, papers: Papers, say: Progress) -> Answer:
    scorer, cpu_s = _learned(model, papers.graph, papers.artists, say)
    values: dict[str, npt.NDArray[Any]] = {}
    for exam, paper in papers.exams.items():
        say(f"{model.name}: {len(paper.questions)} questions, {exam} seeds")
        values |= judged.arrays(exam, protocol.mark(scorer, paper))
    figures: dict[str, Any] = {"commit": papers.source.commit, "fit_cpu_s": round(cpu_s, 2)}
    if model.name in ORDERED:
        say(f"{model.name}: {len(papers.ordered.questions)} next songs")
        marks = ordered.mark(scorer, papers.ordered, papers.source.seed)
        figures["ordered"] = _told(ordered_table.figures(model.name, marks, papers.source))
        values["ordered"] = marks.by_playlist()
    return Answer(figures, values)


def _learned(model: Model, graph: Graph, artists: Artists, say: Progress) -> tuple[Scorer, float]:
    started = time.process_time()
    return model.fit(graph, artists, say), time.process_time() - started


def _told(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [
        {"measure": one.measure, "value": one.value, "interval": list(one.interval), "note": one.note}
        for one in figures
    ]


# -- questions that hide other songs -----------------------------------------------------------------------------------
def _likes(data: Path, work: Path, source: Source, names: Sequence[str]) -> Iterator[Sitting]:
    entries, tracks = (tables.read(data, name) for name in ("entries", "tracks"))
    paper = likes.exam(entries, tracks, seed=source.seed)
    given = Given(paper.graph, paper.taught, tracks, source.seed)

    def answer(model: Model, say: Progress) -> Answer:
        scorer, _ = _learned(model, paper.graph, paper.artists, say)
        marks = likes.mark(scorer, paper)
        told = _told([likes.figure(model, marks, paper, source)])
        return Answer({"commit": source.commit, "rows": told}, {"P@10": marks.hits})

    return _asked("likes", work, source, given, names, answer)


def _latest(data: Path, work: Path, source: Source, names: Sequence[str]) -> Iterator[Sitting]:
    entries, tracks = (tables.read(data, name) for name in ("entries", "tracks"))
    paper = latest.exam(entries, tracks, source.seed)
    given = Given(paper.graph, paper.taught, tracks, source.seed)

    def answer(model: Model, say: Progress) -> Answer:
        scorer, _ = _learned(model, paper.graph, paper.artists, say)
        ranks = latest.places(scorer, paper)
        told = _told(latest.figures(model, ranks, paper, source))
        hits = {row["measure"]: (rank <= latest.PLACES).astype(float) for row, rank in zip(told, ranks, strict=True)}
        return Answer({"commit": source.commit, "rows": told}, hits)

    return _asked("latest", work, source, given, names, answer)


def _asked(
    question: str,
    work: Path,
    source: Source,
    given: Given,
    names: Sequence[str],
    answer: Callable[[Model, Progress], Answer],
) -> Iterator[Sitting]:
    def kept(name: str) -> Callable[[Progress], Answer]:
        def work_out(say: Progress) -> Answer:
            model = lineup.model(name, given)
            return judged.kept(work, source, question, judged.of_model(model), lambda: answer(model, say))

        return work_out

    return (Sitting(question, name, kept(name)) for name in names)


def _neighbours(data: Path, work: Path, source: Source, names: Sequence[str], say: Progress) -> Answer:
    models = [name for name in neighbour_scores.MODELS if name in names]

    def answer() -> Answer:
        told = list(neighbour_scores.judge(data, seed=source.seed, progress=say, models=models))
        rows = [row | {"model": one.model} for one in told for row in _told(neighbour_scores.figures(one, source))]
        drawn = {f"AUC{neighbour_scores.AGAINST[one.kind]}/{one.model}": one.marks.drawn for one in told}
        return Answer({"commit": source.commit, "rows": rows}, drawn)

    return judged.kept(work, source, "neighbours", {"models": models}, answer)


Answers = Mapping[tuple[str, str], Answer]
"""By question and model."""

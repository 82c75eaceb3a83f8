"""The whole evaluation as one JSON document: every model, four exams, its segments, and the questions beside them.

`Board` is what is written, what the page (pipelines.board.page) shows and what plots are drawn from:

    seed, commit, data_hash, train_playlists, held_playlists, draws
    models     name -> ours, chosen (which playlists chose its settings), settings, fit_cpu_s
    views      view, positions, catalogue, best_peer, rows: model, average, interval, gain, gain_interval,
               figures: k -> name -> mean, by_k: k -> interval of NDCG@100
    segments   segment, says, measure, k, playlists, model, value, interval, against, gain, gain_interval
    questions  question, model, ours, measure, value, interval, note, against, gain, gain_interval
    between_seeds  view, positions, model, seeds, averages: AVG with each seed, mean, deviation; empty for one seed
    cold       the figures of the cold exam, null when it was not held

An interval is [low, high] at 95 %. A gain is relative (.05 is 5 %), paired, over the best peer; it is null for peers.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipelines.board import question_rows
from pipelines.evaluate import judged, leaderboard, lineup, metrics, segments, sittings
from pipelines.evaluate.figure import DRAWS
from pipelines.evaluate.judged import Answer
from pipelines.evaluate.leaderboard import Judged
from pipelines.evaluate.names import ENTRIES
from pipelines.evaluate.papers import MAIN, Papers
from pipelines.evaluate.protocol import Marks
from pipelines.evaluate.sittings import Answers, Sitting

Board = dict[str, Any]
Sit = Callable[[Sitting], Answer]


def run(
    data: Path,
    work: Path,
    names: Sequence[str],
    seed: int,
    sit: Sit,
    cold: Mapping[str, Any] | None = None,
    seeds: Sequence[int] = (),
) -> Board:
    """The board of models (names.NAMES) on an ingested folder; `sit` holds each sitting and shows how far it is.

    `seeds` are further ones for the models alone: the questions and the split stay those of `seed`.
    """
    papers, further = Papers.of(data, seed), [one for one in dict.fromkeys(seeds) if one != seed]
    held = sittings.sittings(data, work, papers, names, further)
    answers = {(sitting.question, sitting.model): sit(sitting) for sitting in held}
    return plain(assembled(papers, names, answers, further) | {"cold": cold})


def plain(board: Board) -> Board:
    """The board as it reads back from JSON: lists, and null for a figure that nobody has."""
    read: Board = orjson.loads(orjson.dumps(board, option=orjson.OPT_NON_STR_KEYS))
    return read


def write(board: Board, path: Path) -> None:
    """As JSON."""
    path.write_bytes(orjson.dumps(board, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def assembled(papers: Papers, names: Sequence[str], answers: Answers, seeds: Sequence[int]) -> Board:
    """Everything but the cold exam, from kept answers alone."""
    source, continued = papers.source, {name: answers["continuation", name] for name in names}
    commits = sorted({str(answer.figures["commit"]) for answer in answers.values()})
    return {
        "seed": source.seed,
        "commit": ", ".join(commits),
        "data_hash": source.data_hash,
        "train_playlists": len(papers.graph.playlist_ids),
        "held_playlists": papers.held,
        "draws": DRAWS,
        "models": {name: _model(name, papers, answer) for name, answer in continued.items()},
        "views": [_view(exam, papers, continued) for exam in papers.exams],
        "segments": _segments(papers, continued),
        "between_seeds": _between_seeds(papers, names, answers, seeds) if seeds else [],
        "questions": list(question_rows.rows(answers, source.seed)),
    }


def _model(name: str, papers: Papers, answer: Answer) -> dict[str, Any]:
    entry = ENTRIES[name]
    return {
        "ours": entry.ours,
        "chosen": entry.chosen,
        "settings": lineup.model(name, papers.given).settings(),
        "fit_cpu_s": answer.figures["fit_cpu_s"],
    }


def _view(exam: str, papers: Papers, continued: Mapping[str, Answer]) -> dict[str, Any]:
    paper = papers.exams[exam]
    found = {
        name: Judged(lineup.model(name, papers.given), judged.marks(exam, answer.values), answer.figures["fit_cpu_s"])
        for name, answer in continued.items()
    }
    kept = ("model", "average", "interval", "gain", "gain_interval", "figures")
    rows = leaderboard.rows(found, papers.source.seed)
    return {
        "view": paper.view,
        "positions": paper.positions,
        "catalogue": int(paper.allowed.sum()),
        "best_peer": leaderboard.best_peer(found),
        "rows": [
            {name: getattr(row, name) for name in kept} | {"by_k": _by_k(found[row.model].marks, papers.source.seed)}
            for row in rows
        ],
    }


def _by_k(marks: Marks, seed: int) -> dict[int, tuple[float, float]]:
    """95 % interval of NDCG@100 with each number of seeds."""
    counts = metrics.resamples(marks.playlists, DRAWS, seed)
    return {k: metrics.interval(marks.of("ndcg@100", k)[:, None], counts) for k in marks.asked()}


def _between_seeds(
    papers: Papers, names: Sequence[str], answers: Answers, seeds: Sequence[int]
) -> list[dict[str, Any]]:
    """How far AVG moves when a model draws anew, as a sample's deviation; models that draw nothing are left out."""
    questions, found = ["continuation", *(f"with seed {seed}" for seed in seeds)], []
    for name in names:
        if (
            lineup.model(name, papers.given).settings()
            == lineup.model(name, papers.taught_with(seeds[0]).given).settings()
        ):
            continue
        for exam, paper in papers.exams.items():
            averages = [judged.marks(exam, answers[question, name].values).average for question in questions]
            about = {"view": paper.view, "positions": paper.positions, "model": name}
            told = {"mean": statistics.mean(averages), "deviation": statistics.stdev(averages)}
            found.append(about | {"seeds": [papers.source.seed, *seeds], "averages": averages} | told)
    return found


def _segments(papers: Papers, continued: Mapping[str, Answer]) -> list[dict[str, Any]]:
    marks: dict[str, Marks] = {name: judged.marks(MAIN, answer.values) for name, answer in continued.items()}
    paper = papers.exams[MAIN]
    asked = {question.k for question in paper.questions}
    k = segments.SEEDS if segments.SEEDS in asked else min(asked)
    return segments.rows(segments.segments(paper, k), marks, k, papers.source.seed)

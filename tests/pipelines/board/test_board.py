"""The full evaluation on planted playlists: models are trained once, cached, resumed, and reported as document and
page."""

import numpy as np
import orjson
import pytest

from pipelines.evaluate import continuation, run_results, runs
from pipelines.evaluate.board import document as board
from pipelines.evaluate.board import page as board_page
from pipelines.evaluate.board import task_rows
from pipelines.evaluate.board.document import Board
from pipelines.evaluate.evaluation_sets import MAIN, VIEWS, EvaluationSets
from pipelines.evaluate.protocol import evaluate_scorer
from pipelines.models.popularity import Popularity
from tests.pipelines.evaluate.test_continuation import ingested
from tests.pipelines.models.audio import sounding
from tests.pipelines.playlists import islands

NAMES = ["popularity", "item_knn", "cooccurrence_knn", "spectral"]
SAT = ["continuation: " + name for name in NAMES]
QUERIED = [f"{query}: {name}" for query in ("likes", "leave-one-out") for name in ("popularity", "item_knn")]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = ingested(tmp_path_factory.mktemp("board") / "ingested", islands(240), held=range(200, 240))
    sounding(60, np.arange(60) // 30).write_parquet(folder / "tracks.parquet")
    return folder


class Executor:
    """Executes runs, records which were computed, and aborts after some."""

    def __init__(self, stop_after=99):
        self.worked, self.reused, self.stop_after = [], [], stop_after

    def __call__(self, step):
        if len(self.worked) == self.stop_after:
            raise KeyboardInterrupt
        answer = step.evaluate_task(lambda _: None)
        (self.reused if answer.reused else self.worked).append(str(step))
        return answer


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def reported(data, work) -> Board:
    return board.run(data, work, NAMES, 1, Executor())


def rows_of(reported, view, positions):
    found = next(one for one in reported["views"] if (one["view"], one["positions"]) == (view, positions))
    return {row["model"]: row for row in found["rows"]}


@pytest.mark.parametrize(("view", "positions"), VIEWS)
def test_each_view_has_the_figures_that_evaluate_gives_for_it_alone(data, reported, view, positions):
    alone = continuation.run(data, ["popularity", "item_knn", "spectral"], view, positions)
    rows = rows_of(reported, view, positions)
    for row in alone.rows:
        shown = rows[row.model]
        assert (shown["average"], tuple(shown["interval"])) == (row.average, row.interval)
        assert shown["gain"] == row.gain
        assert shown["figures"] == {str(k): figures for k, figures in row.figures.items()}


def test_a_second_run_is_cached_and_gives_the_same_board(data, reported, work):
    again = Executor()
    assert board.run(data, work, NAMES, 1, again) == reported
    assert again.worked == []
    assert again.reused == [*SAT, *QUERIED, "neighbours"]
    assert len(again.reused) == runs.steps(NAMES)


def test_an_interrupted_run_resumes(data, reported, tmp_path):
    stopped, rest = Executor(stop_after=3), Executor()
    with pytest.raises(KeyboardInterrupt):
        board.run(data, tmp_path, NAMES, 1, stopped)
    finished = board.run(data, tmp_path, NAMES, 1, rest)
    assert rest.reused == stopped.worked == SAT[:3]
    assert rest.worked == [*SAT[3:], *QUERIED, "neighbours"]
    assert finished["views"] == reported["views"]
    assert finished["tasks"] == reported["tasks"]


def test_another_seed_is_evaluated_again(data, reported, work):
    other = Executor()
    assert board.run(data, work, ["popularity"], 2, other)["views"] != reported["views"]
    assert "continuation: popularity" in other.worked


def test_only_random_models_are_retrained_with_further_seeds(data, reported, work):
    sitter = Executor()
    names = ["popularity", "item_knn", "ncf_s4"]
    found = board.run(data, work, names, 1, sitter, seeds=[1, 2, 3])
    assert "continuation: ncf_s4" in sitter.worked
    assert {"with seed 2: ncf_s4", "with seed 3: ncf_s4"} <= {*sitter.worked}
    assert {"with seed 2: item_knn", "with seed 3: popularity"} <= {*sitter.reused}
    assert len(sitter.worked) + len(sitter.reused) == runs.steps(names, [2, 3])
    assert {row["model"] for row in found["between_seeds"]} == {"ncf_s4"}
    first = found["between_seeds"][0]
    row = rows_of(found, "5-core", "random")["ncf_s4"]
    assert row["average"] == pytest.approx(first["mean"])
    assert row["interval"][0] < min(first["averages"])
    assert max(first["averages"]) < row["interval"][1]
    assert "--seeds 1,2,3" in board_page.page(found)
    assert len({*first["averages"]}) == 3
    assert first["mean"] == pytest.approx(np.mean(first["averages"]))
    assert first["deviation"] == pytest.approx(np.std(first["averages"], ddof=1))
    assert "| ncf_s4 | " in board_page.page(found).split("## Between seeds")[1].split("##")[0]
    assert "Between seeds" not in board_page.page(reported)


def test_named_models_alone_are_retrained_with_further_seeds(data, reported, work):
    names, executor = ["popularity", "item_knn", "ncf_s4"], Executor()
    found = board.run(data, work, names, 1, executor, seeds=[2, 3], repeated=["ncf_s4"])
    queried = [step for step in (*executor.worked, *executor.reused) if step.startswith("with seed")]
    assert sorted(queried) == ["with seed 2: ncf_s4", "with seed 3: ncf_s4"]
    assert len(executor.worked) + len(executor.reused) == runs.steps(names, [2, 3], ["ncf_s4"])
    everyone = board.run(data, work, names, 1, Executor(), seeds=[2, 3])
    rows, all_rows = (rows_of(one, "5-core", "random") for one in (found, everyone))
    for own, part in (("ncf_s4", "interval"), ("ncf_s4", "average"), ("popularity", "interval")):
        assert rows[own][part] == pytest.approx(all_rows[own][part])
    assert (found["repeated"], everyone["repeated"]) == (["ncf_s4"], names)
    page = " ".join(board_page.page(found).split())
    assert "--seeds 1,2,3 \\ --seed-models ncf_s4" in page
    assert "the intervals of `ncf_s4` hold the variance between training seeds" in page
    assert "The others were trained with seed 1 alone." in page


def test_the_other_tasks_are_of_the_first_seed_alone(data, reported, work):
    answers = {}

    def execute(step):
        answers[step.query, step.model] = answer = step.evaluate_task(lambda _: None)
        return answer

    board.run(data, work, NAMES, 1, execute)
    first = answers["continuation", "item_knn"]
    worse = [row | {"value": row["value"] / 2} for row in first.figures["ordered"]]
    other = run_results.RunResult({**first.figures, "ordered": worse}, first.values)
    further = answers | {("with seed 2", "item_knn"): other}
    assert [*task_rows.rows(further, 1)] == [*task_rows.rows(answers, 1)]
    assert board.plain({"rows": [*task_rows.rows(further, 1)]})["rows"] == reported["tasks"]


def test_task_metrics_survive_storage(data):
    evaluation_sets = EvaluationSets.of(data, 1)
    results = evaluate_scorer(
        Popularity().fit(evaluation_sets.graph, evaluation_sets.artists, lambda _: None), evaluation_sets.tasks[MAIN]
    )
    again = run_results.metrics_from(MAIN, run_results.arrays(MAIN, results))
    assert again.coverage == results.coverage
    assert again.means(5) == pytest.approx(results.means(5), nan_ok=True)
    assert (again.playlist == results.playlist).all()
    assert again.average == results.average


def test_the_board_states_its_provenance(reported):
    assert (reported["seed"], reported["train_playlists"], reported["held_playlists"]) == (1, 200, 40)
    assert len(reported["data_hash"]) == 16
    assert reported["commit"]
    assert reported["models"]["item_knn"]["chosen"].startswith("inner split of the training role")
    assert not reported["models"]["item_knn"]["ours"]
    assert reported["models"]["spectral"]["settings"]["dims"] == 256
    assert all(about["fit_cpu_s"] >= 0 for about in reported["models"].values())


def test_every_figure_lies_in_its_interval_and_every_gain_too(reported):
    rows = [*reported["segments"], *reported["tasks"]]
    assert {row["segment"] for row in reported["segments"]} == {"rare tracks", "short playlists", "niche listeners"}
    assert {row["task"] for row in reported["tasks"]} == {"likes", "leave-one-out", "ordered", "neighbours"}
    for row in rows:
        assert row["interval"][0] - 1e-9 <= row["value"] <= row["interval"][1] + 1e-9
        if row["gain"] is not None:
            assert row["gain_interval"][0] <= row["gain"] <= row["gain_interval"][1]


def test_gains_are_over_the_best_peer_of_their_own_table(reported):
    rows = rows_of(reported, "5-core", "random")
    best = max(rows["popularity"]["average"], rows["item_knn"]["average"])
    assert rows["spectral"]["gain"] == pytest.approx(rows["spectral"]["average"] / best - 1)
    assert rows["item_knn"]["gain"] is None
    for segment in {row["segment"] for row in reported["segments"]}:
        own = {row["model"]: row for row in reported["segments"] if row["segment"] == segment}
        level = max(own["popularity"]["value"], own["item_knn"]["value"])
        assert own["spectral"]["gain"] == pytest.approx(own["spectral"]["value"] / level - 1)


def test_ours_is_compared_with_als_of_equal_means_beside_the_best_as_published(reported):
    over = {"published": gain_of("als", 0.1, 0.08, 0.12), "equal_means": gain_of("als_side_reranked", 0.02, 0.01, 0.03)}
    names = {"als": 0.5, "als_side_reranked": 0.54, "reranked": 0.55}
    rows = [invented(name, level, over if name == "reranked" else {}) for name, level in names.items()]
    figures = reported["views"][0]["rows"][0]["figures"]
    view = reported["views"][0] | {
        "rows": [row | {"figures": figures} for row in rows],
        "best_peer": "als_side_reranked",
        "best_published": "als",
    }
    models = {name: reported["models"]["item_knn"] | {"ours": name == "reranked"} for name in names}
    page = board_page.page(reported | {"views": [view], "segments": [], "tasks": [], "models": models})
    given = page.split("## Given the same information and ranker")[1].split("##")[0]
    assert (
        "| reranked | .5500 [.5400, .5600] | als_side_reranked | .5400 [.5300, .5500] | +2.0 % [+1.0, +3.0] | ahead |"
        in given
    )
    assert "gain over als_side_reranked [95 %] | over als, the best as published [95 %]" in page
    assert "Given the same" not in board_page.page(reported)


def invented(name, level, over):
    gain = over.get("equal_means", {"gain": None, "gain_interval": None})
    row = {"model": name, "average": level, "interval": [level - 0.01, level + 0.01], "over": over}
    return row | {part: gain[part] for part in ("gain", "gain_interval")}


def gain_of(against, gain, low, high):
    return {"against": against, "gain": gain, "gain_interval": [low, high]}


# -- the page --------------------------------------------------------------------------------------------------------
COLD = {
    "hidden": 7,
    "playlists": 9,
    "cut": 2,
    "recall": {
        "random": {"recall": 0.2},
        "popularity": {"recall": 0.3, "low": 0.25, "high": 0.35},
        "network, audio": {"recall": 0.5, "low": 0.4, "high": 0.6},
        "warm oracle": {"recall": 0.7, "low": 0.6, "high": 0.8},
    },
}


def lines(page, start):
    return [line for line in page.splitlines() if line.startswith(start)]


def test_the_page_begins_with_the_table_of_winners(reported):
    page = board_page.page(reported | {"cold": COLD})
    summary = page.split("## ")[1]
    assert len(lines(summary, "| continuation: ")) == len(VIEWS)
    assert (
        "| tracks in no playlist | recall@2 | **network, audio** | .5000 [.4000, .6000] | network, audio |  | ahead |"
        in page
    )
    for heading in ("Accuracy by segment", "Ten tracks for a known listener", "Tracks in no playlist", "The models"):
        assert f"## {heading}" in page


def test_the_best_of_ours_is_bold_and_a_missed_comparison_is_shown_as_it_is(reported):
    rows = [
        {"model": "item_knn", "average": 0.5, "interval": [0.4, 0.6], "gain": None, "gain_interval": None},
        {"model": "spectral", "average": 0.4, "interval": [0.3, 0.5], "gain": -0.2, "gain_interval": [-0.3, -0.1]},
    ]
    figures = reported["views"][0]["rows"][0]["figures"]
    view = reported["views"][0] | {"rows": [row | {"figures": figures} for row in rows]}
    page = board_page.page(reported | {"views": [view]})
    assert "| AVG | item_knn | .5000 [.4000, .6000] | spectral | -20.0 % [-30.0, -10.0] | behind |" in page
    assert lines(page, "| **spectral** | **.4000 [.3000, .5000]** |")
    assert not lines(page, "| **item_knn**")


def test_the_page_shows_what_was_drawn_for_it_and_no_other_plot_beside_it(reported, tmp_path):
    plots = [tmp_path / "plots" / name for name in ("accuracy-by-cost.svg", "genres.svg")]
    plots[0].parent.mkdir()
    for plot in plots:
        plot.write_text("<svg/>")
    board_page.write(reported, tmp_path / "page.md", plots[:1])
    page = (tmp_path / "page.md").read_text()
    assert "![accuracy by cost](plots/accuracy-by-cost.svg)" in page
    assert "genres.svg" not in page


def test_a_missing_figure_is_null_in_the_document(reported, tmp_path):
    board.write(board.plain({"figure": float("nan"), "by_k": {5: 1}}), tmp_path / "board.json")
    assert orjson.loads((tmp_path / "board.json").read_bytes()) == {"figure": None, "by_k": {"5": 1}}

"""Plots: they contain the figures, labels do not overlap, and the same input gives the same bytes."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import orjson
import pytest

from pipelines.plots import draw, draw_sound, draw_standing
from pipelines.plots.card import TASK, card
from pipelines.plots.labels import DOT, HIGH, Label, name_points, spread
from pipelines.tables import write
from tests.pipelines.board.boards import MODELS, board
from tests.pipelines.test_cli import run_main
from tests.worlds import tracks

ROOT = Path(__file__).parents[2]
STANDING = ["accuracy-popularity.svg", "accuracy-cost.svg", "accuracy-seeds.svg", "gains.svg"]


def texts(path):
    """Everything written in an SVG file."""
    return [text for node in ElementTree.parse(path).iter() if (text := (node.text or "").strip())]


def segue(*words):
    command = [sys.executable, "-m", "pipelines", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


# -- the leaderboard -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The plots of the leaderboard; tests only read them."""
    return {path.name: path for path in draw_standing(board(), tmp_path_factory.mktemp("drawn"))}


def test_every_plot_of_the_leaderboard_is_drawn(drawn):
    assert list(drawn) == STANDING


@pytest.mark.parametrize("name", STANDING[:2])
def test_every_model_is_named_in_the_plots_of_points(drawn, name):
    assert set(MODELS) <= set(texts(drawn[name]))


def test_the_best_lines_are_named_and_the_others_are_not(drawn):
    assert {"fused", "cooccurrence_knn", "als", "item_knn"} <= set(texts(drawn["accuracy-seeds.svg"]))
    assert "popularity" not in texts(drawn["accuracy-seeds.svg"])


def test_bands_are_inside_the_axes(tmp_path):
    wide = board()
    for row in wide["views"][0]["rows"]:
        row["by_k"] = {k: [0.0, 0.9] for k in row["by_k"]}
    assert "0.8" in texts(draw_standing(wide, tmp_path)[2])


def test_gains_are_written_beside_their_intervals_in_every_view(drawn):
    reported = texts(drawn["gains.svg"])
    assert reported.count("+6.9 % [+4.9, +8.9]") == 4
    assert reported.count("-58.6 % [-60.6, -56.6]") == 4  # outside the axis: an arrow
    assert {"5-core, random seeds, over als", "full, first seeds, over als"} <= set(reported)


def test_a_plot_states_its_provenance(drawn):
    for path in drawn.values():
        assert "data 0123456789abcdef, seed 1, commit abc1234" in texts(path)
        assert any("6,358 training and 700 held-out playlists" in text for text in texts(path))


def test_without_peers_there_are_no_gains_to_draw(tmp_path):
    ours = {name: figures for name, figures in MODELS.items() if figures[0]}
    assert [path.name for path in draw_standing(board(ours), tmp_path)] == STANDING[:3]


def test_playlists_too_short_for_five_seeds_are_drawn_with_one(tmp_path):
    path = draw_standing(board(ks=("1",)), tmp_path)[0]
    assert any("(k = 1;" in text for text in texts(path))


def test_a_missing_figure_is_not_drawn(tmp_path):
    lacking = board()
    for figures in lacking["views"][0]["rows"][4]["figures"].values():
        figures["popularity_percentile"] = None
    assert "cooccurrence_knn" not in texts(draw_standing(lacking, tmp_path)[0])


# -- names beside points ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(5))
def test_no_name_covers_another_or_a_point(tmp_path, seed):
    points = np.random.default_rng(seed).normal(0.5, 0.12, (25, 2))
    labels = [Label(f"some_model_{at}", float(x), float(y), "black") for at, (x, y) in enumerate(points)]
    with card(tmp_path / "x.svg", "title", "below", "note") as axes:
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        boxes = name_points(axes, labels)
        dots = axes.transData.transform(points)
    assert len(boxes) == 25
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]
    reach = DOT - 0.01
    assert not [box for box in boxes for x, y in dots if box.holds(x - reach, y) or box.holds(x + reach, y)]


def test_a_lone_point_is_named_at_its_right(tmp_path):
    with card(tmp_path / "x.svg", "title", "below", "note") as axes:
        axes.set_xlim(0, 1)
        (box,) = name_points(axes, [Label("model", 0.5, 0.5, "black")])
        x, y = axes.transData.transform((0.5, 0.5))
    assert 0 < box.left - x < 10
    assert box.bottom < y < box.top


def test_names_at_the_edge_keep_their_order_and_their_height(tmp_path):
    with card(tmp_path / "x.svg", "title", "below", "note") as axes:
        axes.set_ylim(0, 1)
        heights = spread(axes, [0.5, 0.501, 0.1])
        at = [axes.transData.transform((0, height))[1] for height in heights]
    assert at[1] - at[0] == pytest.approx(HIGH)
    assert heights[1:] == pytest.approx([0.501, 0.1])


# -- the sheet -------------------------------------------------------------------------------------------------------
def test_a_card_is_white_on_any_page_and_carries_no_date_and_no_font(drawn):
    for path in drawn.values():
        text = path.read_text()
        assert f"fill: {TASK}" in text.split("axes_1")[0]
        assert "dc:date" not in text
        assert "@font-face" not in text
        assert "sans-serif" in text


@pytest.mark.must("S4-08")
def test_sound_is_drawn_with_its_figures(tmp_path):
    paths, finding = draw_sound(tracks(), tmp_path, "data of a planted world")
    assert [path.name for path in paths] == ["correlations.svg"]  # no track of that world has a popularity
    assert "give tracks that have one" in finding
    reported = texts(paths[0])
    assert {"danceability", "time signature", "popularity", "data of a planted world"} <= set(reported)
    assert (reported.count("+1.00"), reported.count("-1.00")) == (
        2,
        4,
    )  # loudness rises and acousticness falls with energy


def test_draw_makes_every_plot_of_a_board_and_its_data(tmp_path):
    write(tmp_path, "tracks", tracks())
    drawn = draw(board(), tmp_path, tmp_path / "plots")
    assert [path.name for path in drawn] == [*STANDING, "correlations.svg"]
    assert all(path.is_file() for path in drawn)


# -- the commands ----------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_another_process_draws_the_same_bytes(tmp_path, drawn):
    (tmp_path / "board.json").write_bytes(orjson.dumps(board()))
    done = segue("plot", tmp_path / "board.json", "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / "again" / name) for name in STANDING]
    assert all((tmp_path / "again" / name).read_bytes() == drawn[name].read_bytes() for name in STANDING)


@pytest.mark.parametrize(("text", "why"), [("{}", "is no leaderboard"), ("playlist_id,track_id", "cannot read")])
def test_a_file_that_is_no_leaderboard_is_named(tmp_path, text, why):
    (tmp_path / "board.json").write_text(text)
    done = run_main("plot", tmp_path / "board.json", "--out", tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert why in done.stderr
    assert "evaluate --all wrote" in done.stderr


@pytest.mark.must("S4-08")
def test_eda_prints_correlations_with_popularity_and_its_plots(tmp_path):
    loud = [-30 + 25 * track / 200 for track in range(200)]
    table = tracks().with_columns(popularity=np.linspace(0, 90, 200), loudness=np.array(loud))
    table.write_parquet(tmp_path / "tracks.parquet")
    done = run_main("eda", tmp_path / "tracks.parquet", "--out", tmp_path / "plots", "--work", tmp_path / "work")
    assert done.returncode == 0, done.stderr
    finding, *paths = done.stdout.splitlines()
    assert finding.startswith("Popularity rises with loudness (r = +1.00")
    assert all(Path(path).read_bytes().startswith(b"<?xml") for path in paths)
    assert [Path(path).name for path in paths] == ["correlations.svg", "genres.svg"]

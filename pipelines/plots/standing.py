"""Leaderboard plots: accuracy against popularity and cost, by number of seeds, and gains over the peers.

All show the first view of the board (5-core catalogue, random seeds); the last one shows every view.
"""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from pipelines.plots.boards import Board, Row, figures, note, seeds_shown
from pipelines.plots.card import BLUE, FAINT, GREEN, ORANGE, OURS, PEERS, POINTS, PURPLE, SMALL, Margins, card
from pipelines.plots.gains import evaluated_rows, gains
from pipelines.plots.labels import Label, name_points, spread

Point = tuple[str, float, float]  # model, x, y

AVERAGE = "AVG: NDCG@100 averaged over k = 1, 5, 25 seeds"
QUICK_S = 0.1  # CPU seconds; faster trainings are drawn here, because a log axis has no 0
FEW = 2  # models, of ours and of the peers, whose lines have a name and a band
LINES = (BLUE, GREEN, ORANGE, PURPLE)


def draw_standing(board: Board, out: Path) -> list[Path]:
    """Writes the plots for which the board has figures into `out`."""
    paths = [
        popularity(board, out / "accuracy-popularity.svg"),
        cost(board, out / "accuracy-cost.svg"),
        seeds(board, out / "accuracy-seeds.svg"),
    ]
    return [*paths, gains(board, out / "gains.svg")] if any(evaluated_rows(view) for view in board["views"]) else paths


def popularity(board: Board, path: Path) -> Path:
    """Accuracy against the popularity of the first ten tracks."""
    view = board["views"][0]
    k = seeds_shown(view, 5)
    found = [(row["model"], figures(row, k).get("popularity_percentile"), row["average"]) for row in view["rows"]]
    points = [(model, x, y) for model, x, y in found if x is not None]
    with card(
        path,
        "Who finds the right tracks, and who only plays the hits?",
        "Up is more accurate, left is further from the hits",
        note(board, view),
        height=580,
    ) as axes:
        axes.set_xlabel(f"mean popularity percentile of the first ten tracks (k = {k}; 1 is the most common track)")
        _points(axes, board, points)
    return path


def cost(board: Board, path: Path) -> Path:
    """Accuracy against CPU seconds of training."""
    view = board["views"][0]
    spent = {row["model"]: max(board["models"][row["model"]]["fit_cpu_s"], QUICK_S) for row in view["rows"]}
    with card(
        path,
        "What does accuracy cost to train?",
        f"Up is more accurate, left is cheaper; {QUICK_S} CPU s or less are drawn at {QUICK_S}",
        note(board, view),
        height=580,
    ) as axes:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("CPU seconds of training, all threads (log scale)")
        _points(axes, board, [(row["model"], spent[row["model"]], row["average"]) for row in view["rows"]])
    return path


def _points(axes: Axes, board: Board, points: Sequence[Point]) -> None:
    """A point a model: ours discs, peers diamonds; the most accurate are labelled first."""
    axes.set_ylabel(AVERAGE)
    axes.grid()
    axes.margins(x=0.12, y=0.1)
    for ours, marker, colour, series in ((True, "o", OURS, "ours"), (False, "D", PEERS, "peers")):
        chosen = [(x, y) for model, x, y in points if board["models"][model]["ours"] == ours]
        if chosen:
            axes.plot(*zip(*chosen, strict=True), marker, color=colour, markersize=6, linestyle="none", label=series)
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right", bbox_to_anchor=(1.02, 1.0), ncols=2, handletextpad=0.1, columnspacing=1)
    ranked = sorted(points, key=lambda point: (-point[2], point[0]))
    name_points(axes, [Label(model, x, y, _colour(board, model)) for model, x, y in ranked])


def _colour(board: Board, model: str) -> str:
    return OURS if board["models"][model]["ours"] else PEERS


def seeds(board: Board, path: Path) -> Path:
    """Accuracy by number of seeds: a line a model, the best of ours and of the peers named and with their intervals."""
    view = board["views"][0]
    rows = sorted(view["rows"], key=lambda row: -row["average"])
    sides = [[row for row in rows if board["models"][row["model"]]["ours"] == ours] for ours in (True, False)]
    named = [*sides[0][:FEW], *sides[1][:FEW]]
    ks = sorted({int(k) for row in rows for k in row["figures"]})
    with card(
        path,
        "How much does each further seed tell?",
        f"The best {FEW} of ours and of the peers with their 95 % intervals; grey: every other model",
        note(board, view),
        margins=Margins(right=150),
    ) as axes:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(ks))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("k: tracks shown (log scale)")
        axes.set_ylabel("NDCG@100")
        axes.grid(axis="y")
        for row in rows:
            if row not in named:
                axes.plot(*_line(row), color=FAINT, linewidth=1, zorder=1)
        axes.set_ylim(0, 1.05 * max(high for row in named for _, high in _band(row)))
        _named_lines(axes, named)
    return path


def _named_lines(axes: Axes, rows: Sequence[Row]) -> None:
    ends = [_line(row)[1][-1] for row in rows]
    heights = spread(axes, ends)
    for row, colour, height in zip(rows, LINES, heights, strict=False):
        ks, values = _line(row)
        axes.plot(ks, values, color=colour, linewidth=1.8, marker="o", markersize=4)
        low, high = zip(*_band(row), strict=True)
        axes.fill_between(ks, low, high, color=colour, alpha=0.1, linewidth=0)
        axes.annotate(
            row["model"],
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(2, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=SMALL * POINTS,
        )


def _line(row: Row) -> tuple[list[int], list[float]]:
    ks = sorted(int(k) for k in row["figures"])
    return ks, [row["figures"][str(k)]["ndcg@100"] for k in ks]


def _band(row: Row) -> list[tuple[float, float]]:
    """The interval at each k."""
    return [tuple(row["by_k"][str(k)]) for k in _line(row)[0]]

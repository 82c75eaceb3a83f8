"""The leaderboard in four questions: accuracy against hits only, against cost, by number of seeds, and over the peers.

All read the first view of the board (closed catalogue, random seeds), the last one reads every view.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from pipelines.plots.card import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    OURS,
    PEERS,
    POINTS,
    PURPLE,
    SMALL,
    SOFT,
    Margins,
    card,
)
from pipelines.plots.labels import Label, name_points, spread

Board = Mapping[str, Any]
Row = Mapping[str, Any]
Point = tuple[str, float, float]  # model, x, y

AVERAGE = "AVG: NDCG@100 averaged over k = 1, 5, 25 seeds"
QUICK_S = 0.1  # CPU seconds; what trains faster stands here, because a log axis has no 0
FEW = 2  # of ours and of the peers whose lines have a name and a band
LINES = (BLUE, GREEN, ORANGE, PURPLE)
WORST, BEST = -0.25, 0.25  # gains beyond these are an arrow with a figure


def draw_standing(board: Board, out: Path) -> list[Path]:
    """Writes the plots that the board has figures for into `out`."""
    paths = [
        popularity(board, out / "accuracy-popularity.svg"),
        cost(board, out / "accuracy-cost.svg"),
        seeds(board, out / "accuracy-seeds.svg"),
    ]
    return [*paths, gains(board, out / "gains.svg")] if any(_judged(view) for view in board["views"]) else paths


def popularity(board: Board, path: Path) -> Path:
    """Accuracy against how common the first ten songs are."""
    view = board["views"][0]
    k = _asked(view, 5)
    found = [(row["model"], _figures(row, k).get("popularity_percentile"), row["average"]) for row in view["rows"]]
    points = [(model, x, y) for model, x, y in found if x is not None]
    with card(
        path,
        "Who finds the right songs, and who only plays the hits?",
        "Up is more accurate, left is further from the hits",
        _note(board, view),
        height=580,
    ) as axes:
        axes.set_xlabel(f"mean popularity percentile of the first ten songs (k = {k}; 1 is the most common song)")
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
        _note(board, view),
        height=580,
    ) as axes:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("CPU seconds of training, all threads (log scale)")
        _points(axes, board, [(row["model"], spent[row["model"]], row["average"]) for row in view["rows"]])
    return path


def _points(axes: Axes, board: Board, points: Sequence[Point]) -> None:
    """A point a model: ours discs, peers diamonds; the accurate ones are named first."""
    axes.set_ylabel(AVERAGE)
    axes.grid()
    axes.margins(x=0.12, y=0.1)
    for ours, marker, colour, said in ((True, "o", OURS, "ours"), (False, "D", PEERS, "peers")):
        chosen = [(x, y) for model, x, y in points if board["models"][model]["ours"] == ours]
        if chosen:
            axes.plot(*zip(*chosen, strict=True), marker, color=colour, markersize=6, linestyle="none", label=said)
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
    asked = sorted({int(k) for row in rows for k in row["figures"]})
    with card(
        path,
        "How much does each further seed tell?",
        f"The best {FEW} of ours and of the peers with their 95 % intervals; grey: every other model",
        _note(board, view),
        margins=Margins(right=150),
    ) as axes:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(FixedLocator(asked))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("k: songs shown (log scale)")
        axes.set_ylabel("NDCG@100")
        axes.grid(axis="y")
        for row in rows:
            if row not in named:
                axes.plot(*_line(row), color=FAINT, linewidth=1, zorder=1)
        axes.set_ylim(0, 1.15 * max(max(_line(row)[1]) for row in rows))
        _named_lines(axes, named)
    return path


def _named_lines(axes: Axes, rows: Sequence[Row]) -> None:
    ends = [_line(row)[1][-1] for row in rows]
    heights = spread(axes, ends)
    for row, colour, height in zip(rows, LINES, heights, strict=False):
        ks, values = _line(row)
        axes.plot(ks, values, color=colour, linewidth=1.8, marker="o", markersize=4)
        if row.get("by_k"):
            low, high = zip(*(row["by_k"][str(k)] for k in ks), strict=True)
            axes.fill_between(ks, low, high, color=colour, alpha=0.12, linewidth=0)
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


def gains(board: Board, path: Path) -> Path:
    """A row for each of ours in each view: the gain over that view's best peer with its paired interval."""
    views = [view for view in board["views"] if _judged(view)]
    lines = sum(len(_judged(view)) + 1 for view in views)
    with card(
        path,
        "How far ahead of the strongest peer is each model of ours?",
        "Gain of AVG with its paired 95 % interval; full where the interval leaves 0 out",
        _note(board, None),
        height=200 + 21 * lines,
        margins=Margins(left=190, right=156),
    ) as axes:
        place, limits = 0, _limits(views)
        for view in views:
            _header(axes, place, f"{view['view']}, {view['positions']} seeds, over {view['best_peer']}")
            for number, row in enumerate(_judged(view), 1):
                _gain(axes, place + number, row, limits)
            place += 1 + len(_judged(view))
        axes.axvline(0, color=SOFT, linewidth=0.8)
        axes.set_xlim(*limits)
        axes.set_ylim(lines - 0.3, -0.7)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:+.0f} %" if value else "0"))
        axes.set_xlabel("gain over the strongest peer")
    return path


def _judged(view: Mapping[str, Any]) -> list[Row]:
    """The rows that have a gain, largest first."""
    return sorted((row for row in view["rows"] if row["gain"] is not None), key=lambda row: -row["gain"])


def _limits(views: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    ends = [end for view in views for row in _judged(view) for end in row["gain_interval"]]
    return max(min(*ends, 0), WORST) - 0.01, min(max(*ends, 0), BEST) + 0.01


def _header(axes: Axes, place: int, said: str) -> None:
    axes.annotate(
        said,
        (0, place),
        xycoords=("axes fraction", "data"),
        xytext=(-170 * POINTS, 0),
        textcoords="offset points",
        va="center",
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )


def _gain(axes: Axes, place: int, row: Row, limits: tuple[float, float]) -> None:
    gain, (low, high) = row["gain"], row["gain_interval"]
    clear = low > 0 or high < 0
    colour = BLUE if low > 0 else ORANGE if high < 0 else SOFT
    if limits[0] < gain < limits[1]:
        axes.plot([max(low, limits[0]), min(high, limits[1])], [place, place], color=colour, linewidth=1.6)
        axes.plot(gain, place, "o", color=colour, markerfacecolor=colour if clear else "white", markersize=6)
    else:
        edge, marker = (limits[0], "<") if gain < 0 else (limits[1], ">")
        axes.plot(edge, place, marker, color=colour, markersize=6, clip_on=False)
    shown = f"{100 * gain:+.1f} % [{100 * low:+.1f}, {100 * high:+.1f}]"
    for text, at, across, side in ((row["model"], 0, -6, "right"), (shown, 1, 6, "left")):
        axes.annotate(
            text,
            (at, place),
            xycoords=("axes fraction", "data"),
            xytext=(across, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=SMALL * POINTS,
            color=INK,
        )


# -- what a board says -----------------------------------------------------------------------------------------------
def _asked(view: Mapping[str, Any], wished: int) -> int:
    """The wished number of seeds, or the smallest where no playlist is long enough."""
    ks = sorted({int(k) for row in view["rows"] for k in row["figures"]})
    return wished if wished in ks else ks[0]


def _figures(row: Row, k: int) -> Mapping[str, Any]:
    figures: Mapping[str, Any] = row["figures"].get(str(k), {})
    return figures


def _note(board: Board, view: Mapping[str, Any] | None) -> str:
    shown = f"{view['view']} catalogue of {view['catalogue']:,} songs, {view['positions']} seeds, " if view else ""
    judged = f"{board['train_playlists']:,} training and {board['held_playlists']:,} held-out playlists"
    return f"{shown}{judged}\ndata {board['data_hash']}, seed {board['seed']}, commit {board['commit']}"

"""Forest plot of the gains of our models over the best peer, in every view."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from pipelines.plots.boards import Board, Row, View, note
from pipelines.plots.card import BLUE, INK, ORANGE, POINTS, SMALL, SOFT, Margins, card

WORST, BEST = -0.25, 0.25  # gains beyond these are an arrow with a figure


def gains(board: Board, path: Path) -> Path:
    """A row for each of ours in each view: the gain over that view's best peer with its paired interval."""
    views = [view for view in board["views"] if evaluated_rows(view)]
    lines = sum(len(evaluated_rows(view)) + 1 for view in views)
    with card(
        path,
        "How far ahead of the strongest peer is each model of ours?",
        "Gain of AVG with its paired 95 % interval; full where the interval leaves 0 out",
        note(board),
        height=200 + 21 * lines,
        margins=Margins(left=190, right=156),
    ) as axes:
        line, limits = 0, _limits(views)
        for view in views:
            _header(axes, line, f"{view['view']}, {view['positions']} seeds, over {view['best_peer']}")
            for number, row in enumerate(evaluated_rows(view), 1):
                _gain(axes, line + number, row, limits)
            line += 1 + len(evaluated_rows(view))
        axes.axvline(0, color=SOFT, linewidth=0.8)
        axes.set_xlim(*limits)
        axes.set_ylim(lines - 0.3, -0.7)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:+.0f} %" if value else "0"))
        axes.set_xlabel("gain over the strongest peer")
    return path


def evaluated_rows(view: View) -> list[Row]:
    """The rows that have a gain, largest first."""
    return sorted((row for row in view["rows"] if row["gain"] is not None), key=lambda row: -row["gain"])


def _limits(views: Sequence[View]) -> tuple[float, float]:
    ends = [end for view in views for row in evaluated_rows(view) for end in row["gain_interval"]]
    return max(min(*ends, 0), WORST) - 0.01, min(max(*ends, 0), BEST) + 0.01


def _header(axes: Axes, line: int, heading: str) -> None:
    axes.annotate(
        heading,
        (0, line),
        xycoords=("axes fraction", "data"),
        xytext=(-170 * POINTS, 0),
        textcoords="offset points",
        va="center",
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )


def _gain(axes: Axes, line: int, row: Row, limits: tuple[float, float]) -> None:
    gain, (low, high) = row["gain"], row["gain_interval"]
    clear = low > 0 or high < 0
    colour = BLUE if low > 0 else ORANGE if high < 0 else SOFT
    if limits[0] < gain < limits[1]:
        axes.plot([max(low, limits[0]), min(high, limits[1])], [line, line], color=colour, linewidth=1.6)
        axes.plot(gain, line, "o", color=colour, markerfacecolor=colour if clear else "white", markersize=6)
    else:
        edge, marker = (limits[0], "<") if gain < 0 else (limits[1], ">")
        axes.plot(edge, line, marker, color=colour, markersize=6, clip_on=False)
    shown = f"{100 * gain:+.1f} % [{100 * low:+.1f}, {100 * high:+.1f}]"
    for text, at, across, side in ((row["model"], 0, -6, "right"), (shown, 1, 6, "left")):
        axes.annotate(
            text,
            (at, line),
            xycoords=("axes fraction", "data"),
            xytext=(across, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=SMALL * POINTS,
            color=INK,
        )

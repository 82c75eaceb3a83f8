"""The sheet of every plot: white with a thin border, a title, and a subtitle.

Sizes are CSS pixels. Text stays text, in the reader's sans-serif font; room is reserved by the widths of DejaVu Sans,
which is as wide as any.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

WIDTH = 700
POINTS = 0.75  # an SVG pixel is 1/96 inch, a point 1/72


@dataclass(frozen=True, slots=True)
class Margins:
    """Room beside the axes for labels; the default bottom holds an axis, its label and two lines."""

    left: int = 64
    top: int = 78
    bottom: int = 96
    right: int = 28

    def frame(self, height: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of the axes as shares of the sheet."""
        wide, high = WIDTH - self.left - self.right, height - self.bottom - self.top
        return self.left / WIDTH, self.bottom / height, wide / WIDTH, high / height


INK, SOFT, FAINT, LINE, TASK = "#1f2328", "#59636e", "#b4bcc4", "#d1d9e0", "#ffffff"
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
"""Colours that colour-blind people can distinguish (Okabe and Ito 2008)."""
OURS, PEERS = BLUE, ORANGE

TITLE, TEXT, SMALL = 15, 12, 11  # pixels
STYLE: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "segue",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT * POINTS,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT * POINTS,
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.5,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": SMALL * POINTS,
    "ytick.labelsize": SMALL * POINTS,
    "legend.frameon": False,
    "legend.fontsize": SMALL * POINTS,
}


@contextmanager
def card(
    path: Path, title: str, below: str, note: str, height: int = 480, margins: Margins | None = None
) -> Iterator[Axes]:
    """Axes to draw on; written to `path` when the block ends. `note` is the provenance of the figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH / 96, height / 96), dpi=72, facecolor=TASK, edgecolor=LINE, linewidth=1)
        axes = figure.add_axes((margins or Margins()).frame(height))
        for text, y, size, colour in ((title, height - 18, TITLE, INK), (below, height - 42, TEXT, SOFT)):
            figure.text(20 / WIDTH, y / height, text, fontsize=size * POINTS, color=colour, va="top")
        figure.text(20 / WIDTH, 12 / height, note, fontsize=SMALL * POINTS, color=SOFT, va="bottom", linespacing=1.4)
        yield axes
        figure.savefig(path, format="svg", metadata={"Title": title, "Creator": None, "Date": None})

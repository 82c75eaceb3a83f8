"""Places labels beside points without overlap: each takes the first free position of a ring around its point, then of a
wider one.

Widths are those of DejaVu Sans on average, so that nothing needs to be drawn to know what fits.
"""

from collections.abc import Iterator, Sequence
from math import cos, pi, sin
from typing import NamedTuple

from matplotlib.axes import Axes

from pipelines.plots.card import FAINT, POINTS, SMALL

SIZE = SMALL * POINTS
WIDE, HIGH = 0.62 * SIZE, 1.25 * SIZE  # of a letter, points
# distance of the first ring, points; from the second on a line connects label and point
NEAR, STEP, RINGS = 5.0, 5.0, 24
TURNS = (0, 4, 2, 6, 1, 7, 3, 5)  # eighths of a turn, in the order in which they are tried: right, left, above, below
DOT = 4.0  # half of a marker


class Box(NamedTuple):
    """A rectangle on the sheet, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        """True when they share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def within(self, room: "Box") -> bool:
        """True when no part of it is outside."""
        return (
            room.left <= self.left and self.right <= room.right and room.bottom <= self.bottom and self.top <= room.top
        )

    def holds(self, x: float, y: float) -> bool:
        """True when a point lies in it."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


class Label(NamedTuple):
    """A name for the point (x, y), in the units of the axes."""

    text: str
    x: float
    y: float
    colour: str


def name_points(axes: Axes, labels: Sequence[Label]) -> list[Box]:
    """Writes the labels, the first ones nearest to their points; returns their boxes. Call it last."""
    figure = axes.get_figure(root=True)
    assert figure
    figure.draw_without_rendering()
    dots = [tuple(map(float, axes.transData.transform((label.x, label.y)))) for label in labels]
    room = Box(*axes.get_window_extent().extents)
    taken = [Box(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in dots]
    boxes = []
    for label, (x, y) in zip(labels, dots, strict=True):
        ring, box = _free(_candidates(x, y, len(label.text) * WIDE), (x, y), taken, room)
        taken.append(box)
        boxes.append(box)
        _write(axes, label, box, led=ring > 0)
    return boxes


def _candidates(x: float, y: float, width: float) -> Iterator[tuple[int, Box]]:
    """Candidate boxes around a point, nearer rings first; a box touches its ring with the side facing the point."""
    for ring in range(RINGS):
        for turn in TURNS:
            across, up = cos(turn * pi / 4), sin(turn * pi / 4)
            reach = NEAR + ring * STEP
            middle_x = x + across * (reach + width / 2)
            middle_y = y + up * (reach + HIGH / 2)
            yield ring, Box(middle_x - width / 2, middle_y - HIGH / 2, middle_x + width / 2, middle_y + HIGH / 2)


def _free(
    candidates: Iterator[tuple[int, Box]], dot: tuple[float, float], taken: Sequence[Box], room: Box
) -> tuple[int, Box]:
    """The first box in the room that overlaps nothing, if possible with a line that crosses nothing."""
    ways = list(candidates)
    free = [way for way in ways if way[1].within(room) and not any(way[1].meets(other) for other in taken)]
    others = [box for box in taken if not box.holds(*dot)]
    clear = [way for way in free if way[0] == 0 or not any(_crossed(dot, way[1], other) for other in others)]
    return (clear or free or ways)[0]


def _crossed(dot: tuple[float, float], box: Box, other: Box) -> bool:
    """True when the line from a point to the middle of its box runs through another box."""
    across, up = (box.left + box.right) / 2 - dot[0], (box.bottom + box.top) / 2 - dot[1]
    return any(other.holds(dot[0] + step / 20 * across, dot[1] + step / 20 * up) for step in range(21))


def _write(axes: Axes, label: Label, box: Box, led: bool) -> None:
    x, y = axes.transData.inverted().transform(((box.left + box.right) / 2, (box.bottom + box.top) / 2))
    if led:
        axes.plot([label.x, x], [label.y, y], color=FAINT, linewidth=0.7, zorder=1)
    axes.text(
        x,
        y,
        label.text,
        color=label.colour,
        fontsize=SIZE,
        ha="center",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
    )


def spread(axes: Axes, heights: Sequence[float]) -> list[float]:
    """Heights of labels without overlap: lower ones are moved; units of the axes.

    The limits of the axes must be final.
    """
    points = [float(axes.transData.transform((1, height))[1]) for height in heights]
    free = float("inf")
    for at in sorted(range(len(points)), key=lambda at: -points[at]):
        points[at] = free = min(points[at], free - HIGH)
    return [float(axes.transData.inverted().transform((0, point))[1]) for point in points]

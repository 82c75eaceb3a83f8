"""The picture of the share card: the cable of a taste, a strand for each side, as thick as its share of the likes.

A path is a start, a heading in quarter turns, and parts: a length, or a radius with quarter turns. A strand follows it
at an offset to its left. Colours are OKLCH by genre, converted to sRGB with chroma lowered until it fits.
"""

import hashlib
import math
from collections.abc import Sequence
from typing import NamedTuple

Part = tuple[float, int]  # (length, 0) or (radius, quarter turns)


class Path(NamedTuple):
    """Where a cable starts, its heading in quarter turns clockwise from the right, and its parts."""

    x: float
    y: float
    heading: int
    parts: tuple[Part, ...]


class Strand(NamedTuple):
    """One side of a taste: its label and its share."""

    label: str
    weight: float


PATHS = {
    "wide": {
        "serpent": Path(782, 700, 3, ((470, 0), (100, 2), (170, 0), (100, -2), (470, 0))),
        "arch": Path(800, 700, 3, ((320, 0), (190, 2), (400, 0))),
        "steps": Path(794, 700, 3, ((196, 0), (112, 1), (40, 0), (112, -1), (420, 0))),
    },
    "tall": {
        "serpent": Path(-60, 1294, 0, ((890, 0), (150, 2), (590, 0), (150, -2), (990, 0))),
        "arch": Path(240, 2000, 3, ((430, 0), (300, 2), (500, 0))),
        "steps": Path(-60, 1800, 0, ((300, 0), (180, -1), (140, 0), (180, 1), (600, 0))),
    },
}
HUES = {
    "rock": 27,
    "soul": 48,
    "country": 66,
    "afro": 84,
    "hip hop": 108,
    "folk": 138,
    "indie": 168,
    "electronic": 200,
    "ambient": 228,
    "jazz": 258,
    "metal": 285,
    "pop": 352,
    "latin": 14,
}
STEPPED = ("rock", "country", "hip hop", "electronic", "metal")
WAVED = ("jazz", "afro", "latin", "pop")
APART, STEP = 38, 50
"""Degrees of hue by which two strands differ at least, and by which a later one moves on until it does."""
SMALLEST_CHROMA_STEP = 0.004


def form(label: str) -> str:
    """Which of the paths a taste takes, by the label of its largest side."""
    return "steps" if label in STEPPED else "serpent" if label in WAVED else "arch"


def hues(labels: Sequence[str]) -> list[int]:
    """A hue for each label, at least APART degrees from those before it where there is room."""
    used: list[int] = []
    for label in labels:
        hue = HUES.get(label, hashlib.sha256(label.encode()).digest()[0] * 360 // 256)
        for _ in range(7):
            if all(min(abs(other - hue), 360 - abs(other - hue)) >= APART for other in used):
                break
            hue = (hue + STEP) % 360
        used.append(hue)
    return used


def trace(path: Path, offset: float) -> tuple[str, float]:
    """The SVG path of a strand at an offset to the left of the cable's middle, and its length."""
    x, y, quarter, length = path.x, path.y, path.heading, 0.0
    drawn = "M" + _beside(x, y, quarter, offset)
    for size, turns in path.parts:
        if not turns:
            dx, dy = _ahead(quarter)
            x, y, length = x + dx * size, y + dy * size, length + size
            drawn += "L" + _beside(x, y, quarter, offset)
            continue
        sign = 1 if turns > 0 else -1
        radius = size + sign * offset
        for _ in range(abs(turns)):
            (dx, dy), (nx, ny) = _ahead(quarter), _ahead(quarter + sign)
            x, y, quarter = x + (dx + nx) * size, y + (dy + ny) * size, quarter + sign
            length += radius * math.pi / 2
            drawn += f"A{radius:.1f} {radius:.1f} 0 0 {int(sign > 0)} " + _beside(x, y, quarter, offset)
    return drawn, length


def colour(lightness: float, chroma: float, hue: float) -> str:
    """OKLCH as #rrggbb; chroma is lowered until the colour is in sRGB."""
    while True:
        linear = _linear_rgb(lightness, chroma, hue)
        if chroma <= 0 or all(-0.0005 < value < 1.0005 for value in linear):
            return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, value)))):02x}" for value in linear)
        chroma -= SMALLEST_CHROMA_STEP


def _ahead(quarter: int) -> tuple[int, int]:
    return ((1, 0), (0, 1), (-1, 0), (0, -1))[quarter % 4]


def _beside(x: float, y: float, quarter: int, offset: float) -> str:
    dx, dy = _ahead(quarter - 1)
    return f"{x + dx * offset:.1f} {y + dy * offset:.1f}"


def _linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
    )


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)

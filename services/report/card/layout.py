"""Lays out a share card and writes it as SVG: 1200 x 630 (wide) or 1080 x 1920 (tall), on paper or at night.

Only bundled fonts, plain attributes and hex colours, so that a browser and resvg draw the same. Lines are broken by
measured widths. What no font can draw is left out, and a line says how much.
"""

from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

from services.report.card import cable
from services.report.card.facts import CardContent
from services.report.card.fonts import REGULAR, SEMIBOLD, drawable, runs
from services.report.card.text_width import cut, headline, width

HEAD_TRACKING, FACT_TRACKING, BRAND_TRACKING = -0.032, -0.012, -0.02
LINE = 1.05


class Size(StrEnum):
    """1200 x 630 for link previews, 1080 x 1920 for stories."""

    WIDE = "wide"
    TALL = "tall"


class Ground(StrEnum):
    """Ink on paper, or light on night."""

    PAPER = "paper"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Colours:
    """Page, ink, second ink, edge and needle, and lightness and chroma of the strands."""

    page: str
    ink: str
    ink2: str
    edge: str
    needle: str
    lightness: float
    chroma: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Positions and type sizes of one format, in pixels."""

    width: int
    height: int
    x: int
    room: int
    brand: tuple[float, float, float]  # x, y, scale
    label: tuple[int, int]  # y, size
    head_sizes: tuple[int, ...]
    head_lines: int
    head_y: int
    facts_y: int | None  # None: below the headline
    fact: tuple[int, int, int, int]  # size of figures, of words, step, distance from the headline
    base: tuple[int | None, int]  # y, size
    cable: int
    gap: int


COLOURS = {
    Ground.PAPER: Colours("#f6f4f1", "#201b16", "#544d47", "#89847d", "#df481a", 0.6, 0.13),
    Ground.NIGHT: Colours("#161310", "#f0ece7", "#c0bbb5", "#7b756f", "#f67140", 0.74, 0.11),
}
MEASURES = {
    Size.WIDE: Measures(
        1200,
        630,
        64,
        590,
        (64, 58, 1.35),
        (154, 22),
        (60, 54, 48, 42),
        3,
        218,
        408,
        (34, 24, 48, 66),
        (574, 20),
        132,
        5,
    ),
    Size.TALL: Measures(
        1080,
        1920,
        84,
        912,
        (84, 236, 2),
        (392, 34),
        (100, 88, 76, 66),
        4,
        494,
        None,
        (56, 38, 82, 108),
        (None, 32),
        196,
        7,
    ),
}


def svg(content: CardContent, size: Size, ground: Ground) -> str:
    """The card as an SVG document."""
    measures, colours = MEASURES[size], COLOURS[ground]
    shown, dropped = _shown(content)
    described = escape(
        f"{shown.head}. {' '.join(f'{figure} {caption}' for figure, caption in shown.facts)}", {'"': "&quot;"}
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {measures.width} {measures.height}" '
        f'width="{measures.width}" height="{measures.height}" role="img" aria-label="{described}">\n'
        f'<rect width="{measures.width}" height="{measures.height}" fill="{colours.page}"/>\n'
        f'<g fill="none">\n{_cable(shown, size, measures, colours)}</g>\n'
        f"{_brand(measures, colours)}{_texts(shown, measures, colours, dropped)}</svg>\n"
    )


def _shown(content: CardContent) -> tuple[CardContent, int]:
    """The content with drawable texts only, and how many signs were left out."""
    texts = [content.label, content.head, content.base, *(text for fact in content.facts for text in fact)]
    (label, head, base, *facts), counts = zip(*map(drawable, texts), strict=True)
    label = label.removeprefix("· ")  # of a name none of whose letters can be drawn
    pairs = [pair for pair in zip(facts[::2], facts[1::2], strict=True) if all(pair)]
    return CardContent(label, head, pairs, base, content.strands, content.open), sum(counts)


def _text(x: float, y: float, size: float, weight: int, fill: str, text: str, tracking: float = 0.0) -> str:
    spacing = f' letter-spacing="{tracking * size:.2f}"' if tracking else ""
    parts = runs(text)
    start = f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{fill}"{spacing}'
    if len(parts) == 1:
        return f'{start} font-family="{parts[0].family}">{escape(text)}</text>\n'
    spans = "".join(f'<tspan font-family="{family}">{escape(run)}</tspan>' for family, run in parts)
    return f'{start} xml:space="preserve">{spans}</text>\n'


def _brand(measures: Measures, colours: Colours) -> str:
    x, y, scale = measures.brand
    mark = (
        f'<g transform="translate({x:g} {y:g}) scale({scale:g})"><path d="M3 16C13 16 12 4 20 4s6 7 11 7" fill="none" '
        f'stroke="{colours.ink}" stroke-width="2.6" stroke-linecap="round"/><circle cx="3" cy="16" r="3" '
        f'fill="{colours.ink}"/><circle cx="31" cy="11" r="3" fill="{colours.needle}"/></g>\n'
    )
    return mark + _text(x + 44 * scale, y + 16.5 * scale, 19 * scale, SEMIBOLD, colours.ink, "Segue", BRAND_TRACKING)


def _texts(content: CardContent, measures: Measures, colours: Colours, dropped: int) -> str:
    (label_y, label_size), x, room = measures.label, measures.x, measures.room
    drawn = _text(x, label_y, label_size, REGULAR, colours.ink2, cut(content.label, room, label_size, REGULAR))
    lines, size = headline(content.head, room, measures.head_sizes, SEMIBOLD, HEAD_TRACKING, measures.head_lines)
    y = measures.head_y + (size - measures.head_sizes[0]) * 0.7
    for line in lines:
        drawn += _text(x, round(y), size, SEMIBOLD, colours.ink, line, HEAD_TRACKING)
        y += size * LINE
    y = measures.facts_y or y + measures.fact[3] - size * LINE
    facts, y = _facts(content, measures, colours, y)
    base_y, base_size = measures.base
    y = base_y or round(y + 8)
    drawn += facts + _text(x, y, base_size, REGULAR, colours.ink2, cut(content.base, room, base_size, REGULAR))
    if dropped:
        signs = f"{dropped} character{'' if dropped == 1 else 's'}"
        note = f"{signs} left out: this card's fonts have Latin, Cyrillic and Greek letters"
        small = round(base_size * 0.8)
        drawn += _text(x, y + base_size * 1.4, small, REGULAR, colours.ink2, cut(note, room, small, REGULAR))
    return drawn


def _facts(content: CardContent, measures: Measures, colours: Colours, y: float) -> tuple[str, float]:
    """The facts from a baseline on, and the baseline after them; words shrink to 84 % before they are cut."""
    figure_size, words_size, step, _ = measures.fact
    widths = [width(figure, figure_size, SEMIBOLD, FACT_TRACKING) for figure, _ in content.facts]
    column = max(widths, default=0.0) + figure_size * 0.55
    room = measures.room - column
    sizes = [round(words_size * scale) for scale in (1, 0.92, 0.84)]
    fits = [size for size in sizes if all(width(caption, size, REGULAR) <= room for _, caption in content.facts)]
    size, drawn = (fits or sizes[-1:])[0], ""
    for figure, caption in content.facts:
        drawn += _text(measures.x, round(y), figure_size, SEMIBOLD, colours.ink, figure, FACT_TRACKING)
        words = cut(caption, room, size, REGULAR)
        drawn += _text(round(measures.x + column), round(y), size, REGULAR, colours.ink2, words)
        y += step
    return drawn, y


def _cable(content: CardContent, size: Size, measures: Measures, colours: Colours) -> str:
    path = cable.PATHS[size][cable.form(content.strands[0].label)]
    hues = cable.hues([strand.label for strand in content.strands])
    tints = [cable.colour(colours.lightness, colours.chroma, hue) for hue in hues]
    if content.open is not None:
        drawn, length = cable.trace(path, 0)
        thin, dots = measures.cable / 16, measures.cable / 5.5
        return (
            f'<path d="{drawn}" stroke="{colours.edge}" stroke-width="{thin:.2f}" stroke-linecap="round" '
            f'stroke-dasharray="0 {dots:.1f}"/>\n<path d="{drawn}" stroke="{tints[0]}" '
            f'stroke-width="{measures.cable / 4:g}" stroke-dasharray="{length * content.open:.0f} {length:.0f}"/>\n'
        )
    total = sum(strand.weight for strand in content.strands)
    at, strokes = (measures.cable + measures.gap * (len(tints) - 1)) / 2, ""
    for strand, tint in zip(content.strands, tints, strict=True):
        thick = measures.cable * strand.weight / total
        strokes += f'<path d="{cable.trace(path, at - thick / 2)[0]}" stroke="{tint}" stroke-width="{thick:.1f}"/>\n'
        at -= thick + measures.gap
    return strokes

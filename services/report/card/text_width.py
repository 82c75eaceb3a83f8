"""Measures text by the fonts' advances, breaks it into lines and cuts it, so that it fits wherever it is drawn.

Kerning is left out: it makes text narrower, by a hundredth or so.
"""

from collections.abc import Sequence

from services.report.card.fonts import advance

ELLIPSIS = "…"


def width(text: str, size: float, weight: int, tracking: float = 0.0) -> float:
    """The width of a text in the unit of the size; `tracking` is added to every character, in parts of the size."""
    return sum(advance(character, weight) for character in text) / 1000 * size + tracking * size * len(text)


def cut(text: str, room: float, size: float, weight: int, tracking: float = 0.0) -> str:
    """The text, or as much of its beginning as fits with an ellipsis."""
    if width(text, size, weight, tracking) <= room:
        return text
    kept = text
    while kept and width(kept + ELLIPSIS, size, weight, tracking) > room:
        kept = kept[:-1].rstrip()
    return kept + ELLIPSIS


def wrapped(text: str, room: float, size: float, weight: int, tracking: float, most: int) -> list[str] | None:
    """The text in at most `most` lines that all fit; None where it does not."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if not lines[-1] or width(longer, size, weight, tracking) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    fits = all(width(line, size, weight, tracking) <= room for line in lines)
    return lines if fits and len(lines) <= most else None


def headline(
    text: str, room: float, sizes: Sequence[float], weight: int, tracking: float, most: int
) -> tuple[list[str], float]:
    """Lines and size of a headline: the largest size at which it fits, lines of even length; cut at the smallest."""
    for size in sizes:
        if lines := wrapped(text, room, size, weight, tracking, most):
            return _even(text, lines, room, size, weight, tracking), size
    size, lines = sizes[-1], [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size, weight, tracking) <= room or len(lines) == most:
            lines[-1] = longer
        elif lines[-1]:
            lines.append(word)
        else:
            lines[-1] = word
    return [cut(line, room, size, weight, tracking) for line in lines], size


def _even(text: str, lines: list[str], room: float, size: float, weight: int, tracking: float) -> list[str]:
    narrower = room
    while narrower > room / 2 and (found := wrapped(text, narrower, size, weight, tracking, len(lines))):
        lines, narrower = found, narrower - 8
    return lines

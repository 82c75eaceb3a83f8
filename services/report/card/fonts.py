"""The bundled fonts: which of them draws a character, how wide it is, and which characters none of them has.

Text is cut into runs of one family, so that every rasteriser draws it alike and never falls back to a font of the
machine. Characters without a glyph are dropped and counted: a rasteriser would draw boxes.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import orjson

FOLDER = Path(__file__).parent / "fontfiles"
FAMILIES = (
    "Instrument Sans",
    "Inter Latin Ext",
    "Inter Cyrillic",
    "Inter Cyrillic Ext",
    "Inter Greek",
    "Inter Vietnamese",
)
"""In the order in which they are asked for a character."""
REGULAR, SEMIBOLD = 400, 600
SILENT = ("Cf", "Mn", "Me", "Cc", "Zs", "Zl", "Zp")
"""Unicode categories that draw nothing of their own: a dropped one is not counted."""


class Run(NamedTuple):
    """Characters that one family draws."""

    family: str
    text: str


def files() -> list[str]:
    """The paths of all font files."""
    return [str(path) for path in sorted(FOLDER.glob("*.ttf"))]


@cache
def widths() -> dict[str, dict[int, dict[int, int]]]:
    """Advance in thousandths of the size by family, weight and code point."""
    read = orjson.loads((FOLDER / "widths.json").read_bytes())
    return {
        family: {int(weight): {int(code): wide for code, wide in table.items()} for weight, table in weights.items()}
        for family, weights in read.items()
    }


@cache
def family_of(character: str) -> str | None:
    """The first family that has the character."""
    return next((name for name in FAMILIES if ord(character) in widths()[name][REGULAR]), None)


def advance(character: str, weight: int) -> int:
    """The width of a character in thousandths of the size; 0 where no font has it."""
    family = family_of(character)
    return widths()[family][weight][ord(character)] if family else 0


def drawable(text: str) -> tuple[str, int]:
    """The text in composed form (NFC) without what no font draws, blanks joined; and how many signs were left out."""
    kept, dropped = [], 0
    for character in unicodedata.normalize("NFC", text):
        if character.isspace():
            kept.append(" ")
        elif family_of(character):
            kept.append(character)
        elif unicodedata.category(character) not in SILENT:
            dropped += 1
    return " ".join("".join(kept).split()), dropped


def runs(text: str) -> list[Run]:
    """The text as runs of one family; every character of it is drawable."""
    found: list[Run] = []
    for character in text:
        family = family_of(character) or FAMILIES[0]
        if found and found[-1].family == family:
            found[-1] = Run(family, found[-1].text + character)
        else:
            found.append(Run(family, character))
    return found

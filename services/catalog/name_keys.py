"""Search keys of track and artist names: normalised name, trigrams, and suffixes for scripts without blanks.

key         the name without case, Latin accents, apostrophes, punctuation and symbols; "M.I.B." is "mib"
grams       the trigrams of a key, for misspelt names
suffixes    the suffixes of each run of letters in a script without blanks between words, to match any part of a name

Marks that are distinct letters in other scripts are kept: \u0439, voiced kana, vowel signs of Thai and Devanagari.
Marks that people omit when typing are removed: Arabic harakat, Hebrew points, the dots of \u0451, the hamza of an
alef.
"""

import re
import unicodedata
from collections.abc import Iterable

from anyascii import anyascii

from kit.names import fold_latin, identity_key

VERSION = 4
"""Version of these rules. A store with keys of another version recomputes them (release_import.py)."""
KEY_LENGTH = 200
GRAM = 3
SUFFIX_LENGTH = 8  # longer query words are looked up by their first letters and then compared whole
MOST_RUNS = 3

_APOSTROPHES = "'`\u2018\u2019\u00b4\u02bc\u05f3\u05f4"
_VOCALISATION = (*range(0x591, 0x5BE), 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7, 0x640, *range(0x64B, 0x653), 0x670)
_CONTROL = dict.fromkeys([*range(32), *range(127, 160)], " ")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "$": "s", "&": " and "}
    | {"\u0451": "\u0435", "\u0622": "\u0627", "\u0623": "\u0627", "\u0625": "\u0627", "\u0671": "\u0627"}
    | dict.fromkeys(_APOSTROPHES)
    | {chr(mark): None for mark in _VOCALISATION}
    | {chr(sign): blank for sign, blank in _CONTROL.items()}
)

_LETTER = "[a-z\u00df-\u024f\u0370-\u03ff\u0430-\u052f]"  # of scripts in which words are spelled letter by letter
_SPELLED = re.compile(rf"(?<!\w){_LETTER}(?!\w)(?:(?:\.\s(?={_LETTER}\.)|[^\w\s&+\u0300-\u036f]){_LETTER}(?!\w))+")
_SPACED = re.compile(rf"(?<!\S){_LETTER}(?: {_LETTER}){{2,}}(?!\S)")
_SIGNS = re.compile(r"[^a-z0-9]+")
_NO_WORD = re.compile(r"[\W\d_]+")

_BLANKLESS = re.compile(
    "[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff]+"
)
"""Thai, Lao, Tibetan, Burmese, Khmer, Hangul (whose words are compounds), kana, bopomofo, Han."""


def key(text: str) -> str:
    """The search key of a name. A name of signs only ("!!!", "+") is its own key; blanks only give ""."""
    folded = unicodedata.normalize("NFKC", text).casefold()  # in this order: fancy capitals have no small letters
    words = _words(_SPELLED.sub(_joined, fold_latin(folded.translate(_LETTERS))))
    made = _SPACED.sub(_joined, words) or " ".join(folded.translate(_CONTROL).split())
    return made[:KEY_LENGTH].strip()


def latin(name: str) -> str:
    """A key in Latin letters, whatever its script: "группа крови" is "gruppa krovi". ASCII keys are unchanged."""
    return name if name.isascii() else key(anyascii(name))


def _words(text: str) -> str:
    """Keeps letters, marks and numbers; the ASCII path, for most names, takes a fifth of the Unicode path's time."""
    if text.isascii():
        return _SIGNS.sub(" ", text).strip()
    return " ".join("".join(map(_letter, identity_key(text))).split())


def _letter(character: str) -> str:
    return character if character.isalnum() or unicodedata.category(character)[0] in "LMN" else " "


def _joined(spelled: re.Match[str]) -> str:
    return _NO_WORD.sub("", spelled.group())


def grams(name: str) -> list[str]:
    """The distinct trigrams of a key padded with a blank at both ends, in order; none for fewer than three letters."""
    padded = f" {name} "
    return list(dict.fromkeys(padded[at : at + GRAM] for at in range(len(padded) - GRAM + 1))) if len(name) > 2 else []


def blankless(text: str) -> bool:
    """True for text in a script without blanks, whose words may be inside a longer run of letters."""
    return not text.isascii() and _BLANKLESS.search(text) is not None


def suffixes(name: str) -> set[str]:
    """The suffixes of every blankless run of a key, cut to SUFFIX_LENGTH; none begins with a combining mark."""
    if name.isascii():
        return set()
    runs = _BLANKLESS.findall(name)
    ends = (run[at : at + SUFFIX_LENGTH] for run in runs for at in range(len(run)))
    return {end for end in ends if not unicodedata.category(end[0]).startswith("M")}


def blankless_parts(name: str) -> list[str]:
    """The longest blankless runs of a query, as prefixes of stored suffixes (SUFFIX_LENGTH); at most MOST_RUNS."""
    runs: Iterable[str] = () if name.isascii() else _BLANKLESS.findall(name)
    return sorted({run[:SUFFIX_LENGTH] for run in runs}, key=lambda run: (-len(run), run))[:MOST_RUNS]

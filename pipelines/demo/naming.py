"""Generates names from the patterns of words.py: artists, titles of tracks and albums. Artist names are unique."""

import re
from functools import cache

import numpy as np

from kit.names import folded_key
from pipelines.demo.scene_words import WORDS
from pipelines.demo.words import COMMON, ENGLISH, ENGLISH_TITLES, KNOWN, STYLE_TITLES

_SLOT = re.compile(r"\{(\w+)\}")
_TRIES = 60


class Namer:
    """Draws unique names from one generator."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._artists: set[str] = set()
        self._titles = set(KNOWN)
        self._turns: dict[tuple[str, ...], list[str]] = {}

    def artist(self, scene: str) -> str:
        """A unique artist name."""
        for _ in range(_TRIES):
            name = _tidy(self._fill(self._next(WORDS[scene].artists), scene, bright=None), scene)
            if folded_key(name) not in self._artists:
                self._artists.add(folded_key(name))
                return name
        raise AssertionError(f"the banks of {scene!r} hold too few names")

    def patterns(self, scene: str, style: str) -> tuple[str, ...]:
        """The title patterns of one artist: two thirds of the scene's, and some general ones."""
        own = STYLE_TITLES.get(style) or WORDS[scene].titles
        kept = self._some(own, max(6, 2 * len(own) // 3))
        return kept + self._some(ENGLISH_TITLES, 6) if scene in ENGLISH and style not in STYLE_TITLES else kept

    def title(self, scene: str, patterns: tuple[str, ...], bright: bool | None) -> str:
        """A unique track title; `bright` selects bright or dark mood words, None takes either."""
        for _ in range(_TRIES):
            title = _tidy(self._fill(self._next(patterns), scene, bright), scene)
            if folded_key(title) not in self._titles:
                break
        else:
            title = f"{title} {self._pick(COMMON['roman'])}"
        while folded_key(title) in self._titles:
            title += " (Reprise)"
        self._titles.add(folded_key(title))
        return title

    def _fill(self, pattern: str, scene: str, bright: bool | None) -> str:
        used = set(pattern.split())

        def word(match: re.Match[str]) -> str:
            bank = _bank(match[1], scene, bright)
            chosen = self._pick([word for word in bank if word not in used] or bank)
            used.add(chosen)
            return _plural(chosen) if match[1] == "nouns" else chosen

        return _SLOT.sub(word, pattern)

    def _next(self, patterns: tuple[str, ...]) -> str:
        """Every pattern in turn, in a new order each round, so that none is used twice in a row."""
        if not self._turns.get(patterns):
            self._turns[patterns] = [patterns[at] for at in self._rng.permutation(len(patterns))]
        return self._turns[patterns].pop()

    def _some(self, options: tuple[str, ...], count: int) -> tuple[str, ...]:
        return tuple(options[at] for at in self._rng.permutation(len(options))[:count])

    def _pick(self, options: list[str] | tuple[str, ...]) -> str:
        return options[int(self._rng.integers(len(options)))]


def _bank(slot: str, scene: str, bright: bool | None) -> tuple[str, ...]:
    banks = _banks(scene)
    if slot in ("mood", "mood_any"):
        return banks["bright"] + banks["dark"] if bright is None else banks["bright" if bright else "dark"]
    return banks["noun" if slot == "nouns" else slot]


@cache
def _banks(scene: str) -> dict[str, tuple[str, ...]]:
    return {**COMMON, **WORDS[scene].banks}


def _plural(noun: str) -> str:
    if noun.endswith(("s", "sh", "ch", "x", "z")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun[:-1] + "ves" if noun == "Wolf" else noun + "s"


def _tidy(name: str, scene: str) -> str:
    """The first letter in upper case, "an" before a vowel where English is sung, no article doubled."""
    name = re.sub(r"\b[Tt]he the\b", "the", name)
    if scene in ENGLISH:
        name = re.sub(r"\b([Aa]) (?=[AEIO])", r"\1n ", name)
    return name[:1].upper() + name[1:]

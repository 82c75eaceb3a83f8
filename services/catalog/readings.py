"""Parses a text into all possible (title, artist) pairs, in either order. Pure.

"Hey Ya! Outkast" may be "Hey Ya!" of "Outkast", "Hey" of "Ya! Outkast", "Ya! Outkast" of "Hey" ...; the catalogue
decides which of them is a track.
"""

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from services.catalog.name_keys import blankless, key
from services.catalog.plain_titles import unlabelled

ARTIST_WORDS = 10
MOST_WORDS = 40
LEAST_LETTERS = 5  # in a shorter word a different letter usually makes another word: night, light
LONG = 8
MOST_SLIPS = 2

_QUOTES = re.compile('["\u201c\u201d\u201e\u00ab\u00bb\u300a-\u300f\u3010\u3011_]')
_DASHES = re.compile("[\u2013\u2014\u2015\uff5c|]")
_GUESTS = re.compile(r"[(\[](?:feat|ft|featuring|with)\b[^)\]]*[)\]]", re.IGNORECASE)
_SLASH = re.compile(r"^([^/\uff0f]+)[/\uff0f]([^/\uff0f]+)$")
_FIRST_DASH, _LAST_DASH = re.compile(r"^(.+?)\s+-\s+(.+)$"), re.compile(r"^(.+)\s+-\s+(.+)$")
_BY = re.compile(r"^(.+)\s+by\s+(.+)$", re.IGNORECASE)
_MORE_ARTISTS = re.compile(r"(?:,\s|\s(?:&|\+|and|x|vs\.?|with|feat\.?|ft\.?|featuring)\s).*$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Reading:
    """One (title, artist) reading of a text, as keys. `separated`: a dash, a slash or "by" is between the two."""

    title: str
    artist: str
    first_artist: str  # "A" of "A & B feat. C"
    artist_first: bool = False
    separated: bool = False

    @property
    def titles(self) -> tuple[str, str]:
        """The title with and without edition labels."""
        return self.title, unlabelled(self.title)

    @property
    def artists(self) -> set[str]:
        """The artist with and without "the", and the first of several."""
        return {*_with_article(self.artist), *_with_article(self.first_artist)}


def readings(text: str) -> list[Reading]:
    """All readings of the text, those with a separator first."""
    plain = _DASHES.sub(" - ", _GUESTS.sub(" ", _QUOTES.sub(" ", text)))
    words = plain.split()[:MOST_WORDS]
    counts = range(1, min(ARTIST_WORDS, len(words) - 1) + 1)
    pairs = [(*parts, True) for parts in _separated(" ".join(words))]
    pairs += [(" ".join(words[:-n]), " ".join(words[-n:]), False, False) for n in counts]
    pairs += [(" ".join(words[n:]), " ".join(words[:n]), True, False) for n in counts]
    found = (_reading(*pair) for pair in pairs)
    return list(dict.fromkeys(reading for reading in found if reading.title and reading.artist))


def reading_of(title: str, artist: str) -> Reading:
    """The reading of a title and an artist that stand in fields of their own."""
    return _reading(title, artist, artist_first=False, separated=True)


def _separated(text: str) -> list[tuple[str, str, bool]]:
    """(title, artist, artist first) tuples of the parts on both sides of each separator."""
    pairs: list[tuple[str, str, bool]] = []
    if match := _BY.match(text):
        pairs.append((match[1], match[2], False))
    for pattern in (_FIRST_DASH, _LAST_DASH, _SLASH):  # a title may have a dash of its own
        if match := pattern.match(text):
            pairs += [(match[2], match[1], True), (match[1], match[2], False)]
    return pairs


def _reading(title: str, artist: str, artist_first: bool, separated: bool) -> Reading:
    return Reading(_part(title), _part(artist), _part(_MORE_ARTISTS.sub("", artist)), artist_first, separated)


def _part(text: str) -> str:
    """The key of a part of the text, without a dash at its ends."""
    return key(text.strip(" -")) if text.strip(" -") else ""


def _with_article(name: str) -> tuple[str, str]:
    return (name, name.removeprefix("the ")) if name.startswith("the ") else (name, f"the {name}")


def without_article(name: str) -> str:
    """A name without its leading "the"."""
    return name.removeprefix("the ")


def slips(words: str, name: str) -> int | None:
    """Edit distance (wrong, missing, extra or swapped letters) between two names; None when they are different names.

    A misspelling has the same numbers and the same words except for one or two letters of long words, whose first
    letter is right. Two titles of one artist that differ by less are therefore taken for misspellings of each other.
    """
    if words == name:
        return 0
    if _DIGITS.findall(words) != _DIGITS.findall(name):
        return None
    if len(name) >= LEAST_LETTERS and words.replace(" ", "") == name.replace(" ", ""):
        return 1
    pairs = list(zip(words.split(), name.split(), strict=False))
    if len(words.split()) != len(name.split()):
        return None
    wrong = [_word_slips(word, other) for word, other in pairs if word != other]
    total = sum(count for count in wrong if count is not None)
    return None if None in wrong or total > MOST_SLIPS else total


def _word_slips(word: str, other: str) -> int | None:
    if min(len(word), len(other)) < LEAST_LETTERS or word[0] != other[0] or blankless(word):
        return None
    distance = int(OSA.distance(word, other))
    return distance if distance <= (MOST_SLIPS if len(other) >= LONG else 1) else None

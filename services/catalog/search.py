"""Which tracks a few typed words mean. Pure: the store brings candidates, this file decides their order.

Names are compared as keys: case, accents, apostrophes and punctuation removed. A candidate's relevance, 0 to 1, is
the best of these readings of the words, where near() is one minus the edit distance per character (optimal string
alignment: a wrong, missing, extra or swapped letter costs one):

    title             near(words, title)
    artist            near(words, artist)
    title and artist  near() of both parts, weighted by their letters, the artist being the first or last few words
    some words        0.85 times the share of letters in words that the title or the artist holds

near() also reads a name's beginning: 0.95 of the match with as many words as were typed, 0.9 with as many letters.

Popularity then decides among the nearly equal: it adds at most 0.06, less than one wrong letter in sixteen.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from uuid import UUID

from rapidfuzz.distance import OSA

from kit.names import folded_key

KEY_LENGTH = 200
GRAM = 3
LEAST = 0.6  # two wrong letters in a word of five; below it, answers stop looking like what was typed
PLENTY = 50  # a full page: when as many come near by their beginning, no misspelling is looked for
NEAR = 0.8  # nearer than this, nothing better is looked for
CONFIDENT = 0.75  # what a text seed needs: nobody looks at the match before songs are chosen from it
WORDS_CUT, LETTERS_CUT, SOME_WORDS = 0.95, 0.9, 0.85
POPULARITY = 0.06
ARTIST_WORDS = 4  # longest artist name, in words, looked for at either end of the text
ARTIST_LEAST = 0.65
SECOND_LOOKS = 3

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "$": "s", "&": " and "}
    | dict.fromkeys("'`\u2018\u2019\u00b4\u02bc")  # the signs that stand for an apostrophe
)
_CONTROL = dict.fromkeys([*range(32), *range(127, 160)], " ")


class By(StrEnum):
    """Which names a search reads."""

    TITLE = "title"
    ARTIST = "artist"
    BOTH = "both"


class Effort(IntEnum):
    """How many tracks' trigrams are weighed: a quick look first, a thorough one when that finds nothing near.

    Of 500 misspelt names among 201,453 tracks these find 93 % in first place, 3,000 and 12,000 92 % (bench/search.py).
    """

    QUICK = 4_000
    THOROUGH = 16_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A track as the search sees it; title and artist are keys, popularity 0 to 100."""

    id: UUID
    title: str
    artist: str
    popularity: float | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate and how near it comes, 0 to 1."""

    candidate: Candidate
    relevance: float


def key(text: str) -> str:
    """What of a name is compared. A name of signs only ("!!!", "+") is its own key; blanks only give ""."""
    folded = unicodedata.normalize("NFKD", text).casefold()  # in this order: fancy capitals have no small letters
    normalised = folded_key(folded.translate(_LETTERS)) or " ".join(folded.translate(_CONTROL).split())
    return normalised[:KEY_LENGTH].strip()


def grams(name: str) -> list[str]:
    """The distinct trigrams of a key with a blank at both ends, in order; none for a key of less than three letters."""
    padded = f" {name} "
    return list(dict.fromkeys(padded[at : at + GRAM] for at in range(len(padded) - GRAM + 1))) if len(name) > 2 else []


def telling(wanted: Iterable[str], counts: Mapping[str, int], effort: "Effort") -> list[str]:
    """The rarest trigrams, as many as the effort's number of tracks hold together. Those of no track are left out.

    A misspelling makes rare trigrams, which cost little of the effort, so the rightly spelled ones stay in.
    """
    chosen: list[str] = []
    left = int(effort)
    for gram in sorted((gram for gram in wanted if counts.get(gram)), key=lambda gram: (counts[gram], gram)):
        left -= counts[gram]
        if left < 0 and (chosen or effort is Effort.QUICK):
            break
        chosen.append(gram)
    return chosen


def near(words: str, name: str) -> float:
    """1 for equal keys, less for every letter that differs; a name that only goes on longer loses little."""
    best: float = OSA.normalized_similarity(words, name)
    if best == 1.0 or len(name) <= len(words):
        return best
    best = max(best, LETTERS_CUT * OSA.normalized_similarity(words, name[: len(words)]))
    first = _first_words(name, words.count(" ") + 1)
    return max(best, WORDS_CUT * OSA.normalized_similarity(words, first)) if len(first) < len(name) else best


def _first_words(name: str, count: int) -> str:
    return " ".join(name.split(" ", count)[:count])


class Query:
    """What somebody typed, read once and compared with many names."""

    def __init__(self, text: str, by: By = By.BOTH) -> None:
        self.key = key(text)
        self.by = by
        self._parts: dict[str, list[tuple[str, float, float]]] = {}

    def rank(self, candidates: Iterable[Candidate]) -> list[Ranked]:
        """The candidates that come near, best first; the same order whatever order they come in."""
        distinct = {candidate.id: candidate for candidate in candidates}
        ranked = [Ranked(candidate, self.relevance(candidate)) for candidate in distinct.values()]
        return sorted((one for one in ranked if one.relevance >= LEAST), key=_place)

    def relevance(self, candidate: Candidate) -> float:
        """The best reading of the words, 0 to 1."""
        if self.by is By.TITLE:
            return max(near(self.key, candidate.title), self._some_words(candidate.title))
        if self.by is By.ARTIST:
            return max(near(self.key, candidate.artist), self._some_words(candidate.artist))
        best = max(near(self.key, candidate.title), near(self.key, candidate.artist))
        if best == 1.0:
            return best
        both = f"{candidate.title} {candidate.artist}"
        return max(best, self._split(candidate), self._some_words(both))

    def second_looks(self, ranked: Sequence[Ranked]) -> tuple[set[str], set[str]]:
        """Titles and artists that the words seem to misspell: the store is asked for them by name.

        The trigrams of a short misspelled word are those of many names, and candidates are few; the popular tracks
        of the right name need not be among them.
        """
        if not ranked or ranked[0].relevance == 1.0:
            return set(), set()
        first = [one.candidate for one in ranked[:SECOND_LOOKS]]
        titles = {one.title for one in first if near(self.key, one.title) >= LEAST} if self.by != By.ARTIST else set()
        artists = {one.artist for one in first if near(self.key, one.artist) >= LEAST} if self.by != By.TITLE else set()
        return titles, artists

    def _split(self, candidate: Candidate) -> float:
        if (parts := self._parts.get(candidate.artist)) is None:
            parts = self._parts[candidate.artist] = self._parts_with(candidate.artist)
        return max((share + rest_share * near(rest, candidate.title) for rest, rest_share, share in parts), default=0.0)

    def _parts_with(self, artist: str) -> list[tuple[str, float, float]]:
        """Splits whose one part is like this artist: (rest, its share of the letters, the other part's score)."""
        found = []
        for part, rest in self._splits:
            if (likeness := near(part, artist)) >= ARTIST_LEAST:
                letters = len(part) + len(rest)
                found.append((rest, len(rest) / letters, likeness * len(part) / letters))
        return found

    @cached_property
    def _splits(self) -> list[tuple[str, str]]:
        """(artist part, rest) for an artist of one to four words at the end or at the beginning."""
        words = self._words
        counts = range(1, min(ARTIST_WORDS, len(words) - 1) + 1)
        at_end = [(" ".join(words[-n:]), " ".join(words[:-n])) for n in counts]
        return at_end + [(" ".join(words[:n]), " ".join(words[n:])) for n in counts]

    @cached_property
    def _words(self) -> list[str]:
        return self.key.split()

    def _some_words(self, name: str) -> float:
        held = set(name.split())
        letters = sum(map(len, self._words))
        return SOME_WORDS * sum(len(word) for word in self._words if word in held) / max(letters, 1)


def _place(one: Ranked) -> tuple[float, int]:
    return -(one.relevance + POPULARITY * (one.candidate.popularity or 0.0) / 100), one.candidate.id.int

"""Relevance scoring of text search. Pure: the store retrieves candidates, this module ranks them.

Names are compared as keys (name_keys.py). A candidate's relevance, 0 to 1, is the maximum over these readings of the
query, where similarity() is one minus the edit distance per character (optimal string alignment: a wrong, missing,
extra or swapped letter costs one):

    title             similarity(words, title)
    artist            similarity(words, artist)
    title and artist  similarity() of both parts, weighted by their letters, the artist being the first or last words
    some words        0.85 times the share of letters in words that the title or the artist contains

similarity() also matches prefixes of a name: 0.95 of the match with as many words as were typed, 0.9 with as many
letters; and in a script without blanks any part of the name, for 0.85.

Popularity orders nearly equal candidates: it adds at most 0.06, less than one wrong letter in sixteen. Of names with
equal keys those that are spelled as typed come first ("Beyonc\u00e9" before "Beyonce" when the accent was typed).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from uuid import UUID

import orjson
from rapidfuzz.distance import OSA

from kit.names import identity_key
from services.catalog.name_keys import blankless, key

LEAST = 0.6  # two wrong letters in a word of five; results below no longer resemble the query
PLENTY = 50  # a full page: with as many good prefix matches, misspellings are not searched
NEAR = 0.8  # from this relevance on, no further retrieval is done
WORDS_CUT, LETTERS_CUT, INSIDE, SOME_WORDS = 0.95, 0.9, 0.85, 0.85
POPULARITY = 0.06
EQUAL = 1.0 - 1e-9
SPELLED = 0.07  # more than popularity adds: among equal keys the name as it was typed comes first
ARTIST_WORDS = 4  # longest artist name, in words, tried at either end of the text
ARTIST_LEAST = 0.65
SECOND_LOOKS = 3


class By(StrEnum):
    """Which names a search reads."""

    TITLE = "title"
    ARTIST = "artist"
    BOTH = "both"


class Effort(IntEnum):
    """Number of tracks scored by trigrams: a quick retrieval first, a thorough one when that finds nothing near.

    Of 500 misspelt names among 201,453 tracks these rank 93 % first, 3,000 and 12,000 rank 92 % (bench/search.py).
    """

    QUICK = 4_000
    THOROUGH = 16_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A retrieved track: title and artist as keys, popularity 0 to 100, and the names as displayed."""

    id: UUID
    title: str
    artist: str
    popularity: float | None
    shown_title: str = ""
    shown_artists: str = ""  # JSON, read only when names have equal keys


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate, its relevance, 0 to 1, and whether its name is spelled as typed."""

    candidate: Candidate
    relevance: float
    spelled: bool = False


def telling(wanted: Iterable[str], counts: Mapping[str, int], effort: "Effort") -> list[str]:
    """Selects the rarest trigrams whose tracks together number at most the effort; trigrams of no track are left out.

    A misspelling gives rare trigrams, which use little of the effort, so correctly spelled ones are also selected.
    """
    chosen: list[str] = []
    left = int(effort)
    for gram in sorted((gram for gram in wanted if counts.get(gram)), key=lambda gram: (counts[gram], gram)):
        left -= counts[gram]
        if left < 0 and (chosen or effort is Effort.QUICK):
            break
        chosen.append(gram)
    return chosen


def similarity(words: str, name: str) -> float:
    """Similarity of two keys, 0 to 1: 1 for equal keys, less by edit distance; a prefix match loses little."""
    best: float = OSA.normalized_similarity(words, name)
    if best == 1.0 or len(name) <= len(words):
        return best
    if not words.isascii() and words in name and blankless(words):
        best = max(best, INSIDE)
    best = max(best, LETTERS_CUT * OSA.normalized_similarity(words, name[: len(words)]))
    first = _first_words(name, words.count(" ") + 1)
    return max(best, WORDS_CUT * OSA.normalized_similarity(words, first)) if len(first) < len(name) else best


def _first_words(name: str, count: int) -> str:
    return " ".join(name.split(" ", count)[:count])


class Query:
    """A parsed search query, compared with many names."""

    def __init__(self, text: str, by: By = By.BOTH) -> None:
        self.key = key(text)
        self.by = by
        self._identity = identity_key(text)
        self._artists: dict[str, str] = {}
        self._parts: dict[str, list[tuple[str, float, float]]] = {}
        self._scored: dict[UUID, Ranked] = {}  # a search ranks its candidates up to four times, each time with more

    def rank(self, candidates: Iterable[Candidate]) -> list[Ranked]:
        """Candidates with relevance of at least LEAST, best first; independent of their input order."""
        distinct = {candidate.id: candidate for candidate in candidates}
        ranked = [self._ranked(candidate) for candidate in distinct.values()]
        return sorted((hit for hit in ranked if hit.relevance >= LEAST), key=_sort_key)

    def _ranked(self, candidate: Candidate) -> Ranked:
        if (known := self._scored.get(candidate.id)) is None:
            relevance = self.relevance(candidate)
            known = Ranked(candidate, relevance, relevance >= EQUAL and self._spelled(candidate))
            self._scored[candidate.id] = known
        return known

    def _spelled(self, candidate: Candidate) -> bool:
        """True when the part with the equal key (title, artist, or both in either order) is spelled as typed."""
        if candidate.title == self.key and identity_key(candidate.shown_title) == self._identity:
            return True
        if (artist := self._artists.get(candidate.shown_artists)) is None:
            names = [credit["name"] for credit in orjson.loads(candidate.shown_artists or "[]")]
            artist = self._artists[candidate.shown_artists] = identity_key(" ".join(names))
        if self.key in (candidate.title, candidate.artist):
            return artist == self._identity
        title = identity_key(candidate.shown_title)
        return self._identity in (f"{title} {artist}", f"{artist} {title}")

    def relevance(self, candidate: Candidate) -> float:
        """The relevance of a candidate, 0 to 1: the maximum over the readings of the query."""
        if self.by is By.TITLE:
            return max(similarity(self.key, candidate.title), self._some_words(candidate.title))
        if self.by is By.ARTIST:
            return max(similarity(self.key, candidate.artist), self._some_words(candidate.artist))
        best = max(similarity(self.key, candidate.title), similarity(self.key, candidate.artist))
        if best == 1.0:
            return best
        both = f"{candidate.title} {candidate.artist}"
        return max(best, self._split(candidate), self._some_words(both))

    def second_looks(self, ranked: Sequence[Ranked]) -> tuple[set[str], set[str]]:
        """Titles and artists of near matches, to be retrieved by their exact names.

        The trigrams of a short misspelled word occur in many names, and the number of candidates is limited, so the
        popular tracks of the right name may be missing among them.
        """
        if not ranked or ranked[0].relevance == 1.0:
            return set(), set()
        first = [hit.candidate for hit in ranked[:SECOND_LOOKS]]
        titles = (
            {hit.title for hit in first if similarity(self.key, hit.title) >= LEAST} if self.by != By.ARTIST else set()
        )
        artists = (
            {hit.artist for hit in first if similarity(self.key, hit.artist) >= LEAST} if self.by != By.TITLE else set()
        )
        return titles, artists

    def _split(self, candidate: Candidate) -> float:
        if (parts := self._parts.get(candidate.artist)) is None:
            parts = self._parts[candidate.artist] = self._parts_with(candidate.artist)
        return max(
            (share + rest_share * similarity(rest, candidate.title) for rest, rest_share, share in parts),
            default=0.0,
        )

    def _parts_with(self, artist: str) -> list[tuple[str, float, float]]:
        """Splits with one part similar to this artist: (rest, its share of the letters, the artist part's score)."""
        found = []
        for part, rest in self._splits:
            if (likeness := similarity(part, artist)) >= ARTIST_LEAST:
                letters = len(part) + len(rest)
                found.append((rest, len(rest) / letters, likeness * len(part) / letters))
        return found

    @cached_property
    def _splits(self) -> list[tuple[str, str]]:
        """(artist part, rest) splits for an artist of one to four words at the end or at the beginning."""
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
        found = (word for word in self._words if word in held or (blankless(word) and word in name))
        return SOME_WORDS * sum(map(len, found)) / max(letters, 1)


def _sort_key(hit: Ranked) -> tuple[float, int]:
    popular = POPULARITY * (hit.candidate.popularity or 0.0) / 100
    return -(hit.relevance + popular + SPELLED * hit.spelled), hit.candidate.id.int

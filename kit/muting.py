"""Which rows of a release are muted: an inverted index from artists, genres and version types to rows.

Terms are hashed to 64 bits and kept sorted beside their rows: 12 bytes for each term of a track, about six a track. One
pass over the cards makes it. An artist is muted in every spelling and also as a guest, of a cell or of a title
(kit/recordings/artist_names.py, editions.py), versions by their labels (kit/recordings/version_types.py).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from kit.genres import genre_key
from kit.recordings.artist_names import artist_key, billed, credited
from kit.recordings.editions import bare_title
from kit.recordings.version_types import version_types
from kit.release import Release, Rows
from kit.wire.mutes import Mutes

_MAY_CREDIT = re.compile(r"feat|ft\.|\bwith\b|\bw/|\bcon\b|\bmit\b|\bavec\b|\bcom\b|[(\[]\s*[&+x\u00d7]", re.IGNORECASE)
"""Titles that may name guests; reading the labels of all others would double the time."""
MEMO = 1 << 17
"""Genres, artists and cells whose terms are kept while an index is made."""


@dataclass(frozen=True, slots=True, eq=False)
class MutingIndex:
    """(t,) hashes of terms, rising, and the row (t,) of each; the release, whose cards name the muted artists."""

    hashes: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.int32]
    release: Release

    @classmethod
    def of(cls, release: Release) -> "MutingIndex":
        """Reads every card twice, so not on the event loop: 5,000 tracks take about .3 s."""
        alone: set[str] = set()
        for row in range(release.size):
            alone.update(billed(artist["name"]) for artist in orjson.loads(release.card(row))["artists"])
        terms = _Terms(alone)
        found = ((term, row) for row in range(release.size) for term in terms.of(orjson.loads(release.card(row))))
        pairs = np.fromiter(found, np.dtype([("hash", np.uint64), ("row", np.int32)]))
        order = np.argsort(pairs["hash"], kind="stable")
        return cls(pairs["hash"][order], pairs["row"][order], release)

    def muted(self, mutes: Mutes) -> frozenset[int]:
        """The rows that any of the mutes names."""
        terms = [f"genre {genre_key(genre)}" for genre in mutes.genres]
        terms += [f"version {version}" for version in mutes.versions]
        terms += [term for artist in mutes.artists for term in self._of_artist(artist)]
        return frozenset(row for term in terms for row in self._rows(term).tolist())

    def _of_artist(self, artist: str) -> Iterator[str]:
        """The artist's id, and the key of each name that the release writes it with."""
        own = f"artist {artist}"
        yield own
        rows = self._rows(own)
        if len(rows):
            credits = orjson.loads(self.release.card(int(rows[0])))["artists"]
            yield from {f"name {billed(one['name'])}" for one in credits if one["id"] == artist}

    def _rows(self, term: str) -> Rows:
        wanted = np.uint64(_hashed(term))
        first, last = (np.searchsorted(self.hashes, wanted, side) for side in ("left", "right"))
        return self.rows[first:last].astype(np.int64)


def card_muted_by(mutes: Mutes, artist_names: Collection[str]) -> Callable[[Mapping[str, Any]], bool]:
    """Whether mutes name a card, without an index: for a few tracks. `artist_names` are those of the muted artists."""
    names = {billed(name) for name in artist_names}
    terms = [f"genre {genre_key(genre)}" for genre in mutes.genres]
    terms += [f"version {version}" for version in mutes.versions]
    terms += [*(f"artist {artist}" for artist in mutes.artists), *(f"name {name}" for name in names)]
    wanted, of_card = {_hashed(term) for term in terms}, _Terms(names)
    return lambda card: not wanted.isdisjoint(of_card.of(card))


class _Terms:
    """The hashed terms of cards; those of a genre, an artist and a cell are computed once."""

    def __init__(self, alone: Collection[str]) -> None:
        self._genre = lru_cache(MEMO)(lambda genre: _hashed(f"genre {genre_key(genre)}"))
        self._artist = lru_cache(MEMO)(lambda artist: _hashed(f"artist {artist}"))
        self._cell = lru_cache(MEMO)(lambda cell: [_hashed(f"name {key}") for key in credited(cell, alone)])

    def of(self, card: Mapping[str, Any]) -> set[int]:
        """The terms of one card."""
        title, names = card["title"], [artist["name"] for artist in card["artists"]]
        found = {self._artist(artist["id"]) for artist in card["artists"]}
        found.update(term for name in names for term in self._cell(name))
        found.update(map(self._genre, card["genres"]))
        if _MAY_CREDIT.search(title):
            found.update(_hashed(f"name {artist_key(guest)}") for guest in bare_title(title)[1])
        found.update(_hashed(f"version {version}") for version in version_types(title, names))
        return found


def _hashed(term: str) -> int:
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest())

"""Genres of a release: their spellings, numbers of tracks and rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from kit.genres import genre_key
from kit.release import Release, Rows
from kit.wire.interest import GenreCount

_GENRES = b'"genres":'


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseGenres:
    """Rows of each genre by kit.genres.genre_key, and the genres with their counts, the most frequent first."""

    rows: dict[str, Rows]
    counts: list[GenreCount]
    size: int

    @classmethod
    def of(cls, release: Release) -> "ReleaseGenres":
        """Reads the genres of every card: about 2 s for 150,000 tracks, so not on the event loop."""
        spelled: dict[str, Counter[str]] = {}
        rows: dict[str, list[int]] = {}
        keys: dict[str, str] = {}
        for row in range(release.size):
            for name in set(_genres(release.card(row))):
                key = keys.get(name) or keys.setdefault(name, genre_key(name))
                spelled.setdefault(key, Counter())[name] += 1
                of_key = rows.setdefault(key, [])
                if not of_key or of_key[-1] != row:  # two spellings on one card
                    of_key.append(row)
        counts = [GenreCount(name=_usual(names), tracks=len(rows[key])) for key, names in spelled.items()]
        counts.sort(key=lambda count: (-count.tracks, count.name))
        return cls({key: np.array(found, np.int64) for key, found in rows.items()}, counts, release.size)

    def of_any(self, keys: Iterable[str]) -> Rows:
        """Sorted rows of tracks with any of these genres (keys); all rows when no genre is given."""
        wanted = list(keys)
        if not wanted:
            return np.arange(self.size)
        found = [self.rows[key] for key in wanted if key in self.rows]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def _usual(names: Counter[str]) -> str:
    return min(names, key=lambda name: (-names[name], name))


def _genres(card: bytes) -> list[Any]:
    found = orjson.loads(card).get("genres") if _GENRES in card else None
    return found or []

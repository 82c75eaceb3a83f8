"""Filters as numpy: which rows of a release satisfy a query's conditions.

Every filter means what it means to the engine: values are those of the cards, as the payload has them
(kit/vectors/points.py), in float64 - columns hold float32, in which .6 is more than .6.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kit.release import Ints, Release
from kit.vectors import RANGE_FIELDS, TrackQuery
from kit.vectors.points import payload
from kit.vectors.ranked_values import Flags, RankedValues


@dataclass(frozen=True, slots=True, eq=False)
class Payload:
    """What filters ask, by row: (m,) values of each field; rows of each genre, int32; (m,) explicit ones."""

    values: Mapping[str, RankedValues]
    genres: Mapping[str, Ints]
    explicit: Flags

    @classmethod
    def of(cls, release: Release) -> "Payload":
        """Reads the cards, one by one: 5,000 in 60 ms."""
        values = np.full((len(RANGE_FIELDS), release.embedded), np.nan)
        genres, explicit = defaultdict[str, list[int]](list), np.zeros(release.embedded, bool)
        for row in range(release.embedded):
            held = payload(release.card(row))
            values[:, row] = [held.get(name, np.nan) for name in RANGE_FIELDS]
            explicit[row] = held.get("explicit") == 1
            for genre in held.get("genres", ()):
                genres[genre].append(row)
        found = {genre: np.array(rows, np.int32) for genre, rows in genres.items()}
        ranked = [RankedValues.of(column) for column in values]
        return cls(dict(zip(RANGE_FIELDS, ranked, strict=True)), found, explicit)

    def allowed(self, query: TrackQuery, present: Flags) -> Flags:
        """(m,) rows `present` in a space that satisfy every filter of the query and are not excluded. Not to be
        changed: without a condition it is `present` itself."""
        if not (query.ranges or query.genres or query.exclude) and query.explicit is None:
            return present
        allowed = present.copy()
        for passing in self._passing(query):
            allowed &= passing
        if query.exclude:
            rows = np.fromiter(query.exclude, np.int64, len(query.exclude))
            allowed[rows[(rows >= 0) & (rows < len(allowed))]] = False
        return allowed

    def _passing(self, query: TrackQuery) -> Iterable[Flags]:
        """(m,) rows that satisfy each of the query's conditions."""
        for name, (low, high) in query.ranges.items():
            yield self.values[name].within(low, high)
        if query.genres:
            yield self._of_any(query.genres)
        if query.explicit is not None:
            yield self.explicit if query.explicit else ~self.explicit

    def _of_any(self, genres: Collection[str]) -> Flags:
        found: Flags = np.zeros(len(self.explicit), bool)
        for genre in genres:
            found[self.genres.get(genre, [])] = True
        return found

"""The middle of each genre: what its most popular learned tracks ask for as seeds."""

import numpy as np

from kit.genres import genre_key
from kit.manifest import GRAPH
from kit.release import STATE_LEARNED, Floats, Ints, Release
from services.recommend.served.genre_spellings import GenreRows, Spellings

MOST = 100
"""Popular tracks that a genre is the middle of."""


class GenreVectors:
    """Mean query vectors of genres, each computed when it is first wanted and kept: at most one a genre."""

    def __init__(self, release: Release, spellings: Spellings, rows: GenreRows) -> None:
        self._release, self._spellings, self._rows = release, spellings, rows
        self._means: dict[str, Floats | None] = {}

    def mean(self, genre: str) -> Floats | None:
        """(dim,) mean query vector of the genre's MOST most popular learned tracks, in any spelling; None when no
        learned track has the genre."""
        key = genre_key(genre)
        if key not in self._spellings or GRAPH not in self._release.dims:
            return None
        if key not in self._means:
            self._means[key] = self._mean(self._spellings[key])
        return self._means[key]

    def _mean(self, names: tuple[str, ...]) -> Floats | None:
        rows = np.unique(np.concatenate([self._rows[name] for name in names]))
        rows = rows[np.asarray(self._release.column("state")[rows]) == STATE_LEARNED]
        if not len(rows):
            return None
        mean: Floats = self._release.query_rows(GRAPH, self._most_popular(rows)).astype(np.float32).mean(axis=0)
        return mean

    def _most_popular(self, rows: Ints) -> list[int]:
        popularity = np.nan_to_num(np.asarray(self._release.column("popularity")[rows], np.float64), nan=-1.0)
        chosen: list[int] = rows[np.argsort(-popularity, kind="stable")[:MOST]].tolist()
        return chosen

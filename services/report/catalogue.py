"""Statistics of the catalogue that likes are compared with, computed once when a release is opened.

Everything is over the tracks of one release. Sorted features answer a comparison in O(likes x log tracks); the moments
of random sets and the genre table need one pass over vectors and cards.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from kit.genres import genre_key
from kit.manifest import AUDIO, GRAPH
from kit.release import Floats, Ints, Release, Rows
from kit.wire.catalog import FEATURES
from kit.wire.report_sections import ReportTrack
from services.report.analyses.diversity import SetMoments, unit_vectors
from services.report.analyses.superiority import Reference

TITLES = 100_000
"""Titles kept in memory: a report with 1,000 likes reads as many, for their languages."""
SPACES = (GRAPH, AUDIO)
"""Spaces whose cosine says which tracks are near, the first one that a release has."""


@dataclass(frozen=True, slots=True, eq=False)
class GenreTable:
    """Genres of every track: those of row r are `of[start[r]:start[r + 1]]`, numbers into `names`."""

    names: list[str]
    start: Ints
    of: Ints
    counts: Ints  # (genres,) tracks that have each
    tagged: int  # tracks with any

    @classmethod
    def read(cls, release: Release) -> "GenreTable":
        """Reads the cards; spellings of one genre (kit.genres) are one, named by the most frequent."""
        written: dict[str, int] = {}
        of, lengths = array("q"), array("q")
        for row in range(release.size):
            names = _card(release, row)["genres"]
            of.extend(written.setdefault(name, len(written)) for name in names)
            lengths.append(len(names))
        rows, spelt = np.repeat(np.arange(release.size), lengths), np.asarray(of, np.int64)
        names, number = _one_for_each_key(list(written), np.bincount(spelt, minlength=len(written)))
        pairs = np.unique(rows * max(len(names), 1) + number[spelt])  # by row; a genre spelt twice counts once
        rows, genre = np.divmod(pairs, max(len(names), 1))
        counts = np.bincount(rows, minlength=release.size)
        start = np.concatenate([[0], np.cumsum(counts)])
        return cls(names, start, genre, np.bincount(genre, minlength=len(names)), int((counts > 0).sum()))

    def of_rows(self, rows: Rows) -> list[Ints]:
        """The genre numbers of each row."""
        return [self.of[self.start[row] : self.start[row + 1]] for row in rows.tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """The release's columns and what was computed of them."""

    release: Release
    features: Floats  # (tracks, 12), NaN unknown, tempo 0 and key -1 included
    year: Floats  # (tracks,), NaN unknown
    popularity: Floats
    duration_ms: Floats
    artist: Ints
    references: dict[str, Reference]  # of every feature, year and popularity
    genres: GenreTable
    vectors: npt.NDArray[Any]  # (placed, dim), mapped
    moments: SetMoments
    title: Callable[[int], str]  # of a row

    @classmethod
    def of(cls, release: Release) -> "Catalogue":
        """Reads the columns, vectors and cards of a release."""
        features = np.asarray(release.column("features"), np.float32)
        year, popularity = _positive(release.column("year")), np.asarray(release.column("popularity"), np.float32)
        space = next(name for name in (*SPACES, *release.manifest.spaces) if name in release.manifest.spaces)
        vectors = release.index_vectors(space)
        columns = {name: features[:, at] for at, name in enumerate(FEATURES)} | {"year": year, "popularity": popularity}
        main = "main_artist" if "columns/main_artist.npy" in release.manifest.files else "artist"
        return cls(
            release=release,
            features=features,
            year=year,
            popularity=popularity,
            duration_ms=_positive(release.column("duration_ms")),
            artist=np.asarray(release.column(main)),
            references={name: Reference.of(values) for name, values in columns.items()},
            genres=GenreTable.read(release),
            vectors=vectors,
            moments=SetMoments.of(vectors),
            title=lru_cache(TITLES)(lambda row: str(_card(release, row)["title"])),
        )

    @property
    def size(self) -> int:
        """Tracks in the release."""
        return self.release.size

    def feature(self, name: str) -> Floats:
        """(tracks,) one audio feature."""
        return self.features[:, FEATURES.index(name)]

    def directions(self, rows: Rows) -> tuple[Floats, Ints]:
        """Unit vectors (p, dim) of the rows that have one, and their positions (p,) among the rows."""
        inside = np.flatnonzero(rows < len(self.vectors))
        units, known = unit_vectors(self.vectors[rows[inside]])
        return units[known], inside[known]

    def track(self, row: int) -> ReportTrack:
        """The track of a row as the report names it."""
        card = _card(self.release, row)
        names = [artist["name"] for artist in card["artists"]]
        return ReportTrack(
            id=card["id"], title=card["title"], artists=names, year=card.get("year"), genres=card["genres"]
        )


def _one_for_each_key(spellings: Sequence[str], counts: Ints) -> tuple[list[str], Ints]:
    """One name for each genre key (kit.genres), the most frequent spelling, and the genre (spellings,) of each one."""
    number: dict[str, int] = {}
    names: list[str] = []
    of = np.zeros(len(spellings), np.int64)
    for at in np.argsort(-counts, kind="stable").tolist():
        key = genre_key(spellings[at])
        if key not in number:
            number[key] = len(names)
            names.append(spellings[at])
        of[at] = number[key]
    return names, of


def _card(release: Release, row: int) -> dict[str, Any]:
    card: dict[str, Any] = orjson.loads(release.card(row))
    return card


def _positive(column: npt.NDArray[Any]) -> Floats:
    """As float32; 0 and negative values, which stand for unknown, become NaN."""
    values = np.asarray(column).astype(np.float32)
    return np.where(values > 0, values, np.nan).astype(np.float32)

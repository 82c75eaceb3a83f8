"""What every answer reads of a release, as plain arrays over its mapped files.

Taking one element of np.memmap costs 1.2 us more than one of an array, and an answer takes hundreds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import orjson

from kit import ranker
from kit.arrays import RowFile
from kit.release import Floats, Ints, Release
from kit.vectors.exact import small
from services.recommend.served import genre_spellings
from services.recommend.served.artist_vectors import ArtistVectors
from services.recommend.served.genre_vectors import GenreVectors
from services.recommend.served.recording_groups import RecordingGroups

TITLES = 20_000


@dataclass(frozen=True, slots=True)
class Tables:
    """Columns by row (n,), features (n, 12), neighbours (m, K) with -1 where a track has fewer than K."""

    artist: Ints
    main_artist: Ints  # as artist, with joined names and a leading "The" seen; what caps per artist count
    group: Ints
    recording_groups: RecordingGroups
    state: Ints
    popularity: Floats
    log_popularity: Floats  # of kit.ranker, 0 in a release without a ranker
    rarest: float  # the least of them
    features: Floats
    duration_ms: Ints  # -1 where unknown
    neighbours: RowFile | Ints
    together: RowFile | Ints
    artists: ArtistVectors
    by_popularity: Ints  # tracks that have a vector and a popularity, the most popular first
    title: Callable[[int], str]
    genres: genre_spellings.Spellings
    genre_rows: genre_spellings.GenreRows
    genre_vectors: GenreVectors

    @classmethod
    def of(cls, release: Release) -> "Tables":
        """Opens them and sorts the tracks by popularity."""
        popularity, common = np.asarray(release.column("popularity")), ranker.known_log_popularity(release)
        group = np.asarray(release.column("group"))
        lists = release.array if small(release) else release.row_file  # mapped, pages around each row would stay
        genre_rows = genre_spellings.genre_rows(release)
        genres = genre_spellings.spellings_of(genre_rows)
        return cls(
            artist=np.asarray(release.column("artist")),
            main_artist=np.asarray(release.column(_main_artist(release))),
            group=group,
            recording_groups=RecordingGroups.of(group),
            state=np.asarray(release.column("state")),
            popularity=popularity,
            log_popularity=common,
            rarest=float(common.min(initial=0.0)),
            features=np.asarray(release.column("features")),
            duration_ms=np.asarray(release.column("duration_ms")),
            neighbours=lists("neighbours.rows.npy"),
            together=lists("neighbours.together.npy"),
            artists=ArtistVectors(release),
            by_popularity=_falling(popularity[: release.embedded]),
            title=lru_cache(TITLES)(lambda row: str(orjson.loads(release.card(row))["title"])),
            genres=genres,
            genre_rows=genre_rows,
            genre_vectors=GenreVectors(release, genres, genre_rows),
        )

    def in_playlists_together(self, seeds: Ints, rows: Ints) -> Ints:
        """(r,) training playlists that hold both tracks of each pair, read from either track's list of neighbours.

        0 when neither list names the other track, or a row is outside the lists (-1 among them).
        """
        of, others = np.concatenate([seeds, rows]), np.concatenate([rows, seeds])
        listed = np.flatnonzero((of >= 0) & (of < len(self.neighbours)) & (others >= 0))
        of, counts = of[listed], np.zeros(len(of), self.together.dtype)
        same = self.neighbours[of] == others[listed, None]
        if not same.size:
            return counts[: len(rows)]
        places = same.argmax(axis=1)  # a list names a track once at most; numpy.nonzero costs more
        named = np.flatnonzero(same[np.arange(len(of)), places])
        counts[listed[named]] = self.together[of[named]][np.arange(len(named)), places[named]]
        return np.maximum(counts[: len(rows)], counts[len(rows) :])


def _main_artist(release: Release) -> str:
    """Releases made before there was such a column count first artists as they are written."""
    return "main_artist" if "columns/main_artist.npy" in release.manifest.files else "artist"


def _falling(popularity: Floats) -> Ints:
    order = np.argsort(-popularity.astype(np.float64), kind="stable")  # NaN comes last
    return order[: int(np.count_nonzero(~np.isnan(popularity)))].astype(np.int32)

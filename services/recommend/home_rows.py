"""The rows of a home page, each with a title that is its reason; no track and no recording twice across rows.

A person's rows come from one profile and one batched search: because you listened to X, because you liked Y, new to
you; and what is trending. A guest's rows are trending tracks and popular tracks by genre.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kit.ranker import DEPTH
from kit.vectors import Hits
from kit.wire.home import RowKey
from kit.wire.recommend import RecommendationOptions
from kit.wire.recommend_options import Dials, Filters, Mode
from services.recommend.ranked_list import first_set, popular_tracks
from services.recommend.ranking.reranker import rerank
from services.recommend.response.reasons import ReasonEvidence
from services.recommend.retrieval import popularity
from services.recommend.retrieval.candidates import search
from services.recommend.retrieval.merge import merge
from services.recommend.served.recent_counts import NO_RECENT, RecentCounts
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import HomeRow, MergedCandidates, QueryVector, RankedList

GENRES = 4
PER_ARTIST = 2
TRENDING, LATELY = "One of the most popular artists here", "Liked or played by several people here lately"


@dataclass(frozen=True, slots=True)
class HomeQueries:
    """Query vectors of a person: of the track played last, of the track liked last, and of the whole profile."""

    played: QueryVector | None
    liked: QueryVector | None
    profile: Sequence[QueryVector]

    def titled(self) -> list[tuple[RowKey, str, Sequence[QueryVector]]]:
        """The rows that they make, in the order of the page."""
        found: list[tuple[RowKey, str, Sequence[QueryVector]]] = []
        if self.played:
            found.append(("because_listened", f"Because you listened to {self.played.seeds[0].title}", [self.played]))
        if self.liked:
            found.append(("because_liked", f"Because you liked {self.liked.seeds[0].title}", [self.liked]))
        if self.profile:
            found.append(("new_to_you", "New to you", self.profile))
        return found


class _Excluded:
    """Rows that no further row of the page may have: it grows by the recordings of each row."""

    def __init__(self, serving: ServedRelease, rows: Iterable[int]) -> None:
        self._groups = serving.tables.recording_groups
        self.rows = frozenset(rows)

    def add(self, tracks: RankedList) -> RankedList:
        self.rows |= self._groups.expand(tracks.rows)
        return tracks


async def of_person(
    serving: ServedRelease,
    queries: HomeQueries,
    known: frozenset[int],
    disliked: frozenset[int],
    limit: int,
    recent: RecentCounts = NO_RECENT,
) -> list[HomeRow]:
    """A person's rows: known tracks are in none but the trending one, disliked ones in none at all. Empty rows are
    left out. IndexUnavailable."""
    titled = queries.titled()
    vectors = [vector for _, _, of_row in titled for vector in of_row]
    count = max(DEPTH, 8 * limit)
    hits = iter(await search(serving, vectors, Filters(), known, count) if vectors else [])
    excluded, rows = _Excluded(serving, known), []
    for key, title, of_row in titled:
        found = [next(hits) for _ in of_row]
        tracks = excluded.add(_nearest(serving, of_row, found, excluded.rows, limit))
        rows.append(HomeRow(key, title, tracks, of_row[0].seeds[0].row if key != "new_to_you" else None))
    used = excluded.rows - known
    rows.append(HomeRow("trending", "Trending now", trending(serving, Filters(), disliked | used, limit, recent)))
    return [row for row in rows if row.tracks.rows]


def of_guest(serving: ServedRelease, limit: int, recent: RecentCounts = NO_RECENT) -> list[HomeRow]:
    """A guest's rows, the same for everybody: computed once for what is recent and the length of rows (up to .2 s of
    CPU)."""
    return serving.once_for(recent, limit, lambda: popular_rows(serving, limit, frozenset(), recent))


def popular_rows(
    serving: ServedRelease, limit: int, disliked: frozenset[int], recent: RecentCounts = NO_RECENT
) -> list[HomeRow]:
    """Trending tracks, and popular ones of the most frequent genres, without disliked ones."""
    excluded = _Excluded(serving, disliked)
    rows = [HomeRow("trending", "Trending now", excluded.add(trending(serving, Filters(), disliked, limit, recent)))]
    for genre in serving.popular_genres[:GENRES]:
        options = RecommendationOptions(
            limit=limit, mode=Mode.HITS, filters=Filters(genres=[genre]), dials=Dials(per_artist=PER_ARTIST)
        )
        tracks = popular_tracks(options, serving, excluded.rows, f"Popular in {genre}")
        rows.append(HomeRow("genre", f"Popular in {genre}", excluded.add(tracks)))
    return [row for row in rows if row.tracks.rows]


def trending(
    serving: ServedRelease,
    filters: Filters,
    excluded: frozenset[int],
    limit: int,
    recent: RecentCounts = NO_RECENT,
) -> RankedList:
    """The most popular artists' most popular tracks; a score is the artist's rank, 1 for the first and falling to 0."""
    every = serving.trending(recent)
    ordered = popularity.with_genres(every.rows, filters.genres, serving.tables.genre_rows)
    rows = popularity.rows(serving.release, ordered, filters, {}, excluded, limit)
    rank = {row: at for at, row in enumerate(ordered.tolist())}  # of the artists that have a track of the genres
    scores = [1 - rank[row] / len(ordered) for row in rows.tolist()]
    reasons = [ReasonEvidence.without_seeds(LATELY if row in every.recent else TRENDING) for row in rows.tolist()]
    nothing: list[None] = [None] * len(rows)
    return RankedList(rows.tolist(), scores, [*nothing], reasons, len(ordered), [*nothing])


def _nearest(
    serving: ServedRelease,
    vectors: Sequence[QueryVector],
    hits: Sequence[Hits],
    excluded: frozenset[int],
    limit: int,
) -> RankedList:
    ranked = [rerank(serving, vector, found) for vector, found in zip(vectors, hits, strict=True)]
    merged = merge(ranked, vectors)
    left = np.array([row not in excluded for row in merged.rows.tolist()], bool)
    options = RecommendationOptions(limit=limit, dials=Dials(per_artist=PER_ARTIST))
    return first_set(options, serving, vectors, MergedCandidates(*(part[left] for part in merged)))

"""The weekly lists Discover and Deep cuts: new tracks near a taste, one for each artist.

Discover is a list of mode `discover`. Deep cuts ranks, by the same query vectors, the little known tracks of the
artists that the person likes or plays: those less popular than half of the artist's tracks or of the release.
"""

from collections.abc import Collection, Sequence

import numpy as np

from kit.release import Floats, Rows
from kit.wire.recommend import RecommendationOptions
from kit.wire.recommend_options import Dials, Mode
from kit.wire.weekly import MAX_WEEKLY_TRACKS
from services.recommend.ranked_list import first_set, nearest_tracks
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import MergedCandidates, QueryVector, RankedList

MOST_CANDIDATES = 20_000
"""Tracks of known artists that are compared, the least popular first: .1 s of CPU."""
ONE_EACH = Dials(per_artist=1)


async def discover(
    serving: ServedRelease, queries: Sequence[QueryVector], excluded: Collection[int]
) -> RankedList | None:
    """New tracks near the taste; None without a taste. IndexUnavailable."""
    if not queries:
        return None
    options = RecommendationOptions(limit=MAX_WEEKLY_TRACKS, mode=Mode.DISCOVER, dials=ONE_EACH)
    return await nearest_tracks(options, serving, queries, excluded)


def deep_cuts(
    serving: ServedRelease, queries: Sequence[QueryVector], known: Collection[int], excluded: Collection[int]
) -> RankedList | None:
    """Little known tracks by the artists of `known` rows, nearest to the taste first; None when there are none."""
    rows = _little_known(serving, known, excluded)
    if not queries or not len(rows):
        return None
    found = _nearest(serving, queries, rows)
    options = RecommendationOptions(limit=MAX_WEEKLY_TRACKS, mode=Mode.SIMILAR, dials=ONE_EACH)
    return first_set(options, serving, queries, found)


def _little_known(serving: ServedRelease, known: Collection[int], excluded: Collection[int]) -> Rows:
    """Rows by artists of `known` that less than half of the artist's tracks, or of the release's, are below."""
    tables, placed = serving.tables, serving.release.embedded
    artist, popularity = tables.main_artist[:placed], np.nan_to_num(tables.popularity[:placed], nan=0.0)
    artists = np.unique(tables.main_artist[np.fromiter(known, np.int64, len(known))])
    rows = np.flatnonzero(np.isin(artist, artists[artists >= 0]))
    medians = {one: float(np.median(popularity[artist == one])) for one in artists.tolist()}
    middle = max(float(np.median(popularity)), 0.0)
    own = np.array([medians[one] for one in artist[rows].tolist()])
    left = np.array([row not in excluded for row in rows.tolist()], bool)
    little = rows[left & (popularity[rows] < np.maximum(own, middle))]
    found: Rows = little[np.argsort(popularity[little], kind="stable")][:MOST_CANDIDATES]
    return found


def _nearest(serving: ServedRelease, queries: Sequence[QueryVector], rows: Rows) -> MergedCandidates:
    """The rows by their best score over all query vectors, which are in one space and comparable."""
    vectors = serving.vectors(queries[0].space, rows)
    scores: Floats = vectors @ np.stack([query.vector for query in queries]).T
    best, which = scores.max(axis=1), scores.argmax(axis=1)
    order = np.argsort(-best, kind="stable")
    return MergedCandidates(rows[order], best[order], best[order], which[order])

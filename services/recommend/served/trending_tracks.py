"""Trending tracks: the most popular track of each of the most popular artists.

The popularity of a track is its number of playlists in the release, blended with the number of people who liked or
played it lately (services/catalog/store/recent.py) scaled to the same largest value: (1 - w) playlists + w recent with
w = P / (P + EVEN) for P people. That of an artist is blended the same way from the sums over their tracks.
"""

from typing import NamedTuple

import numpy as np

from kit.release import Floats, Ints, Release
from services.recommend.served.recent_counts import NO_RECENT, RecentCounts

EVEN = 50
"""People with whom recent feedback weighs as much as the release: of fewer a day's mood is a few people's."""


class TrendingRows(NamedTuple):
    """Rows (a,), one for each artist, the most popular artists first; and the rows that people liked or played
    lately."""

    rows: Ints
    recent: frozenset[int]


def trending_rows(
    release: Release, main_artist: Ints, by_popularity: Ints, recent: RecentCounts = NO_RECENT
) -> TrendingRows:
    """The trending tracks of a release. Artists with equal numbers keep the order of their tracks."""
    playlists = np.asarray(release.column("playlists"), np.float64)[: release.embedded]
    people = _people(release, recent)
    credited = np.asarray(main_artist[: release.embedded])
    known = credited >= 0
    entries, fans = (np.bincount(credited[known], counts[known]).astype(np.float64) for counts in (playlists, people))
    value, of_artist = _blended(playlists, people, recent.people), _blended(entries, fans, recent.people)
    unlisted = np.setdiff1d(np.flatnonzero(people), by_popularity)  # in no playlist, and liked or played
    listed = np.concatenate([by_popularity, unlisted])
    popular = listed[main_artist[listed] >= 0]
    popular = popular[np.argsort(-value[popular], kind="stable")]
    _, first = np.unique(main_artist[popular], return_index=True)
    one_each = popular[np.sort(first)]
    rows = one_each[np.argsort(-of_artist[main_artist[one_each]], kind="stable")]
    return TrendingRows(np.asarray(rows, np.int64), frozenset(np.flatnonzero(people).tolist()))


def _people(release: Release, recent: RecentCounts) -> Floats:
    """(placed,) people who liked or played each track lately."""
    people = np.zeros(release.embedded)
    rows = release.rows(list(recent.tracks))
    for row, count in zip(rows.tolist(), recent.tracks.values(), strict=True):
        if 0 <= row < release.embedded:
            people[row] = max(people[row], count)
    return people


def _blended(playlists: Floats, people: Floats, everybody: int) -> Floats:
    if not people.any():
        return playlists
    weight = everybody / (everybody + EVEN)
    blended: Floats = (1 - weight) * playlists + weight * people * (playlists.max() / people.max())
    return blended

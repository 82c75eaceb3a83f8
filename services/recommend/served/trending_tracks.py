"""Trending tracks: the most popular track of each of the most popular artists."""

import numpy as np

from kit.release import Ints, Release


def trending_rows(release: Release, main_artist: Ints, by_popularity: Ints) -> Ints:
    """(a,) rows, one for each artist with a popular track: artists by their number of playlist entries, falling, and of
    each the most popular track. Artists with equal numbers keep the order of their tracks."""
    playlists = np.asarray(release.column("playlists"), np.float64)[: release.placed]
    credited = np.asarray(main_artist[: release.placed])
    known = credited >= 0
    entries = np.bincount(credited[known], playlists[known])
    popular = by_popularity[main_artist[by_popularity] >= 0]
    _, first = np.unique(main_artist[popular], return_index=True)
    one_each = popular[np.sort(first)]
    return np.asarray(one_each[np.argsort(-entries[main_artist[one_each]], kind="stable")], np.int64)

"""Labels of the map's clusters: the genre that is over-represented in it, else its most popular artist.

A genre's score in a cluster is the cluster's part of the Kullback-Leibler divergence: share log(share / overall share).
The best pairs of cluster and genre are given first and each genre names one cluster only; so a cluster whose best genre
names another takes its second best.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from kit.genres import genre_key
from kit.wire.map import MapCluster, MapClusters

SHARE_LEAST = 0.15  # of a cluster's tracks that have the genre
LIFT_LEAST = 1.5  # times the genre's share in the whole catalogue
TRACKS_LEAST = 5
SIZE_LEAST = 0.001  # of the catalogue; a smaller cluster has no label
CHARACTERS_MOST = 200


@dataclass(frozen=True, slots=True)
class MappedTracks:
    """Genres and main artist (None: unknown) of each point, and in how many playlists it is."""

    genres: Sequence[Sequence[str]]
    artists: Sequence[str | None]
    playlists: npt.NDArray[np.int64]


def labelled(
    tracks: MappedTracks, cluster: npt.NDArray[np.uint8], x: npt.NDArray[np.uint16], y: npt.NDArray[np.uint16]
) -> MapClusters:
    """The clusters, the largest first, each with its label if it has one, at the point nearest its median."""
    members = {number: np.flatnonzero(cluster == number) for number in np.unique(cluster).tolist()}
    named = {number for number, rows in members.items() if len(rows) >= max(TRACKS_LEAST, SIZE_LEAST * len(cluster))}
    genres = _genres(tracks, {number: rows for number, rows in members.items() if number in named})
    artists = _artists(tracks, {n: members[n] for n in sorted(named - genres.keys())}, set(genres.values()))
    found = []
    for number, rows in sorted(members.items(), key=lambda item: (-len(item[1]), item[0])):
        at = rows[_most_central(x[rows], y[rows])]
        label = genres.get(number) or artists.get(number)
        kind = ("genre" if number in genres else "artist") if label else None
        place = {"x": int(x[at]), "y": int(y[at])}
        found.append(
            MapCluster.model_validate({"cluster": number, "tracks": len(rows), "label": label, "kind": kind, **place})
        )
    return MapClusters(clusters=found)


def _most_central(x: npt.NDArray[np.uint16], y: npt.NDArray[np.uint16]) -> int:
    """The position of the point that is nearest to the median of all."""
    across, down = x.astype(np.float64), y.astype(np.float64)
    return int(np.hypot(across - np.median(across), down - np.median(down)).argmin())


def _genres(tracks: MappedTracks, members: dict[int, npt.NDArray[np.int64]]) -> dict[int, str]:
    """The genre of each cluster that one is over-represented in."""
    keys, spelling = _keyed(tracks.genres)
    overall, count = Counter(key for one in keys for key in one), len(keys)
    pairs = []
    for number, rows in members.items():
        for key, held in Counter(key for row in rows.tolist() for key in keys[row]).items():
            share, lift = held / len(rows), held / len(rows) / (overall[key] / count)
            if share >= SHARE_LEAST and lift >= LIFT_LEAST:
                pairs.append((-share * log(lift), number, key))
    given: dict[int, str] = {}
    taken: set[str] = set()
    for _, number, key in sorted(pairs):
        if number not in given and key not in taken:
            given[number] = spelling[key]
            taken.add(key)
    return given


def _keyed(genres: Sequence[Sequence[str]]) -> tuple[list[set[str]], dict[str, str]]:
    """The keys of each track's genres, and the most frequent spelling of each key."""
    spelled = Counter(name for one in genres for name in one if name.strip())
    key_of = {name: genre_key(name) for name in spelled if len(name) <= CHARACTERS_MOST}
    spelling: dict[str, str] = {}
    for name, _ in sorted(spelled.items(), key=lambda item: (-item[1], item[0])):
        if name in key_of:
            spelling.setdefault(key_of[name], name)
    return [{key_of[name] for name in one if name in key_of} for one in genres], spelling


def _artists(tracks: MappedTracks, members: dict[int, npt.NDArray[np.int64]], taken: set[str]) -> dict[int, str]:
    """The most popular artist of each cluster that names no other, by playlists that hold the artist's tracks."""
    given: dict[int, str] = {}
    for number, rows in members.items():
        counts: Counter[str] = Counter()
        for row in rows.tolist():
            artist = tracks.artists[row]
            if artist and artist.strip() and len(artist) <= CHARACTERS_MOST:
                counts[artist] += int(tracks.playlists[row]) + 1
        for artist, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            if artist not in taken:
                given[number] = artist
                taken.add(artist)
                break
    return given

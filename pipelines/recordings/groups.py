"""Recording groups: copies of one recording, which a list shows as one card.

Two tracks are copies when their titles agree without edition labels and guests (editions.py), the first names of their
artist cells agree (artist_names.py), and their durations lie within 10 s of the shortest of the group. A live take, a
remix, an acoustic or instrumental version is another recording: its label stays in the title. Two tracks with different
guests are two recordings. A track of unknown duration joins the first group of its title when its artist cell is that
of the group; else it stays alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kit.names import fold_latin, identity_key
from kit.recordings.artist_names import artist_key, billed, names
from kit.recordings.editions import bare_title

NEAR_MS = 10_000
NEW = -2  # in place of a number: the track had none


def recording_title(title: str) -> str:
    """The normalised title for comparison: without labels, guests, case, punctuation and accents."""
    return _read(title)[0]


@lru_cache(maxsize=1 << 18)
def _read(title: str) -> tuple[str, frozenset[str]]:
    bare, guests = bare_title(title)
    key = identity_key(fold_latin(bare).replace("&", " and "))
    return key or identity_key(title) or title, frozenset(map(artist_key, guests))


@dataclass(frozen=True, slots=True)
class _Track:
    row: int
    artist: str
    guests: frozenset[str]
    duration_ms: int


def groups(
    titles: Sequence[str],
    artists: Sequence[Sequence[str]],
    durations_ms: npt.NDArray[np.int32],
    earlier: npt.NDArray[np.int32] | None = None,
) -> npt.NDArray[np.int32]:
    """(n,) group number of each track, counted in row order; no artist names = unknown, duration -1 = unknown.

    earlier (n,): numbers that this function gave to all tracks but those with NEW, in the same order. Titles of artists
    that have a new track are read alone, and the result is the same.
    """
    leader = np.arange(len(titles), dtype=np.int32) if earlier is None else _leaders(earlier)
    rows = np.flatnonzero(_has_new(artists, earlier)) if earlier is not None else leader
    leader[rows] = rows
    same_name: dict[tuple[str, str], list[_Track]] = {}
    for row in rows.tolist():
        if cells := artists[row]:  # a title without an artist identifies no recording: such a track stays alone
            key, guests = _read(titles[row])
            main, *others = _billing(cells)
            track = _Track(row, billed(cells[0]), guests | frozenset(others), int(durations_ms[row]))
            same_name.setdefault((key, main), []).append(track)
    for tracks in same_name.values():
        for copies in _near(tracks):
            leader[[track.row for track in copies]] = min(track.row for track in copies)
    return np.unique(leader, return_inverse=True)[1].astype(np.int32)


def _billing(cells: Sequence[str]) -> list[str]:
    """The keys of all names of a track's artist cells, the first one first."""
    return [*names(cells[0]), *(name for cell in cells[1:] for name in names(cell))] or [""]


def _leaders(earlier: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """(n,) the first row of each track's earlier group; a new track's own. A release from elsewhere may have other
    numbers below 0, which are no groups."""
    leader, known = (
        np.arange(len(earlier), dtype=np.int32),
        np.flatnonzero(earlier > NEW),
    )  # a release from elsewhere may have others below 0
    _, first, group = np.unique(earlier[known], return_index=True, return_inverse=True)
    leader[known] = known[first][group]
    return leader


def _has_new(artists: Sequence[Sequence[str]], earlier: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """(n,) whether the first name of a track is that of a new track."""
    names_of = {cell: names(cell) for cell in {cells[0] for cells in artists if cells}}
    first = [(names_of[cells[0]] or _billing(cells))[0] if cells else "" for cells in artists]
    wanted = {first[row] for row in np.flatnonzero(earlier < 0).tolist()}
    return np.fromiter((name in wanted for name in first), np.bool_, len(first))


def _near(tracks: Iterable[_Track]) -> list[list[_Track]]:
    ordered = sorted(tracks, key=lambda track: (track.duration_ms < 0, track.duration_ms, track.row))
    found: list[list[_Track]] = []
    for track in ordered:
        home = next((group for group in found if _joins(track, group)), None)
        if home is None:
            found.append([track])
        else:
            home.append(track)
    return found


def _joins(track: _Track, group: Sequence[_Track]) -> bool:
    shortest = group[0]
    if track.duration_ms < 0 or shortest.duration_ms < 0:
        near = track.artist == shortest.artist
    else:
        near = track.duration_ms - shortest.duration_ms <= NEAR_MS
    return near and not any(_other_guests(track.guests, copy.guests) for copy in group)


def _other_guests(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(ours) and bool(theirs) and ours.isdisjoint(theirs)

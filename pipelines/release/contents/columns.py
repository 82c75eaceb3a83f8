"""Checks ids, offsets and columns of a release: one value per track, in row order."""

import numpy as np
import numpy.typing as npt

from kit.arrays import NotAnArray, mapped
from kit.ids import ALPHABET, LENGTH, is_track_id
from kit.release import STATE_LEARNED, STATE_PLACED, STATE_UNKNOWN, Release
from kit.release_rules import LOG_POPULARITY, ROWS_MOST
from kit.wire.catalog import FEATURES
from pipelines.release.contents.arrays import broken, check_finite, check_range, opened

STATES = {"learned": STATE_LEARNED, "placed": STATE_PLACED, "unknown": STATE_UNKNOWN}
COLUMNS: dict[str, tuple[str, float, float]] = {
    "artist": ("i4", -1, ROWS_MOST),
    "group": ("i4", -1, ROWS_MOST),
    "popularity": ("f4", 0, 100),
    "year": ("i2", -1, 9_999),
    "duration_ms": ("i4", -1, ROWS_MOST),
    "state": ("u1", 0, max(STATES.values())),
    "playlists": ("i4", 0, ROWS_MOST),
}
"""dtype and range; NaN passes for unknown values."""
NEIGHBOURS_MOST = 10_000  # neighbours per row; refresh writes 50
CODE_WIDTH = 64  # characters in aliases/codes.npy; "mbid:" and 36 characters are 41
IN_ID = np.zeros(256, np.bool_)
IN_ID[np.frombuffer(ALPHABET.encode(), np.uint8)] = True


def check_columns(release: Release) -> None:
    """BrokenRelease names the first array that violates the format of kit/release.py."""
    _check_ids(release)
    _check_offsets(release)
    for name, (dtype, low, high) in COLUMNS.items():
        file = f"columns/{name}.npy"
        check_range(release, file, opened(release, file, (dtype,), (release.size,)), low, high)
    _check_features(release)
    _check_states(release)
    _check_neighbours(release)
    _check_optional(release)
    _check_others(release)


def _check_ids(release: Release) -> None:
    ids = opened(release, "ids.npy", (f"S{LENGTH}",), (release.size,))
    order = opened(release, "ids.order.npy", ("i8", "i4"), (release.size,))
    check_range(release, "ids.order.npy", order, 0, release.size - 1)
    if np.bincount(order, minlength=release.size).max() > 1:
        raise broken(release, "ids.order.npy", "names a row twice")
    _check_form(release, "ids.npy", ids)
    ordered = ids[order]
    if (ordered[:-1] == ordered[1:]).any():
        raise broken(release, "ids.npy", "holds an id twice")
    if (ordered[:-1] > ordered[1:]).any():
        raise broken(release, "ids.order.npy", "does not sort ids.npy")


def _check_form(release: Release, name: str, ids: npt.NDArray[np.bytes_]) -> None:
    """Checks for 22 characters of base62 each, and no number beyond 128 bits: those begin with 7 or more."""
    letters = np.ascontiguousarray(ids).view(np.uint8).reshape(len(ids), LENGTH)
    large = ids[letters[:, 0] > ord("6")] if len(ids) else ids
    if not IN_ID[letters].all() or not all(is_track_id(one.decode()) for one in large.tolist()):
        raise broken(release, name, "holds something that is no track id")


def _check_offsets(release: Release) -> None:
    offsets = opened(release, "cards.offsets.npy", ("i8",), (release.size + 1,))
    if offsets[0] != 0 or offsets[-1] != release.manifest.files["cards.jsonl"].bytes or (np.diff(offsets) <= 0).any():
        raise broken(release, "cards.offsets.npy", "does not rise from 0 to the end of cards.jsonl")


def _check_features(release: Release) -> None:
    file = "columns/features.npy"
    check_range(release, file, opened(release, file, ("f4",), (release.size, len(FEATURES))), -1e6, 1e6)


def _check_states(release: Release) -> None:
    counts = np.bincount(release.column("state"), minlength=len(STATES))
    for word, state in STATES.items():
        if release.manifest.counts.get(word, counts[state]) != counts[state]:
            raise broken(release, "columns/state.npy", f"has {counts[state]:,} {word} tracks, counts says otherwise")
    if (
        counts[STATE_UNKNOWN] != release.size - release.embedded
        or (release.column("state")[release.embedded :] != STATE_UNKNOWN).any()
    ):
        raise broken(release, "columns/state.npy", "has unknown tracks elsewhere than below the rows with a vector")


def _check_neighbours(release: Release) -> None:
    rows = opened(release, "neighbours.rows.npy", ("i4",), (release.embedded, -1))
    together = opened(release, "neighbours.together.npy", ("i4",), rows.shape)
    check_range(release, "neighbours.rows.npy", rows, -1, release.embedded - 1)
    check_range(release, "neighbours.together.npy", together, 0, ROWS_MOST)
    if not 1 <= rows.shape[1] <= NEIGHBOURS_MOST:
        raise broken(release, "neighbours.rows.npy", f"has {rows.shape[1]:,} neighbours a row")


def _check_optional(release: Release) -> None:
    """Checks optional files; those of aliases come in pairs."""
    files = release.manifest.files
    if LOG_POPULARITY in files:
        check_finite(release, LOG_POPULARITY, opened(release, LOG_POPULARITY, ("f4",), (release.size,)))
    if (main := "columns/main_artist.npy") in files:
        check_range(release, main, opened(release, main, ("i4",), (release.size,)), -1, ROWS_MOST)
    for kind in ("ids", "codes"):
        if (name := f"aliases/{kind}.npy") in files:
            _check_aliases(release, name, f"aliases/{kind}.rows.npy")


def _check_aliases(release: Release, name: str, rows_name: str) -> None:
    widths = [f"S{width}" for width in range(1, CODE_WIDTH + 1)]
    names = opened(release, name, widths, (-1,))
    if rows_name not in release.manifest.files:
        raise broken(release, rows_name, "is not listed")
    check_range(release, rows_name, opened(release, rows_name, ("i4", "i8"), names.shape), 0, release.size - 1)
    if (names[:-1] > names[1:]).any():
        raise broken(release, name, "is not sorted")


def _check_others(release: Release) -> None:
    """Checks that every other file listed as an array is one."""
    for name in release.manifest.files:
        if name.endswith(".npy"):
            try:
                mapped(release.path / name)
            except NotAnArray as error:
                raise broken(release, name, str(error)) from None

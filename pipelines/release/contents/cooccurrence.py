"""Checks the windowed co-occurrence table of a release (kit/cooccurrence.py), when it has one."""

import numpy as np

from kit.cooccurrence import FILES
from kit.release import Release
from pipelines.release.contents.arrays import broken, check_finite, check_range, opened

ROW_MOST = 10_000  # neighbours of a track; refresh writes 200


def check_cooccurrence(release: Release) -> None:
    """BrokenRelease names the first of the four arrays that violates the format."""
    if FILES[0] not in release.manifest.files:
        return
    offsets_file, rows_file, weights_file, after_file = FILES
    offsets = opened(release, offsets_file, ("i8",), (release.embedded + 1,))
    lengths = np.diff(offsets)
    rows = opened(release, rows_file, ("i4",), (-1,))
    if offsets[0] != 0 or offsets[-1] != len(rows) or (lengths < 0).any() or lengths.max() > ROW_MOST:
        raise broken(release, offsets_file, f"does not rise from 0 to {len(rows):,}, by at most {ROW_MOST:,}")
    check_range(release, rows_file, rows, 0, release.embedded - 1)
    weights = opened(release, weights_file, ("f2",), rows.shape)
    check_finite(release, weights_file, weights)
    check_range(release, weights_file, weights, 0, np.inf)
    opened(release, after_file, ("u1",), rows.shape)

"""Whose index a release may begin with: that of the release which it continues, row by row.

`segue-pipeline place` and an update write a release whose first rows are those of another, to the bit, with new tracks
below. Then the other's index holds all but the new tracks, which are added to a copy of it; nothing is linked anew.
"""

from pathlib import Path

import numpy as np

from kit.release import BrokenRelease, Manifest, Release
from kit.release_current import open_release
from kit.vectors.points import WALK_FROM

CARDS = 2_000  # compared at once
UNLINKED = 5_000
"""Vectors outside the graph, which every query scans: by the 27 ms of 154,720 x 512 (kit/vectors/points.py) 5,000 cost
.9 ms beside a walk of 2.5."""


def continued_version(manifest: Manifest) -> str | None:
    """The version of the release that one says it continues; None where it continues none."""
    settings = manifest.settings
    version = settings.get("placed_onto") or settings.get("updated_from")
    return str(version) if version else None


def continued(release: Release, releases: Path) -> Release | None:
    """The published release whose rows are the first of this one, None when there is none."""
    version = continued_version(release.manifest)
    if version is None:
        return None
    try:
        base = open_release(releases, version)
    except BrokenRelease:
        return None
    return base if continues(release, base) else None


def continues(release: Release, base: Release) -> bool:
    """Whether the base's listed rows come first in the release, with the same cards and vectors."""
    rows = base.placed
    if rows > release.placed or _shapes(release) != _shapes(base):
        return False
    vectors = ((release.index_vectors(name)[:rows], base.index_vectors(name)) for name in base.manifest.spaces)
    same = all(np.array_equal(mine.view(np.uint16), theirs.view(np.uint16)) for mine, theirs in vectors)
    return same and same_cards(release, base, rows)


def same_cards(release: Release, base: Release, rows: int) -> bool:
    """Whether the first rows have the same cards."""
    spans = ((start, min(start + CARDS, rows)) for start in range(0, rows, CARDS))
    return all(
        np.array_equal(release.card_sizes(*span), base.card_sizes(*span))
        and release.card_lines(*span) == base.card_lines(*span)
        for span in spans
    )


def _shapes(release: Release) -> dict[str, tuple[int, str]]:
    """Width and distance of each space."""
    return {name: (space.dim, space.distance) for name, space in release.manifest.spaces.items()}


def worth_growing(release: Release, linked: int) -> bool:
    """Whether few enough of the release's vectors would stand outside a graph that holds `linked`."""
    if release.placed < WALK_FROM:
        return True  # no graph: every track is scanned
    vectors = sum(int(release.index_vectors(name).any(axis=1).sum()) for name in release.manifest.spaces)
    return vectors - linked <= UNLINKED

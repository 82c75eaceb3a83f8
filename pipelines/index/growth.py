"""Whose index a release may begin with: that of the release which it continues, row by row.

`segue-pipeline place` and an update write a release whose first rows are those of another, to the bit, with new tracks
below. Then the other's index holds all but the new tracks, which are added to a copy of it; what it holds is not linked
anew.
"""

from pathlib import Path

import numpy as np

from kit.release import BrokenRelease, Manifest, Release
from kit.release_current import open_release
from kit.vectors.points import WALK_FROM

CARDS = 2_000  # compared at once
LINKED = 0.8
"""Share of the vectors that the graph holds already, at least: one that is linked anew costs little more than linking
the others to it."""


def continued_version(manifest: Manifest) -> str | None:
    """The version of the release that one says it continues; None where it continues none, or names itself."""
    return _other(manifest, "placed_onto", "updated_from")


def full_version(manifest: Manifest) -> str | None:
    """The version of the release that one continues in the end, which continues no other; None as `continued_version`.

    A release that `place` wrote before it named that one (`full_release`) names the one which it was placed onto.
    """
    return _other(manifest, "full_release", "updated_from", "placed_onto")


def _other(manifest: Manifest, *settings: str) -> str | None:
    """The first of these settings that is set, where it is another version."""
    version = next((str(found) for name in settings if (found := manifest.settings.get(name))), None)
    return None if version == manifest.version else version


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
    rows = base.embedded
    if rows > release.embedded or _shapes(release) != _shapes(base):
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
    """Whether a graph that holds `linked` of the release's vectors is kept and the others are added to it."""
    if release.embedded < WALK_FROM:
        return True  # no graph: every track is scanned
    vectors = sum(int(release.index_vectors(name).any(axis=1).sum()) for name in release.manifest.spaces)
    return linked >= LINKED * vectors

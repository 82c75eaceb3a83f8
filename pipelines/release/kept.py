"""Which releases stay where another one is published, in a data folder as in a store of releases.

The last KEPT that served stay, the last one that continues no other, and of each release that stays the one that it
continues in the end: a later update begins with it, however many releases served since.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from kit.release import Manifest
from pipelines.index.growth import full_version

KEPT = 2
"""Releases kept for having served last: the current one and the one before, which a rollback goes to."""
ManifestOf = Callable[[str], Manifest | None]
"""The manifest of a version, None where it is not there."""


def kept(served: Iterable[str], waiting: Iterable[str], manifest_of: ManifestOf) -> list[str]:
    """The versions that stay, each once, of those that are there: `served` has the versions that served, each once and
    the latest first, `waiting` those that may be about to be published."""
    there = (version for version in served if manifest_of(version))
    last = list(islice(there, KEPT))
    whole = (version for version in chain(last, there) if _continues(version, manifest_of) is None)
    found = dict[str, None]()
    for version in [*last, *islice(whole, 1), *waiting]:
        found.update(dict.fromkeys(_chain(version, manifest_of)))
    return list(found)


def _chain(version: str | None, manifest_of: ManifestOf) -> Iterator[str]:
    """A release, the one that it continues, and so on; manifests may name each other in a circle."""
    seen = set[str]()
    while version and version not in seen and manifest_of(version):
        seen.add(version)
        yield version
        version = _continues(version, manifest_of)


def _continues(version: str, manifest_of: ManifestOf) -> str | None:
    manifest = manifest_of(version)
    return full_version(manifest) if manifest else None

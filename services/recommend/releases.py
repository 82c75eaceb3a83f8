"""What the API tells of releases, from their manifests."""

from pathlib import Path

from kit.release import BrokenRelease, Manifest, read_manifest
from kit.wire.recommend import Releases, ReleaseSummary


def published(folder: Path, served: str | None) -> Releases:
    """Every whole release in the folder, newest first; a broken one is left out. `served` is the version in use."""
    found = [manifest for path in sorted(folder.glob("*/manifest.json")) if (manifest := _read(path.parent))]
    found.sort(key=lambda manifest: manifest.created_at, reverse=True)
    return Releases(items=[summary(manifest, manifest.version == served) for manifest in found])


def summary(manifest: Manifest, current: bool) -> ReleaseSummary:
    """What the API tells of one release."""
    return ReleaseSummary(
        version=manifest.version,
        current=current,
        created_at=manifest.created_at,
        counts=manifest.counts,
        metrics=manifest.metrics,
    )


def _read(path: Path) -> Manifest | None:
    try:
        return read_manifest(path)
    except BrokenRelease:
        return None

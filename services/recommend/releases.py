"""What the API tells of releases, from their manifests."""

from pathlib import Path

from kit.release import BrokenRelease, Manifest, current_version, read_manifest
from kit.wire.recommend import Releases, ReleaseSummary


def published(folder: Path) -> Releases:
    """Every whole release in the folder, newest first; a broken one is left out."""
    current = current_version(folder)
    found = [manifest for path in sorted(folder.glob("*/manifest.json")) if (manifest := _read(path.parent))]
    found.sort(key=lambda manifest: manifest.created_at, reverse=True)
    return Releases(items=[_summary(manifest, current) for manifest in found])


def current(folder: Path) -> ReleaseSummary | None:
    """The release that CURRENT names, or None."""
    version = current_version(folder)
    manifest = _read(folder / version) if version else None
    return _summary(manifest, version) if manifest else None


def _read(path: Path) -> Manifest | None:
    try:
        return read_manifest(path)
    except BrokenRelease:
        return None


def _summary(manifest: Manifest, current: str | None) -> ReleaseSummary:
    return ReleaseSummary(
        version=manifest.version,
        current=manifest.version == current,
        created_at=manifest.created_at,
        counts=manifest.counts,
        metrics=manifest.metrics,
    )

"""What is published under a folder of releases, told from the manifests alone."""

from pathlib import Path

from kit.release import BrokenRelease, Manifest, read_manifest
from kit.wire.recommend import ReleaseSummary


def published_releases(folder: Path, current: str | None) -> list[ReleaseSummary]:
    """Every whole release in the folder, newest first; a broken, half-copied or wrongly named one is not listed."""
    found = [manifest for path in folder.glob("[!.]*/manifest.json") if (manifest := _read(folder, path.parent.name))]
    found.sort(key=lambda manifest: (manifest.created_at, manifest.version), reverse=True)
    return [summary(manifest, manifest.version == current) for manifest in found]


def summary(manifest: Manifest, current: bool) -> ReleaseSummary:
    """What is told of one release."""
    return ReleaseSummary(
        version=manifest.version,
        current=current,
        created_at=manifest.created_at,
        counts=manifest.counts,
        metrics=manifest.metrics,
    )


def _read(folder: Path, name: str) -> Manifest | None:
    try:
        manifest = read_manifest(folder / name)
    except (BrokenRelease, OSError):
        return None
    return manifest if manifest.version == name else None

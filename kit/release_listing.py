"""Lists the releases of a folder from their manifests."""

from pathlib import Path

from kit.release import BrokenRelease, Manifest, read_manifest
from kit.wire.recommend_response import ReleaseSummary


def published_releases(folder: Path, current: str | None) -> list[ReleaseSummary]:
    """Lists every complete release of the folder, newest first; broken, partial or misnamed ones are left out."""
    found = [manifest for path in folder.glob("[!.]*/manifest.json") if (manifest := _read(folder, path.parent.name))]
    found.sort(key=lambda manifest: (manifest.created_at, manifest.version), reverse=True)
    return [summary(manifest, manifest.version == current) for manifest in found]


def summary(manifest: Manifest, current: bool) -> ReleaseSummary:
    """The summary of one release from its manifest."""
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
